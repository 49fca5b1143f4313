"""What the host drives: something that loads a model and answers, for real or as an echo."""

from collections.abc import Callable, Sequence
from typing import Protocol

from inglenook.core.errors import Problem
from inglenook.engine.protocol import (
    Answer,
    Embed,
    Event,
    Finding,
    Inquiry,
    Load,
    Loaded,
    Rank,
    Weigh,
)


class Backend(Protocol):
    """One model at a time, and any number of answers.

    Every answer that was accepted ends with one Done or Failed, in the events of ``step``,
    ``stop`` or ``fail_all``.

    Threads: the host's main thread, except ``abort``.

    Attributes:
        name: ``"llama.cpp …"`` or ``"echo …"``, with its build.
    """

    name: str

    @property
    def is_busy(self) -> bool:
        """Whether ``step`` has anything to do."""
        ...

    def load(self, command: Load, on_progress: Callable[[float], bool]) -> Loaded:
        """Free what is loaded, load, and warm up; no answer is under way.

        Args:
            command: Which file, and how.
            on_progress: Told 0 to 1 as the file is read; returning False gives up.

        Raises:
            ModelLoadError: it did not load, or was given up (fact ``cancelled`` is ``"True"``).
        """
        ...

    def unload(self) -> Sequence[Event]:
        """Free the model, and return what happened; no answer is under way.

        Harmless when there is no model.
        """
        ...

    def accept(self, command: Answer) -> None:
        """Take a question: write its prompt and put it into the line.

        Raises:
            ModelLoadError: no model is loaded.
            TemplateError: the chat template failed.
            PromptTooLongError: the last turn alone does not fit.
            BadArgumentError: a setting makes no sense.
        """
        ...

    def inquire(self, command: Inquiry) -> Finding:
        """Return the prompt that turns would have now, the tokens of a text, or their text.

        The model reads nothing.

        Raises:
            InglenookError: there is none, as for ``accept``.
        """
        ...

    def weigh(self, command: Weigh) -> None:
        """Take an answer that is to be read again, and put it into the line.

        Raises:
            InglenookError: it cannot be read, as for ``accept``.
        """
        ...

    def embed(self, command: Embed | Rank) -> None:
        """Take texts whose vectors or scores are wanted, and put them into the line.

        Raises:
            ModelLoadError: no model is loaded, or none that was loaded for this.
            PromptTooLongError: a text is too long.
            BadArgumentError: there is no text, or too much.
        """
        ...

    def step(self) -> Sequence[Event]:
        """Do one piece of work for all answers, and return what happened.

        A Delta may have no text yet (half a character, or the start of a stop string).
        """
        ...

    def stop(self, request: str) -> Sequence[Event]:
        """End one answer now, with the text that was held back and Done as ``"stopped"``."""
        ...

    def take_leading(self, request: str) -> Sequence[Event]:
        """Have an answer compare the drafts it has now; nothing if it has only one."""
        ...

    def fail_all(self, problem: Problem) -> Sequence[Event]:
        """End every answer with a problem."""
        ...

    def rest(self) -> Sequence[Event] | None:
        """Do some housekeeping, because nobody waits for anything; None if all is done."""
        ...

    def front(self, chat: str) -> None:
        """Let the answers of a chat go first; ``""`` for none."""
        ...

    def forget(self, chat: str) -> None:
        """Free what is kept of a chat."""
        ...

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from the next step on; nothing without a model."""
        ...

    def abort(self, *, on: bool) -> None:
        """Ask a long native call to return early (or take that back). Threads: any."""
        ...
