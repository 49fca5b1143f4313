"""Who writes an answer: the engine of this computer, or one elsewhere that a chat has."""

from typing import Protocol

from inglenook.chat.elsewhere import HERE, Choice
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.effort.strategy import PLAIN, Strategy
from inglenook.engine.protocol import Failed, PromptOptions, Turn
from inglenook.services.engine import USUAL, EngineService
from inglenook.services.requests import AnswerListener

NOBODY = Problem("Engines elsewhere are not asked here", "Choose this computer for the chat.")


class Elsewhere(Protocol):
    """Has answers written on other computers."""

    def answer(
        self,
        request: RequestId,
        choice: Choice,
        turns: tuple[Turn, ...],
        sampling: Sampling,
        listener: AnswerListener,
        *,
        options: PromptOptions,
        continues: bool,
        last_start: int,
    ) -> None:
        """Have turns answered; the listener is told as by EngineService."""
        ...

    def cancel(self, request: RequestId) -> None:
        """Stop one answer; harmless if it is not one of its own."""
        ...


class Engines:
    """Hands each question to the engine that its chat has, and to no other.

    Threads: as EngineService.

    Attributes:
        elsewhere: For chats that have an engine elsewhere; None where there is none.
    """

    def __init__(self, here: EngineService) -> None:
        self._here = here
        self.elsewhere: Elsewhere | None = None
        self._server: Elsewhere | None = None

    def send_through(self, server: Elsewhere) -> None:
        """Let a server of ours that runs already answer in the place of the engine here."""
        self._server = server

    def answer(
        self,
        request: RequestId,
        chat: ChatId,
        turns: tuple[Turn, ...],
        sampling: Sampling,
        listener: AnswerListener,
        *,
        choice: Choice = HERE,
        options: PromptOptions = USUAL,
        continues: bool = False,
        last_start: int = 0,
        strategy: Strategy = PLAIN,
    ) -> None:
        """Have turns answered, here or elsewhere; see ``EngineService.answer``."""
        other = self.elsewhere if choice.is_elsewhere else self._server
        if choice.is_elsewhere and other is None:
            listener(request, Failed(request, NOBODY))
            return
        if other is not None:
            other.answer(
                request, choice, turns, sampling, listener,
                options=options, continues=continues, last_start=last_start,
            )  # fmt: skip
            return
        self._here.answer(
            request, chat, turns, sampling, listener,
            options=options, continues=continues, last_start=last_start, strategy=strategy,
        )  # fmt: skip

    def cancel(self, request: RequestId) -> None:
        """Stop one answer, wherever it is written."""
        self._here.cancel(request)
        for other in (self.elsewhere, self._server):
            if other is not None:
                other.cancel(request)
