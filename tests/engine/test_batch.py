"""The rows of a batch, as llama.cpp would read them."""

import numpy as np
import pytest

from inglenook.engine.batch import Batch


@pytest.fixture
def batch():
    return Batch(8)


def rows(batch):
    """Return (token, position, sequence, wanted) of each row, read through the pointers."""
    native = batch.native
    return [
        (native.token[at], native.pos[at], native.seq_id[at][0], native.logits[at])
        for at in range(batch.count)
    ]


def test_a_token_is_one_row_whose_logits_are_wanted(batch):
    assert batch.add(7, 3, 1) == 0
    assert batch.add(9, 0, 2) == 1
    assert rows(batch) == [(7, 3, 1, 1), (9, 0, 2, 1)]
    assert batch.room == 6


def test_tokens_of_one_sequence_stand_at_consecutive_positions(batch):
    batch.add(7, 3, 1)
    assert batch.add_many(np.array([4, 5, 6], np.int32), 10, 2, wanted=1) == 3
    assert rows(batch)[1:] == [(4, 10, 2, 0), (5, 11, 2, 0), (6, 12, 2, 1)]


@pytest.mark.parametrize("wanted", range(4))
def test_logits_are_wanted_of_the_last_ones_alone(batch, wanted):
    batch.add_many(np.array([4, 5, 6], np.int32), 0, 0, wanted=wanted)
    assert [row[3] for row in rows(batch)] == [0] * (3 - wanted) + [1] * wanted


def test_every_row_is_of_exactly_one_sequence(batch):
    batch.add_many(np.arange(8, dtype=np.int32), 0, 5, wanted=0)
    assert [batch.native.n_seq_id[at] for at in range(8)] == [1] * 8
    assert {row[2] for row in rows(batch)} == {5}


def test_what_was_wanted_before_is_not_wanted_after_it_is_cleared(batch):
    batch.add_many(np.arange(8, dtype=np.int32), 0, 0, wanted=8)
    batch.clear()
    assert batch.room == 8
    batch.add_many(np.arange(8, dtype=np.int32), 0, 0, wanted=0)
    assert {row[3] for row in rows(batch)} == {0}


def test_more_rows_than_there_are_places_for_are_refused(batch):
    batch.add_many(np.arange(7, dtype=np.int32), 0, 0, wanted=0)
    with pytest.raises(IndexError, match="do not fit"):
        batch.add_many(np.arange(2, dtype=np.int32), 7, 0, wanted=1)
    assert batch.count == 7
    batch.add(1, 7, 0)
    with pytest.raises(IndexError):
        batch.add(1, 8, 0)
    assert batch.count == 8
