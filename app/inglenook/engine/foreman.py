"""Lets the context compute with as many threads as its crew has just now."""

import sys
import time
from collections.abc import Callable

from inglenook.engine.crew import Crew
from inglenook.engine.task import Task


class Foreman:
    """Watches the steps, and sets the threads.

    Threads: the engine's main thread only.
    """

    def __init__(
        self,
        most: int,
        set_threads: Callable[[int], None],
        *,
        clock: Callable[[], float] = time.perf_counter,
        worked: Callable[[], float] = time.process_time,
    ) -> None:
        """Begin with as many threads as there may be, which are set already.

        Args:
            most: How many there may be.
            set_threads: Takes effect from the next step on.
            clock: Seconds that never go back.
            worked: Seconds for which this process had a core, of all its threads together.
        """
        self.crew = Crew(most)
        self._set_threads = set_threads
        self._clock, self._worked = clock, worked
        self._at_s, self._worked_s = clock(), worked()

    def wrote(self, seconds: float, rows: int) -> None:
        """Learn from a step in which answers only wrote."""
        changed = self.crew.took(seconds, rows, self._share())
        if changed is not None:
            self._set_threads(changed)

    def begun(self, task: Task) -> None:
        """Let all threads work for an answer that must be computed the same way each time."""
        if task.is_alone:
            self.crew.restore()
            self._set_threads(self.crew.threads)

    def set_most(self, threads: int) -> None:
        """Compute with so many from now on, and never with more."""
        self.crew.set_most(threads)
        self._set_threads(self.crew.threads)

    def _share(self) -> float:
        """Return what the threads got of the time of their cores since the last step."""
        at_s, worked_s = self._at_s, self._worked_s
        self._at_s, self._worked_s = self._clock(), self._worked()
        if sys.platform == "win32":
            return 1.0  # its count goes by 16 ms, longer than a step may take
        passed_s = max(self._at_s - at_s, 1e-9)
        return (self._worked_s - worked_s) / (passed_s * self.crew.threads)
