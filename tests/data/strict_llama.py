"""A cache and a decoder without a model, stricter than llama.cpp: what would end it, fails.

A token that is picked depends on every token before it, so that an answer comes out the same
only if its sequence held exactly what it should, each time.
"""

import zlib
from collections.abc import Sequence as Many
from dataclasses import dataclass, field

from inglenook.core.errors import ComputeError
from inglenook.engine.batch import Batch
from inglenook.engine.context import Decoded
from inglenook.engine.memory import MemoryKind

VOCABULARY = 50
END = 0
"""A token that ends an answer."""
_WINDOW = 6


def picked_after(history: Many[int], salt: int) -> int:
    """Return the token that follows; about one in 40 ends the answer."""
    dice = zlib.crc32(bytes([*history, salt % 256]))
    return END if dice % 40 == 0 else 1 + dice % (VOCABULARY - 1)


def logprob_after(history: Many[int], token: int) -> float:
    """Return how likely a token is said to be; the number is unlike any other's."""
    return -float(zlib.crc32(bytes([*history, token, 7])))


@dataclass(eq=False, slots=True)
class Cell:
    """One decoded token; several sequences may hold it."""

    token: int


class StrictMemory:
    """Which tokens each sequence holds, by the rules of one kind of memory.

    Attributes:
        kind: Which.
        can_abort: As in engine/memory.py.
        held: The cells of each sequence.
        is_damaged: A decode was aborted or failed, and nothing may be used until ``recover``.
        can_tidy: What ``tidy`` returns the next time.
    """

    def __init__(self, cells: int, sequences: int, kind: MemoryKind) -> None:
        self.cells = cells
        self.sequences = sequences
        self.kind = kind
        self.can_abort = kind in {MemoryKind.ATTENTION, MemoryKind.WINDOW}
        self.held: list[list[Cell]] = [[] for _ in range(sequences)]
        self.marked: list[set[int]] = [set() for _ in range(sequences)]
        self.is_damaged = False

    @property
    def used(self) -> int:
        """How many cells are in use."""
        return len({id(cell) for cells in self.held for cell in cells})

    def tokens(self, sequence: int) -> list[int]:
        """Return the tokens of a sequence."""
        return [cell.token for cell in self._of(sequence)]

    # --- as in engine/memory.py ---

    def length(self, sequence: int) -> int:
        return len(self._of(sequence))

    def keep(self, sequence: int, count: int) -> int:
        assert not self.is_damaged
        left = self._reachable(sequence, count)
        self._cut(sequence, left)
        return left

    def copy(self, source: int, target: int, count: int) -> int:
        assert not self.is_damaged
        assert source != target
        assert not self._of(target), "the target of a copy is not empty"
        got = self._reachable(source, count)
        self.held[target] = self._of(source)[:got]
        self.marked[target] = {mark for mark in self.marked[source] if mark <= got}
        return got

    def drop(self, sequence: int) -> None:
        self._cut(sequence, 0)

    def clear(self) -> None:
        for sequence in range(self.sequences):
            self._cut(sequence, 0)

    def mark(self, sequence: int) -> None:
        assert not self.is_damaged
        if self._of(sequence):
            self.marked[sequence].add(self.length(sequence))

    def recover(self) -> None:
        self.is_damaged = False
        if not self.can_abort:
            for sequence in range(self.sequences):
                good = [each for each in self.marked[sequence] if each <= self.length(sequence)]
                self._cut(sequence, max(good, default=0))

    def tidy(self) -> bool:
        return False

    # --- inside ---

    def _of(self, sequence: int) -> list[Cell]:
        assert 0 <= sequence < self.sequences, "a number beyond would end the process"
        return self.held[sequence]

    def _reachable(self, sequence: int, count: int) -> int:
        length = self.length(sequence)
        if count >= length:
            return length
        if self.kind is MemoryKind.ATTENTION or count <= 0:
            return max(0, count)
        if self.kind is MemoryKind.WINDOW and length - count <= _WINDOW:
            return count
        return max((mark for mark in self.marked[sequence] if mark <= count), default=0)

    def _cut(self, sequence: int, length: int) -> None:
        del self._of(sequence)[length:]
        self.marked[sequence] = {mark for mark in self.marked[sequence] if mark <= length}


