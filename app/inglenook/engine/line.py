"""Answers in the order in which they get their turn."""

from collections.abc import Callable

from inglenook.engine.protocol import Event, Queued
from inglenook.engine.task import BACKGROUND, FRONT, OTHER, Task

AGEING_S = 20.0
"""Whoever has waited so long rises by one level, so that nobody waits for ever."""


class Line:
    """Who goes before whom, and who waits.

    The chat in front goes first, then other chats, then the background; within a level it is
    first come, first served. Nobody is overtaken by a smaller answer of the same level.

    Threads: the engine's main thread only.

    Attributes:
        waiting: Not begun, or sent back; unordered.
        front: The chat on screen; ``""`` for none.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.waiting: list[Task] = []
        self.front = ""
        self._clock = clock

    def level(self, task: Task) -> int:
        """Return how a task stands by itself: FRONT, OTHER or BACKGROUND."""
        if task.is_background:
            return BACKGROUND
        return FRONT if task.chat == self.front else OTHER

    def rank(self, task: Task) -> tuple[int, int]:
        """Return a key that is lower for who goes first."""
        return self.level(task), task.order

    def first(self) -> Task | None:
        """Return who is next, or None."""
        now_s = self._clock()

        def turn(task: Task) -> tuple[int, int]:
            risen = int((now_s - task.since_s) / AGEING_S)
            return max(FRONT, self.level(task) - risen), task.order

        return min(self.waiting, key=turn, default=None)

    def tell_places(self, active: int, emit: Callable[[Event], None]) -> None:
        """Tell everybody whose place has changed how many are before them."""
        for at, task in enumerate(sorted(self.waiting, key=self.rank)):
            if task.ahead != active + at:
                task.ahead = active + at
                emit(Queued(task.request, task.ahead))
