"""One sequence of the KV cache: which tokens it holds, and in which cells."""

import numpy as np

from inglenook.engine.cells import Cells, Places
from inglenook.engine.memory import Memory
from inglenook.engine.model import Ids


class Sequence:
    """Tokens that are resident under one number, in step with llama.cpp's memory.

    Threads: the engine's main thread only.

    Attributes:
        number: llama.cpp's number for it.
        length: How many tokens are resident.
        owner: The chat it belongs to; ``""`` for none.
        is_held: Somebody works on it; otherwise it is kept in case it is of use again.
        used: When it was held last, as a count that only grows.
        saved_length: How many of its first tokens are in the owner's snapshot.
    """

    def __init__(self, memory: Memory, cells: Cells, number: int) -> None:
        self.number = number
        self.length = 0
        self.owner = ""
        self.is_held = False
        self.used = 0
        self.saved_length = 0
        self._memory = memory
        self._cells = cells
        self._ids = np.zeros(cells.count, np.int32)
        self._places: Places = np.zeros(cells.count, np.int32)

    @property
    def room(self) -> int:
        """How many more tokens fit, were it alone."""
        return len(self._ids) - self.length

    def resident(self) -> Ids:
        """Return the resident tokens, shape (length,), as a view."""
        return self._ids[: self.length]

    def places(self) -> Places:
        """Return the cells of the resident tokens, shape (length,), as a view."""
        return self._places[: self.length]

    def common(self, ids: Ids) -> int:
        """Return how many tokens are the same from the start."""
        return common_beginning(self.resident(), ids)

    # --- after llama.cpp has decoded or restored ---

    def grew(self, token: int) -> None:
        """Follow one decoded token."""
        at = self.length
        self._ids[at] = token
        self._places[at] = self._cells.take()
        self.length = at + 1

    def grew_by(self, ids: Ids) -> None:
        """Follow several decoded tokens."""
        at, end = self.length, self.length + len(ids)
        self._ids[at:end] = ids
        self._places[at:end] = self._cells.take_many(len(ids))
        self.length = end

    def stopped_at(self, ids: Ids) -> None:
        """Follow a decode call that was aborted somewhere within these tokens.

        The last of them counts as not decoded: its logits do not exist.
        """
        reached = self._memory.length(self.number) - self.length
        self.grew_by(ids[: max(0, min(reached, len(ids) - 1))])
        self.keep(self.length)

    def follow(self) -> None:
        """Note what the memory has lost by itself."""
        self._shrink(min(self.length, self._memory.length(self.number)))

    def lost(self, length: int) -> Ids:
        """Return what followed the resident tokens when it was so long."""
        return self._ids[self.length : length].copy()

    # --- what changes llama.cpp's memory ---

    def keep(self, count: int) -> int:
        """Drop its tokens from a position on.

        Returns:
            How many are left: ``count``, or less where the memory cannot go back so far.
        """
        left = self._memory.keep(self.number, count)
        self._shrink(left)
        return left

    def clear(self) -> None:
        """Drop all its tokens and forget whose they were."""
        self._memory.drop(self.number)
        self._shrink(0)
        self.owner = ""
        self.saved_length = 0

    def copy_of(self, source: "Sequence", count: int) -> int:
        """Become the first tokens of another sequence, sharing its cells; it must be empty.

        Returns:
            How many tokens it has now: ``count``, or less where the memory cannot.
        """
        got = self._memory.copy(source.number, self.number, count)
        self._ids[:got] = source._ids[:got]  # noqa: SLF001 (another of its kind)
        self._places[:got] = source._places[:got]  # noqa: SLF001
        self._cells.share(self._places[:got])
        self.length = got
        return got

    def mark(self) -> None:
        """Let the memory remember this place, if it could not come back to it otherwise."""
        self._memory.mark(self.number)

    def _shrink(self, length: int) -> None:
        if length < self.length:
            self._cells.give_back(self._places[length : self.length])
            self.length = length
            self.saved_length = min(self.saved_length, length)


def common_beginning(one: Ids, other: Ids) -> int:
    """Return how many tokens are the same from the start."""
    most = min(len(one), len(other))
    differs = np.flatnonzero(one[:most] != other[:most])
    return int(differs[0]) if len(differs) else most
