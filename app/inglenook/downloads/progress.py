"""How far a transfer is, told ten times a second at most."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from inglenook.core.errors import Problem


class Phase(StrEnum):
    """What a transfer is doing."""

    ELSEWHERE = "elsewhere"
    """Another program, or another download, fetches this very file."""
    CHECKING = "checking"
    """Reading what is on the disk."""
    CONNECTING = "connecting"
    FETCHING = "fetching"
    RETRYING = "retrying"
    """The line broke; ``problem`` says how; it goes on by itself."""
    FINISHING = "finishing"
    """All has come and is right; the disk takes its time."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a transfer.

    Attributes:
        done_bytes: On the disk; while checking, read so far.
        bytes_per_s: Over the last seconds; 0 if nothing comes.
        problem: Why it tries again, or None.
    """

    phase: Phase
    done_bytes: int
    size_bytes: int
    bytes_per_s: float = 0.0
    problem: Problem | None = None


OnProgress = Callable[[Progress], None]

EVERY_S = 0.1
_WINDOW_S = 5.0


class Meter:
    """Counts what comes and tells of it, ten times a second at most.

    Threads: the one that fetches.
    """

    def __init__(
        self,
        size_bytes: int,
        on_progress: OnProgress,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._on_progress, self._clock = on_progress, clock
        self._now = Progress(Phase.CONNECTING, 0, size_bytes)
        self._told_s = float("-inf")
        self._received = 0
        self._marks: deque[tuple[float, int]] = deque()
        self.before_bytes = 0

    def received(self, count: int) -> None:
        """Count bytes from the network."""
        self._received += count

    def say(self, phase: Phase, done_bytes: int, problem: Problem | None = None) -> None:
        """Note how far it is, and tell if a tenth of a second has passed.

        Args:
            phase: What it is doing.
            done_bytes: Of the present file; those of the files before it are added.
            problem: Why it tries again.
        """
        done = self.before_bytes + done_bytes
        self._now = Progress(phase, done, self._now.size_bytes, 0.0, problem)
        self.tick()

    def tick(self) -> None:
        """Tell how far it is if a tenth of a second has passed."""
        now_s = self._clock()
        if now_s - self._told_s < EVERY_S:
            return
        self._told_s = now_s
        was = self._now
        told = Progress(
            was.phase, was.done_bytes, was.size_bytes, self._speed(now_s), was.problem
        )
        self._on_progress(told)

    def _speed(self, now_s: float) -> float:
        self._marks.append((now_s, self._received))
        while len(self._marks) > 2 and self._marks[1][0] <= now_s - _WINDOW_S:
            self._marks.popleft()
        first_s, first = self._marks[0]
        return (self._received - first) / (now_s - first_s) if now_s > first_s else 0.0
