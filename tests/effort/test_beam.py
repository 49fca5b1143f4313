"""Plain beam search keeps the best ends and spends its width on them evenly."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.beam import survivors


def test_the_best_half_goes_on_twice_as_wide():
    assert survivors([0.1, 0.9, 0.5, 0.7], width=4, children=2) == (0, 2, 0, 2)


def test_the_first_of_equals_goes_on():
    assert survivors([0.5, 0.5, 0.5], width=4, children=2) == (2, 2, 0)


def test_a_width_that_does_not_divide_is_spent_all_the_same():
    assert survivors([0.9, 0.8, 0.7], width=5, children=2) == (3, 2, 0)
    assert survivors([0.9], width=5, children=2) == (5,)
    assert survivors([0.9, 0.8], width=1, children=4) == (1, 0)


def test_without_width_or_ends_nothing_goes_on():
    assert survivors([0.9, 0.8], width=0, children=2) == (0, 0)
    assert survivors([], width=4, children=2) == ()


def test_rewards_may_be_logarithms():
    assert survivors([-3.0, -0.5, -math.inf], width=2, children=2) == (0, 2, 0)


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="number"):
        survivors([0.5, math.nan], width=2, children=1)
    with pytest.raises(ValueError, match="children"):
        survivors([0.5], width=2, children=0)
    with pytest.raises(ValueError, match="width"):
        survivors([0.5], width=-1, children=1)


@given(st.lists(st.floats(0, 1), min_size=1), st.integers(0, 40), st.integers(1, 8))
def test_the_width_is_spent_exactly_and_on_the_best(rewards, width, children):
    given_ = survivors(rewards, width=width, children=children)
    assert sum(given_) == width
    kept = [reward for reward, count in zip(rewards, given_, strict=True) if count]
    dropped = [reward for reward, count in zip(rewards, given_, strict=True) if not count]
    assert not kept or not dropped or min(kept) >= max(dropped)
