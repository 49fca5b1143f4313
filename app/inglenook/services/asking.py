"""An engine of its own that is asked one question after another."""

import os
import queue
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import count
from typing import TypeVar

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import EngineStoppedError, ModelLoadError
from inglenook.core.ids import RequestId
from inglenook.effort.strategy import PLAIN, Strategy
from inglenook.engine.client import EngineClient
from inglenook.engine.death import Death
from inglenook.engine.draftevents import Compared, DraftEnded
from inglenook.engine.life import Engine
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Event,
    Failed,
    Load,
    Loaded,
    LoadFailed,
    Ready,
    Started,
    Turn,
)
from inglenook.models.settings import EngineSettings
from inglenook.services.appraised import Appraiser, Unappraised
from inglenook.services.requests import AnswerEvent

PATIENCE_S = 600.0
"""Nothing heard for so long, while a question is worked on, is an error."""

T = TypeVar("T")
_LAST = 19
"""The lowest order there is on Linux; macOS has 20, which is no different."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, and what it cost.

    Attributes:
        text: Of the draft that was chosen.
        tokens: Written by all drafts together.
        prompt_tokens: Of the question and what came before it.
        spent_s: From the question to the end.
        drafts: How they ended, by number; none if there was only one.
        compared: The choice among them; None if there was only one.
        is_whole: The answer came to its end by itself.
    """

    text: str
    tokens: int
    prompt_tokens: int
    spent_s: float
    drafts: tuple[DraftEnded, ...] = ()
    compared: Compared | None = None
    is_whole: bool = True


class Asker:
    """An engine process with a model, for questions that nobody waits for.

    Threads: the one that made it; the client's threads only put into the queue.
    """

    def __init__(
        self,
        path: str,
        settings: EngineSettings,
        *,
        backend: str = "llama",
        launch: Callable[[], Engine] | None = None,
        is_polite: bool = False,
        appraiser: Appraiser | None = None,
    ) -> None:
        """Start the process and load the model.

        Args:
            path: The model's file.
            settings: As planned.
            backend: ``"llama"`` or ``"echo"``.
            launch: Starts the process of a chosen runtime; None for the usual one.
            is_polite: It computes when nothing else wants to, where the system knows such
                an order: on Linux and macOS.
            appraiser: Has drafts scored by other models; None if no strategy asks for it.

        Raises:
            ModelLoadError: the model does not load.
            EngineStoppedError: the engine died.
        """
        self._heard: queue.SimpleQueue[Event | Death] = queue.SimpleQueue()
        self._numbers = count()
        self._client = EngineClient(
            self._heard.put,
            lambda death, _: self._heard.put(death),
            backend=backend,
            launch=launch,
        )
        self._is_polite, self._appraiser = is_polite, appraiser or Unappraised()
        self._client.start()
        self._client.send(Load(path, settings))
        with ExitStack() as on_the_way:  # whatever happens, no process is left
            on_the_way.callback(self.close)
            self._wait_until_loaded()
            on_the_way.pop_all()

    def close(self) -> None:
        """End the process."""
        self._client.close()

    def ask(
        self, turns: tuple[Turn, ...], sampling: Sampling, strategy: Strategy = PLAIN
    ) -> Reply:
        """Ask, and return the whole answer.

        Raises:
            InglenookError: there is none; the engine's own words.
        """
        request = f"evaluation {next(self._numbers)}"
        began_s = time.perf_counter()
        command = Answer(request, "evaluation", turns, sampling, strategy=strategy)
        self._client.send(command)
        heard: list[Event] = []
        while not heard or not isinstance(heard[-1], Done):
            event = self._next()
            if isinstance(event, Failed) and event.request == request:
                raise EngineStoppedError(
                    event.problem.title, event.problem.advice, **event.problem.facts
                )
            heard.append(event)
        found = self._appraised(command, heard)
        return reply_from(found, time.perf_counter() - began_s)

    def _appraised(self, command: Answer, heard: list[Event]) -> list[AnswerEvent]:
        """Return what is told of an answer once other models have scored its drafts."""
        told: queue.SimpleQueue[AnswerEvent] = queue.SimpleQueue()
        hear = self._appraiser.listening(command, lambda _request, event: told.put(event))
        for each in [each for each in heard if isinstance(each, AnswerEvent)]:
            hear(RequestId(command.request), each)
        found: list[AnswerEvent] = []
        while not found or not isinstance(found[-1], Done):
            found.append(_taken(told))
        return found

    def _wait_until_loaded(self) -> None:
        while not isinstance(event := self._next(), Loaded):
            if isinstance(event, Ready) and self._is_polite:
                _yield_to_all(event.pid)
            if isinstance(event, LoadFailed):
                problem = event.problem
                raise ModelLoadError(problem.title, problem.advice, **problem.facts)

    def _next(self) -> Event:
        heard = _taken(self._heard)
        if isinstance(heard, Death):
            problem = heard.problem
            raise EngineStoppedError(problem.title, problem.advice, **problem.facts)
        return heard


def _taken(heard: "queue.SimpleQueue[T]") -> T:
    try:
        return heard.get(timeout=PATIENCE_S)
    except queue.Empty:
        raise EngineStoppedError(
            "The engine does not answer", "Restart the computer, then try again."
        ) from None


def _yield_to_all(pid: int) -> None:
    """Let a process come after all others; the threads it starts later do as well."""
    # Windows has no such call; and where the process has died, that is told elsewhere.
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, pid, _LAST)


def reply_from(heard: Sequence[AnswerEvent], spent_s: float) -> Reply:
    """Return what the events of one answer say, the last of which is Done."""
    done = heard[-1]
    assert isinstance(done, Done)
    text = "".join(each.text for each in heard if isinstance(each, Delta) and not each.thinking)
    # One that was scored later is told again.
    drafts = {each.draft: each for each in heard if isinstance(each, DraftEnded)}
    started = [each for each in heard if isinstance(each, Started)]
    compared = next((each for each in heard if isinstance(each, Compared)), None)
    return Reply(
        compared.text if compared and compared.chosen else text,
        compared.tokens if compared else done.timings.answer_tokens,
        started[-1].prompt_tokens if started else 0,
        spent_s,
        tuple(each for _, each in sorted(drafts.items())),
        compared,
        is_whole=done.reason == "end",
    )
