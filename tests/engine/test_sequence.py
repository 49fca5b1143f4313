"""A sequence follows what is decoded, and what the memory could not keep."""

import numpy as np
import pytest
from tests.data.strict_llama import Cell, StrictMemory

from inglenook.engine.cells import Cells
from inglenook.engine.memory import MemoryKind
from inglenook.engine.sequence import Sequence


class Pair:
    """Two sequences over one memory."""

    def __init__(self, kind=MemoryKind.ATTENTION):
        self.memory = StrictMemory(20, 2, kind)
        self.cells = Cells(20)
        self.one, self.two = (Sequence(self.memory, self.cells, at) for at in range(2))

    def decode(self, sequence, *tokens):
        """Let a memory have tokens; the sequence is told by the test."""
        self.memory.held[sequence.number] += [Cell(token) for token in tokens]

    def grown(self, *tokens):
        self.decode(self.one, *tokens)
        self.one.grew_by(np.array(tokens, np.int32))
        return self.one


@pytest.fixture
def pair():
    return Pair()


def ids(*tokens):
    return np.array(tokens, np.int32)


def test_it_knows_its_tokens_and_its_room(pair):
    sequence = pair.grown(1, 2, 3)
    pair.decode(sequence, 4)
    sequence.grew(4)
    assert sequence.resident().tolist() == [1, 2, 3, 4]
    assert (sequence.length, sequence.room, pair.cells.free) == (4, 16, 16)
    assert len(set(sequence.places().tolist())) == 4


@pytest.mark.parametrize(
    ("tokens", "common"),
    [((), 0), ((9,), 0), ((1,), 1), ((1, 2, 9), 2), ((1, 2, 3), 3), ((1, 2, 3, 4), 3)],
)
def test_what_is_common_is_counted_from_the_start(pair, tokens, common):
    assert pair.grown(1, 2, 3).common(ids(*tokens)) == common


def test_what_is_dropped_gives_its_cells_back(pair):
    sequence = pair.grown(1, 2, 3, 4)
    assert sequence.keep(2) == 2
    assert sequence.resident().tolist() == [1, 2]
    assert pair.cells.free == 18
    sequence.owner = "chat"
    sequence.clear()
    assert (sequence.length, sequence.owner, pair.cells.free) == (0, "", 20)


def test_a_memory_that_cannot_go_back_so_far_is_followed():
    pair = Pair(MemoryKind.RECURRENT)
    sequence = pair.grown(1, 2)
    sequence.mark()
    pair.decode(sequence, 3, 4)
    sequence.grew_by(ids(3, 4))
    assert sequence.keep(3) == 2
    assert pair.cells.free == 18
    assert sequence.keep(1) == 0


def test_a_copy_shares_its_cells_and_grows_apart(pair):
    pair.grown(1, 2, 3)
    assert pair.two.copy_of(pair.one, 2) == 2
    assert pair.cells.free == 17
    pair.decode(pair.two, 9)
    pair.two.grew(9)
    assert pair.two.resident().tolist() == [1, 2, 9]
    assert pair.one.resident().tolist() == [1, 2, 3]
    pair.one.clear()
    assert pair.cells.free == 17
    assert pair.two.resident().tolist() == [1, 2, 9]


@pytest.mark.parametrize(("reached", "left"), [(0, 0), (2, 2), (3, 3), (4, 3)])
def test_after_an_abort_it_has_what_was_read_but_the_last(pair, reached, left):
    sequence = pair.grown(7, 8)
    tokens = (1, 2, 3, 4)
    pair.decode(sequence, *tokens[:reached])
    sequence.stopped_at(ids(*tokens))
    assert sequence.resident().tolist() == [7, 8, *tokens[:left]]
    assert pair.memory.tokens(0) == [7, 8, *tokens[:left]]


def test_what_the_memory_has_lost_by_itself_is_named(pair):
    sequence = pair.grown(1, 2, 3, 4)
    sequence.saved_length = 4
    pair.memory.drop(0)
    pair.decode(sequence, 1, 2)
    sequence.follow()
    assert sequence.resident().tolist() == [1, 2]
    assert sequence.lost(4).tolist() == [3, 4]
    assert sequence.saved_length == 2
    assert pair.cells.free == 18
