"""The budget of a tree search is shared by rewards, to the unit."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.rebase import PUBLISHED, Balance, End, expansion, shares

REWARDS = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=20)
BALANCES = st.builds(Balance, st.floats(0.01, 5.0), st.sampled_from([0.0, 0.02, 1.0]))


def test_shares_worked_out_by_hand():
    # exp of 0, -2, -4 is 1, 0.1353, 0.0183. 8 · 1 / 1.1537 = 6.93, so 7; then
    # 1 · 0.1353 / 0.1537 = 0.88, so 1; nothing is left for the last.
    assert shares([0.9, 0.5, 0.1], 8) == (7, 1, 0)


def test_shares_follow_the_rewards_wherever_they_stand():
    assert shares([0.1, 0.9, 0.5], 8) == (0, 7, 1)


def test_a_share_that_comes_out_whole_is_not_rounded_up():
    # Two equals and 3 of 6: 6 · 1/2 = 3 exactly, whatever the arithmetic makes of it.
    assert shares([0.7, 0.7], 6) == (3, 3)
    assert shares([0.3] * 7, 49) == (7,) * 7


def test_equal_rewards_share_equally_and_the_first_has_what_is_left_over():
    assert shares([0.5, 0.5, 0.5], 8) == (3, 3, 2)
    assert shares([0.5, 0.5, 0.5], 4) == (2, 1, 1)


def test_a_budget_of_one_goes_to_the_best():
    assert shares([0.2, 0.9, 0.9], 1) == (0, 1, 0)


def test_one_end_gets_everything():
    assert shares([0.01], 5) == (5,)


def test_no_ends_get_nothing():
    assert shares([], 5) == ()
    assert shares([0.4], 0) == (0,)


def test_bunched_rewards_are_told_apart_once_they_are_stretched():
    bunched = [0.99, 0.97, 0.93]
    # 1, 0.905, 0.741: 8 / 2.646 = 3.02, so 4; 4 · 0.905 / 1.646 = 2.2, so 3; 1.
    assert shares(bunched, 8) == (4, 3, 1)
    # 0, -1/3, -1 over 0.2: 1, 0.189, 0.0067. 8 / 1.1956 = 6.69, so 7; then 0.97, so 1.
    assert shares(bunched, 8, Balance(0.2, least_range=0.02)) == (7, 1, 0)


def test_rewards_that_hardly_differ_are_not_stretched_beyond_the_least_range():
    close = [0.9901, 0.99]
    # 0 and -0.005 over 0.2 share 4 almost equally: 4 / 1.975 = 2.03, so 3.
    assert shares(close, 4, Balance(0.2, least_range=0.02)) == (3, 1)
    assert shares([0.99, 0.99], 4, Balance(0.2, least_range=0.02)) == (2, 2)


def test_a_tiny_temperature_gives_all_to_the_best_and_equals_still_share():
    assert shares([0.9, 0.8], 6, Balance(1e-6)) == (6, 0)
    assert shares([0.9, 0.9, 0.1], 6, Balance(1e-6)) == (3, 3, 0)


@pytest.mark.parametrize("reward", [0.0, -0.1, 1.01, math.nan, math.inf])
def test_a_reward_that_is_none_is_refused(reward):
    with pytest.raises(ValueError, match="reward"):
        shares([0.5, reward], 4)
    with pytest.raises(ValueError, match="reward"):
        expansion([End(0.5), End(reward, is_finished=True)], width=4)


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan, math.inf])
def test_a_temperature_that_is_none_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature"):
        Balance(temperature)


@pytest.mark.parametrize("least_range", [-0.1, 1.1, math.nan])
def test_a_range_that_is_none_is_refused(least_range):
    with pytest.raises(ValueError, match="range"):
        Balance(0.2, least_range)


def test_counts_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="budget"):
        shares([0.5], -1)
    with pytest.raises(ValueError, match="width"):
        expansion([End(0.5)], width=0)
    with pytest.raises(ValueError, match="width"):
        expansion([End(0.5)], width=4, finished=-1)


def test_finished_paths_take_from_the_budget():
    ends = [End(0.5), End(0.9, is_finished=True), End(0.5)]
    assert expansion(ends, width=8) == (4, 0, 3)
    assert expansion(ends, width=8, finished=3) == (2, 0, 2)


def test_nothing_grows_when_all_are_finished():
    assert expansion([End(0.5, is_finished=True)] * 3, width=8) == (0, 0, 0)


def test_nothing_grows_when_the_width_is_used_up():
    assert expansion([End(0.5), End(0.4)], width=3, finished=3) == (0, 0)
    assert expansion([End(0.5), End(0.4)], width=3, finished=5) == (0, 0)


def test_a_branch_that_never_ends_gets_no_more_than_the_width_on_any_level():
    ends = [End(0.9)]
    for _ in range(25):
        (count,) = expansion(ends, width=4, finished=2)
        assert count == 2


@given(REWARDS, st.integers(0, 64), BALANCES)
def test_shares_are_never_below_nothing_and_add_up_to_the_budget(rewards, budget, balance):
    given_ = shares(rewards, budget, balance)
    assert min(given_) >= 0
    assert sum(given_) == budget


@given(REWARDS, st.integers(0, 64), BALANCES)
def test_a_better_reward_never_gets_less(rewards, budget, balance):
    given_ = shares(rewards, budget, balance)
    by_reward = sorted(zip(rewards, given_, strict=True), key=lambda each: -each[0])
    for (better, more), (worse, less) in pairwise(by_reward):
        assert better == worse or more >= less


@given(
    st.lists(st.tuples(st.floats(1e-6, 1.0), st.booleans()), max_size=12),
    st.integers(1, 32),
    st.integers(0, 40),
)
def test_the_next_level_and_all_that_is_finished_never_exceed_the_width(ends, width, finished):
    children = expansion([End(*each) for each in ends], width=width, finished=finished)
    done = finished + sum(is_finished for _, is_finished in ends)
    assert sum(children) == (max(0, width - done) if done < finished + len(ends) else 0)
    assert sum(children) + done <= max(width, done)


def test_the_published_setting_is_the_default():
    assert Balance() == PUBLISHED == Balance(0.2, 0.0)
