"""The connections that wait: nothing was asked on them yet, or not all of it has come."""

from typing import Protocol

MOST_WAITING = 64


class Waiting(Protocol):
    """A connection that can be sent away."""

    def leave(self) -> None:
        """End it at once."""
        ...


class Crowd:
    """Keeps the newest connections that wait, and sends the oldest away.

    Somebody who opens hundreds and says nothing crowds out only others who say nothing: a
    program that asks says all it has to say at once, and waits no more.

    Threads: the loop's.
    """

    def __init__(self, most: int = MOST_WAITING) -> None:
        """Know nobody.

        Args:
            most: So many may wait.
        """
        self._most = most
        self._waiting: dict[Waiting, None] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, one: Waiting) -> None:
        """Let one wait, perhaps instead of the one who has waited longest."""
        self._waiting.pop(one, None)
        self._waiting[one] = None
        if len(self._waiting) > self._most:
            oldest = next(iter(self._waiting))
            del self._waiting[oldest]
            oldest.leave()

    def part(self, one: Waiting) -> None:
        """Let one wait no more; harmless if it did not."""
        self._waiting.pop(one, None)