@dataclass(slots=True)
class Fault:
    """What goes wrong at the next decode.

    Attributes:
        outcome: What it is.
        parts: How many compute batches are done before it happens.
    """

    outcome: Decoded | type[ComputeError]
    parts: int = 0


@dataclass
class StrictContext:
    """Decodes batches into a StrictMemory.

    Attributes:
        hidden: Cells that the cache lacks without anybody knowing, as when it is in pieces.
        fault: What goes wrong next.
        calls: Batches decoded, as (rows that write, rows in all).
    """

    memory: StrictMemory
    rows: int
    ubatch: int = 4
    hidden: int = 0
    fault: Fault | None = None
    steps: int = 0
    _seen: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.handle = self
        self.batch = Batch(self.rows)

    def decode(self) -> Decoded:
        self.steps += 1
        self._seen = {}
        rows = self._checked_rows()
        fault, self.fault = self.fault, None
        if self.memory.used + len(rows) > self.memory.cells - self.hidden:
            assert self.hidden, "there are not so many cells"
            return Decoded.NO_ROOM
        if fault is None:
            self._put(rows)
            return Decoded.DONE
        if fault.outcome is Decoded.NO_ROOM:
            return Decoded.NO_ROOM
        done = min(fault.parts * self.ubatch, len(rows) - 1)
        self._put(rows[:done])
        self._seen = {}
        self.memory.is_damaged = not self.memory.can_abort
        if fault.outcome is Decoded.ABORTED:
            return Decoded.ABORTED
        raise ComputeError("It was told to fail", "Tell it something else.")

    def logprob(self, row: int, token: int) -> float:
        return logprob_after(self.history(row), token)

    def history(self, row: int) -> tuple[int, ...]:
        """Return all tokens that a row of logits has seen."""
        assert row in self._seen, "sampling without logits would end the process"
        return self._seen[row]

    def _checked_rows(self) -> list[tuple[int, int, bool]]:
        """Return (token, sequence, wanted) of each row."""
        count, native = self.batch.count, self.batch.native
        assert 0 < count <= self.rows
        assert not self.memory.is_damaged
        tokens, positions = native.token[:count], native.pos[:count]
        sequences = [native.seq_id[row][0] for row in range(count)]
        wanted = [bool(each) for each in native.logits[:count]]
        assert sum(wanted) <= self.memory.sequences, "more outputs than there is room for"
        following = [self.memory.length(each) for each in range(self.memory.sequences)]
        for token, position, sequence in zip(tokens, positions, sequences, strict=True):
            assert 0 <= token < VOCABULARY
            assert 0 <= sequence < self.memory.sequences
            assert position == following[sequence], "there is a gap between positions"
            following[sequence] += 1
        return list(zip(tokens, sequences, wanted, strict=True))

    def _put(self, rows: list[tuple[int, int, bool]]) -> None:
        for row, (token, sequence, wanted) in enumerate(rows):
            self.memory.held[sequence].append(Cell(token))
            if wanted:
                self._seen[row] = tuple(self.memory.tokens(sequence))


class StrictChain:
    """Picks by the whole history, which must be the one it knows of.

    Attributes:
        line: Every token of the branch, read or picked, as it should be.
        is_freed: It was freed.
    """

    def __init__(self, line: Many[int], salt: int, made: list["StrictChain"]) -> None:
        self.line = list(line)
        self.salt = salt
        self.is_freed = False
        self._made = made
        made.append(self)

    def pick(self, context: StrictContext, row: int) -> int:
        assert not self.is_freed
        history = context.history(row)
        assert list(history) == self.line, "it was to go on from something else"
        token = picked_after(history, self.salt)
        self.line.append(token)
        return token

    def fork(self, salt: int) -> "StrictChain":
        """Return one that goes on from the same place, otherwise."""
        return StrictChain(self.line, salt, self._made)

    def free(self) -> None:
        self.is_freed = True
