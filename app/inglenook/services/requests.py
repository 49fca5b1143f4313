"""The answers that were asked for: who hears of each, and which wait for a model."""

from collections.abc import Callable

from inglenook.core.errors import Problem
from inglenook.core.ids import RequestId
from inglenook.engine.draftevents import Compared, DraftEnded, DraftProgressed, TreeGrew
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Embedded,
    Failed,
    Finding,
    PromptProgress,
    Queued,
    Ranked,
    Started,
    ToolCalled,
    Weighed,
)

AnswerEvent = (
    Queued | Started | PromptProgress | Delta | ToolCalled | DraftProgressed | DraftEnded
    | TreeGrew | Compared | Finding | Weighed | Embedded | Ranked | Done | Failed | Problem
)  # fmt: skip
"""What happens to an answer; a Problem means that the engine died while it wrote."""

AnswerListener = Callable[[RequestId, AnswerEvent], None]


class Requests:
    """Every answer that has not ended, with its listener.

    Threads: none of its own; its owner holds a lock around each call.
    """

    def __init__(self) -> None:
        self._listeners: dict[str, AnswerListener] = {}
        self._unasked: set[str] = set()
        self._waiting: list[Answer] = []

    def __len__(self) -> int:
        return len(self._listeners)

    def __contains__(self, request: RequestId) -> bool:
        return request in self._listeners

    @property
    def unasked(self) -> int:
        """Return how many no person waits for."""
        return len(self._unasked)

    def open(
        self, request: RequestId, listener: AnswerListener, *, is_asked: bool = True
    ) -> None:
        """Know an answer from now on.

        Args:
            request: Names it.
            listener: Told what happens to it.
            is_asked: A person waits for it.
        """
        self._listeners[request] = listener
        if not is_asked:
            self._unasked.add(request)

    def listener(self, request: RequestId) -> AnswerListener | None:
        """Return who hears of an answer; None when it has ended."""
        return self._listeners.get(request)

    def close(self, request: RequestId) -> None:
        """Forget an answer that has ended."""
        del self._listeners[request]
        self._unasked.discard(request)

    def wait(self, command: Answer) -> None:
        """Keep a question until there is a model for it."""
        self._waiting.append(command)

    def withdraw(self, request: RequestId) -> bool:
        """Keep it no longer; tell whether it was waiting."""
        kept = [each for each in self._waiting if each.request != request]
        was_waiting = len(kept) < len(self._waiting)
        self._waiting = kept
        return was_waiting

    def take_waiting(self) -> list[Answer]:
        """Return the questions that waited, oldest first; they wait no longer."""
        waiting, self._waiting = self._waiting, []
        return waiting
