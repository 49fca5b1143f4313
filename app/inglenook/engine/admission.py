"""Whether there is room for an answer, and whether it is worth while to begin it now."""

from collections.abc import Callable, Sequence

from inglenook.core.ids import is_program_chat
from inglenook.engine.desk import owner_of
from inglenook.engine.kv import KvCache
from inglenook.engine.sequence import common_beginning
from inglenook.engine.task import Task

WORTH_TOKENS = 32
"""So much more must be shared for an answer to wait while another one reads it."""


class Admission:
    """Says who may begin beside whom.

    Threads: the engine's main thread only.

    Attributes:
        has_put_off: Somebody waits until another one has read what both begin with.
    """

    def __init__(self, cache: KvCache, level: Callable[[Task], int]) -> None:
        """Admit by the room in a cache, and by how answers stand."""
        self._cache, self._level = cache, level
        self.has_put_off = False

    def fits(self, task: Task, beside: Sequence[Task]) -> bool:
        """Whether there are sequences and cells for an answer beside these."""
        if not beside:
            return True
        if task.is_alone or any(each.is_alone for each in beside):
            return False
        tails = [branch.tail for branch in task.branches] or [task.prompt] * task.width
        held = [branch.held for each in beside for branch in each.branches]
        if len(tails) + len(held) > len(self._cache.sequences):
            return False
        needed = task.reserve_tokens + sum(map(len, tails))
        needed -= max((each.common(tails[0]) for each in held), default=0)
        promised = sum(each.outstanding_tokens() for each in beside)
        return needed + promised <= self._cache.cells_beside(held)

    def gives_way(self, task: Task, other: Task) -> bool:
        """Whether an answer under way may be sent back for another one."""
        # One that must be alone could not go on as it began; a program has to bear that.
        is_firm = task.is_alone and not is_program_chat(task.chat)
        return not is_firm and self._level(task) > self._level(other)

    def has_room(self, task: Task, tokens: int, active: Sequence[Task]) -> bool:
        """Whether there are cells for another branch of an answer under way."""
        promised = sum(each.outstanding_tokens() for each in active)
        return promised + tokens <= self._cache.cells_without(owner_of(task))

    def is_early(self, task: Task, active: Sequence[Task]) -> bool:
        """Whether another answer is about to read what this one begins with.

        Both would read it at once otherwise; what one has read the other only shares.
        """
        if task.has_begun or task.is_alone or self._cache.needs_marks:
            return False
        _, resident = self._cache.best(task.prompt)
        level = self._level(task)
        is_early = any(
            self._level(each) <= level and self._is_ahead(each, task, resident)
            for each in active
        )
        self.has_put_off = self.has_put_off or is_early
        return is_early

    @staticmethod
    def _is_ahead(reader: Task, task: Task, resident: int) -> bool:
        common = common_beginning(reader.prompt, task.prompt[:-1])
        return common >= resident + WORTH_TOKENS and any(
            each.is_reading and each.held.length < common for each in reader.branches
        )
