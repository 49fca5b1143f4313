"""Answers in the order in which they get their turn."""

from collections.abc import Callable

from inglenook.core.ids import is_program_chat
from inglenook.engine.protocol import Event, Queued
from inglenook.engine.task import BACKGROUND, FRONT, OTHER, Task

AGEING_S = 20.0
"""Whoever has waited so long rises by one level, so that nobody waits for ever."""


class Line:
    """Who goes before whom, and who waits.

    The chat in front goes first, then other chats, then the background, among it what other
    programs ask, which never rises: a person is not kept waiting by a program. Within a level
    it is first come, first served. One for which there is no room yet may be overtaken by
    smaller ones, until it has waited for AGEING_S. Who has risen by waiting keeps that level,
    or those who come later would send it back before it has done anything.

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
        """Return how a task stands: FRONT, OTHER or BACKGROUND."""
        return self._risen_by(task, task.risen)

    def must_be_brief(self, task: Task) -> bool:
        """Whether a step for an answer must be short, since a person may ask at any time."""
        return bool(self.front) and is_program_chat(task.chat)

    def rank(self, task: Task) -> tuple[int, int]:
        """Return a key that is lower for who goes first."""
        return self.level(task), task.order

    def join(self, task: Task) -> None:
        """Let a task wait from now on."""
        task.since_s = self._clock()
        self.waiting.append(task)

    def leave(self, task: Task) -> None:
        """Let a task wait no more, because it has got its turn."""
        task.risen += self._rises(task)
        self.waiting.remove(task)

    def turns(self) -> list[Task]:
        """Return who may be let in if there is room, in this order.

        It ends with the first who has waited too long to be overtaken.
        """
        turns: list[Task] = []
        for task in sorted(
            self.waiting,
            key=lambda each: (self._risen_by(each, each.risen + self._rises(each)), each.order),
        ):
            turns.append(task)
            if self._rises(task):
                break
        return turns

    def tell_places(self, active: int, emit: Callable[[Event], None]) -> None:
        """Tell everybody whose place has changed how many are before them."""
        for at, task in enumerate(sorted(self.waiting, key=self.rank)):
            if task.ahead != active + at:
                task.ahead = active + at
                emit(Queued(task.request, task.ahead))

    def _risen_by(self, task: Task, levels: int) -> int:
        if is_program_chat(task.chat):
            return BACKGROUND
        if task.is_background:
            level = BACKGROUND
        else:
            level = FRONT if task.chat == self.front else OTHER
        return max(FRONT, level - levels)

    def _rises(self, task: Task) -> int:
        return int((self._clock() - task.since_s) / AGEING_S)
