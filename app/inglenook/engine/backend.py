"""What the host drives: something that loads a model and answers, for real or as an echo."""

from collections.abc import Callable
from typing import Protocol

from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Load,
    Loaded,
    PromptProgress,
    Started,
)


class Reply(Protocol):
    """One answer in the making.

    Threads: the host's main thread only.

    Attributes:
        started: What was decided about the prompt.
    """

    started: Started

    def step(self) -> PromptProgress | Delta | Done:
        """Do one piece of work: read a chunk of the prompt, or write one token.

        A Delta may have no text yet (half a character, or the start of a stop string).
        Done is returned once; after it the reply must not be used.
        """
        ...

    def stop(self) -> tuple[Delta | None, Done]:
        """End now: return text that was held back, if any, and Done as ``"stopped"``."""
        ...


class Backend(Protocol):
    """One model at a time.

    Threads: the host's main thread, except ``abort``.

    Attributes:
        name: ``"llama.cpp …"`` or ``"echo …"``, with its build.
    """

    name: str

    def load(self, command: Load, on_progress: Callable[[float], bool]) -> Loaded:
        """Free what is loaded, load, and warm up.

        Args:
            command: Which file, and how.
            on_progress: Told 0 to 1 as the file is read; returning False gives up.

        Raises:
            ModelLoadError: it did not load, or was given up (fact ``cancelled`` is ``"True"``).
        """
        ...

    def unload(self) -> None:
        """Free the model; harmless when there is none."""
        ...

    def begin(self, command: Answer) -> Reply:
        """Render the prompt, pick the turns that fit, and keep the prefix that is resident.

        Raises:
            ModelLoadError: no model is loaded.
            TemplateError: the chat template failed.
            PromptTooLongError: the last turn alone does not fit.
        """
        ...

    def abort(self, *, on: bool) -> None:
        """Ask a long native call to return early (or take that back). Threads: any."""
        ...
