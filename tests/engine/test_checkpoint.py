"""Which checkpoints are kept, and which are given up first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.checkpoint import MOST_PER_SEQUENCE, Checkpoint, Checkpoints


def one(length: int, size: int = 10) -> Checkpoint:
    return Checkpoint(length, np.zeros(size, np.uint8))


@pytest.fixture
def kept() -> Checkpoints:
    return Checkpoints(100)


def test_the_newest_that_is_not_too_new_is_found(kept):
    for length in (10, 20, 30):
        kept.add(0, one(length))
    assert kept.newest(0, 25).length == 20
    assert kept.newest(0, 20).length == 20
    assert kept.newest(0, 9) is None
    assert kept.newest(1, 99) is None


def test_of_too_many_the_one_closest_to_another_goes(kept):
    for length in (100, 200, 210, 300, 400):
        kept.add(0, one(length))
    assert kept.lengths(0) == (100, 200, 300, 400)


def test_the_newest_is_never_the_one_to_go(kept):
    for length in (100, 200, 300, 400, 401):
        kept.add(0, one(length))
    assert kept.lengths(0)[-1] == 401
    assert len(kept.lengths(0)) == MOST_PER_SEQUENCE


def test_the_least_recently_used_goes_when_bytes_are_short(kept):
    for sequence in range(4):
        kept.add(sequence, one(10, 30))
        kept.newest(0, 99)
    assert [kept.lengths(each) for each in range(4)] == [(10,), (), (10,), (10,)]
    assert kept.bytes == 90


def test_one_that_is_too_large_pushes_out_nothing(kept):
    kept.add(0, one(10, 90))
    kept.add(1, one(10, 101))
    assert (kept.lengths(0), kept.lengths(1)) == ((10,), ())
    assert kept.fits(100)
    assert not kept.fits(101)


def test_a_fork_shares_what_lies_within_it_at_no_cost(kept):
    for length in (10, 20, 30):
        kept.add(0, one(length))
    kept.share(0, 1, 25)
    assert kept.lengths(1) == (10, 20)
    assert kept.bytes == 30
    kept.cut(0, 0)
    assert kept.bytes == 20
    assert kept.newest(1, 99).length == 20


def test_cutting_gives_up_what_lies_beyond(kept):
    for length in (10, 20, 30):
        kept.add(0, one(length))
    kept.cut(0, 20)
    assert kept.lengths(0) == (10, 20)
    kept.cut(3, 0)
    assert kept.bytes == 20


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "share", "cut", "newest"]),
            st.integers(0, 3), st.integers(0, 3), st.integers(1, 50),
        )
    )
)  # fmt: skip
def test_bytes_are_those_of_what_can_be_found_and_never_too_many(operations):
    kept = Checkpoints(100)
    for name, sequence, other, number in operations:
        if name == "add":
            kept.add(sequence, one(number, number))
        elif name == "share" and sequence != other:
            kept.cut(other, 0)
            kept.share(sequence, other, number)
        elif name == "cut":
            kept.cut(sequence, number)
        else:
            kept.newest(sequence, number)
        found = {
            kept.newest(each, length) for each in range(4) for length in kept.lengths(each)
        }
        assert kept.bytes == sum(each.data.nbytes for each in found) <= 100
        for each in range(4):
            assert list(kept.lengths(each)) == sorted(set(kept.lengths(each)))
            assert len(kept.lengths(each)) <= MOST_PER_SEQUENCE
