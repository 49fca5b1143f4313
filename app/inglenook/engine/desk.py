"""What strategies do with branches: open, fork, extend, score, drop."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from inglenook.engine.batch import Batch
from inglenook.engine.branch import NO_ROW, NO_TOKEN, Branch
from inglenook.engine.context import Decoded
from inglenook.engine.kv import KvCache
from inglenook.engine.lib import Handle
from inglenook.engine.model import Ids

if TYPE_CHECKING:
    from inglenook.engine.sampling import Chain
    from inglenook.engine.sequence import Sequence
    from inglenook.engine.task import Task

HasRoom = Callable[["Task", int], bool]
"""Whether an answer may have one more branch that is likely to take so many cells."""


class Decoder(Protocol):
    """What is used of engine/context.py."""

    handle: Handle
    batch: Batch

    def decode(self) -> Decoded:
        """Decode what the batch holds.

        Raises:
            ComputeError: llama.cpp failed.
        """
        ...

    def logprob(self, row: int, token: int) -> float:
        """Return the natural logarithm of a token's probability in a row of logits."""
        ...


class Desk:
    """The whole interface that strategies need, over the sequences of one cache.

    Threads: the engine's main thread only, from within the methods of a task.

    Attributes:
        handle: llama.cpp's context, for looking at the logits of a branch's row.
        picking: Branches that pick a token in the present step.
        has_dropped: A branch has ended, so that there may be room for others.
    """

    def __init__(
        self,
        context: Decoder,
        cache: KvCache,
        has_room: HasRoom = lambda _task, _tokens: True,
    ) -> None:
        self.handle = context.handle
        self.picking: list[Branch] = []
        self.has_dropped = False
        self._cache = cache
        self._has_room = has_room

    def may_grow(self, task: "Task", tokens: int) -> bool:
        """Whether a task may open or fork one more branch at nobody's expense.

        Another chat may neither wait for a sequence nor lose what is resident of it.

        Args:
            task: Whose branch it would be.
            tokens: Cells it is likely to take.
        """
        mine = {"", owner_of(task)}
        is_free = any(
            not each.is_held and (not each.length or each.owner in mine)
            for each in self._cache.sequences
        )
        return is_free and self._has_room(task, tokens)

    def may_reuse(self) -> bool:
        """Whether any sequence is free, be it that another chat would lose it."""
        return any(not each.is_held for each in self._cache.sequences)

    def is_short(self, task: "Task", tokens: int) -> bool:
        """Whether so many more cells would be taken from what is resident of other chats."""
        if self._cache.cells.free >= tokens:
            return False
        return self._cache.cells_without(owner_of(task)) < tokens

    def open(self, task: "Task", chain: "Chain", ids: Ids) -> Branch:
        """Begin a branch with a prompt; what is resident of it is not read again.

        From ``Task.begin``, as many as the task's ``width``; later if ``may_grow`` says so.
        """
        branch = Branch(task, chain, ids)
        task.branches.append(branch)
        self.seat(branch)
        return branch

    def fork(self, branch: Branch, chain: "Chain") -> Branch | None:
        """Grow another branch from the same place, sharing all that was read.

        From ``Task.ready`` it picks from the same logits; otherwise it shares the token that
        was picked last.

        Returns:
            The branch, or None if every sequence is taken.
        """
        sequence = self._cache.fork(branch.held)
        if sequence is None:
            return None
        child = Branch(branch.task, chain, branch.tail)
        child.sequence = sequence
        child.at, child.token, child.row = branch.at, branch.token, branch.row
        branch.task.branches.append(child)
        if child.row != NO_ROW and child.token == NO_TOKEN and not child.is_reading:
            self.picking.append(child)
        return child

    def extend(self, branch: Branch, ids: Ids) -> None:
        """Have a branch read tokens, shape (n,), and go on; ``Task.ready`` is told."""
        branch.read_next(np.concatenate([branch.unread(), ids]))

    def score(self, branch: Branch, ids: Ids) -> None:
        """Have a branch read tokens, shape (n,), and tell ``Task.scored`` how likely they were.

        It stands behind them then, and is paused.
        """
        before = branch.unread()
        if not len(before):
            before = self._taken_back(branch)
        nothing_asked = np.full(len(before) - 1, NO_TOKEN, np.int32)
        tail = np.concatenate([before, ids[:-1]])
        branch.read_next(tail, np.concatenate([nothing_asked, ids]))

    def drop(self, branch: Branch) -> None:
        """End a branch; what it read stays resident while there is room."""
        self.has_dropped = True
        branch.chain.free()
        branch.row = NO_ROW
        branch.task.branches.remove(branch)
        branch.drop_guess()
        if branch.sequence is not None:
            self._cache.release(branch.sequence)
            branch.sequence = None

    def erase(
        self, sequences: "Iterable[Sequence]", keep: "Sequence | None", chat: str
    ) -> None:
        """Drop what ended branches of a chat have left resident, but for one of them."""
        for each in sequences:
            if each is not keep and not each.is_held and each.owner in {"", chat}:
                each.clear()

    # --- for the scheduler ---

    def seat(self, branch: Branch) -> None:
        """Give a branch a sequence that holds as much of its tail as is resident."""
        sequence = self._cache.claim(branch.unasked(), owner_of(branch.task))
        assert sequence is not None, "an answer was let in without a sequence for it"
        branch.sequence = sequence
        branch.at = sequence.length

    def unseat(self, branch: Branch) -> None:
        """Take a branch's sequence away; its tail is then all that it has to read again."""
        branch.read_again()
        self._cache.release(branch.held)
        branch.sequence = None

    def put_off(self, branch: Branch) -> None:
        """Let a branch that was paused before its pick be ready again when it goes on.

        Its logits do not outlive the step, so that the last token has to be read again.
        """
        branch.tail, branch.at = self._taken_back(branch), 0

    @staticmethod
    def _taken_back(branch: Branch) -> Ids:
        """Drop the last token of a branch; return what must be read to be there again."""
        resident = branch.held.resident().copy()
        return resident[branch.held.keep(len(resident) - 1) :]


def owner_of(task: "Task") -> str:
    """Return whose what a task reads is; ``""`` for nobody's.

    What the background reads of a chat is not where the chat stands.
    """
    return "" if task.is_background else task.chat
