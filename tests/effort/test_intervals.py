"""Intervals and tests give the numbers of the textbooks."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.intervals import Interval, accuracy, bootstrap, gain, mcnemar, wilson


def test_wilson_gives_the_published_numbers():
    # 10 of 20 and 0 of 10, as in Brown, Cai and DasGupta (2001) and any calculator.
    half = wilson(10, 20)
    assert (half.value, round(half.low, 3), round(half.high, 3)) == (0.5, 0.299, 0.701)
    none = wilson(0, 10)
    assert (none.low, round(none.high, 3)) == (0.0, 0.278)
    assert wilson(10, 10).high == pytest.approx(1.0)


@pytest.mark.parametrize(("right", "count"), [(-1, 10), (11, 10), (0, 0)])
def test_counts_that_make_no_share_are_refused(right, count):
    with pytest.raises(ValueError, match="no share"):
        wilson(right, count)


def test_the_bootstrap_agrees_with_the_normal_interval_for_many_values():
    dice = random.Random(3)
    values = [dice.gauss(2.0, 1.0) for _ in range(400)]
    found = bootstrap(values)
    mean = sum(values) / 400
    assert found.value == pytest.approx(mean)
    assert found.low == pytest.approx(mean - 0.098, abs=0.02)
    assert found.high == pytest.approx(mean + 0.098, abs=0.02)


def test_the_bootstrap_gives_the_same_each_time():
    assert bootstrap([0.0, 1.0, 1.0, 0.5]) == bootstrap([0.0, 1.0, 1.0, 0.5])


def test_values_that_do_not_differ_have_no_width():
    assert bootstrap([0.25]) == Interval(0.25, 0.25, 0.25)
    assert bootstrap([1.0] * 30) == Interval(1.0, 1.0, 1.0)


def test_nothing_measured_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        bootstrap([])


def test_a_gain_is_measured_question_by_question():
    found = gain([1.0] * 30 + [0.0] * 10, [0.0] * 15 + [1.0] * 15 + [0.0] * 10)
    assert found.value == pytest.approx(15 / 40)
    assert found.is_above_zero
    assert not gain([1.0, 0.0], [0.0, 1.0]).is_above_zero


def test_answers_to_other_questions_are_not_compared():
    with pytest.raises(ValueError, match="same questions"):
        gain([1.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="same questions"):
        mcnemar([True], [])


def test_mcnemar_gives_what_was_worked_out_by_hand():
    # 12 won and 2 lost: 2 · (1 + 14 + 91) / 2^14 = 0.01294.
    better = [True] * 12 + [False] * 2 + [True] * 30
    worse = [False] * 12 + [True] * 2 + [True] * 30
    assert mcnemar(better, worse) == pytest.approx(0.012939, abs=1e-6)
    assert mcnemar(worse, better) == mcnemar(better, worse)
    assert mcnemar([True, False], [True, False]) == 1.0


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval_and_the_interval_in_0_to_1(counts):
    found = wilson(*counts)
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0 + 1e-12


def test_shares_of_whole_answers_have_the_interval_of_a_share():
    assert accuracy([1.0, 0.0, 1.0]) == wilson(2, 3)
    assert accuracy([1.0] * 5).low < 0.6  # all right once does not mean always right
    assert accuracy([0.5, 1.0, 0.25]) == bootstrap([0.5, 1.0, 0.25])
    with pytest.raises(ValueError, match="nothing"):
        accuracy([])
