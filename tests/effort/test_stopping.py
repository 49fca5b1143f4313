"""When a vote is decided, by hand, and how many drafts are worth beginning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.stopping import is_decided, stays_first, wave
from inglenook.effort.strategy import Kind, Stop, Strategy


def strategy(stop, drafts=12, **named):
    return Strategy(Kind.VOTE, drafts, stop=stop, **named)


@pytest.mark.parametrize(
    ("leader", "runner_up", "probability"),
    [
        (0, 0, 1 / 2),
        (1, 0, 3 / 4),
        (2, 0, 7 / 8),
        (3, 0, 15 / 16),
        (3, 1, 13 / 16),
        (4, 1, 57 / 64),
    ],
)
def test_how_sure_the_leader_is_by_hand(leader, runner_up, probability):
    assert stays_first(leader, runner_up) == probability


def test_equal_answers_are_as_likely():
    assert stays_first(5, 5) == 0.5


def test_each_rule_by_hand():
    lead = strategy(Stop.LEAD, 4)
    assert is_decided(lead, [3], 1, latest=3)
    assert not is_decided(lead, [2], 2, latest=2)
    assert not is_decided(lead, [2, 1], 1, latest=1)
    beta = strategy(Stop.BETA, threshold=0.9)
    assert is_decided(beta, [3], 9, latest=3)
    assert not is_decided(beta, [3, 1], 8, latest=1)
    assert not is_decided(beta, [], 8, latest=0)
    unanimous = strategy(Stop.UNANIMOUS, window=3)
    assert is_decided(unanimous, [3, 2], 7, latest=3)
    assert not is_decided(unanimous, [5, 2], 5, latest=2)
    assert not is_decided(strategy(Stop.NEVER), [11], 1, latest=11)
    margin = strategy(Stop.MARGIN, margin=1.0)
    assert is_decided(margin, [3.0], 9, latest=3)
    assert is_decided(margin, [4.5, 1.5], 9, latest=1)
    assert not is_decided(margin, [4.4, 1.5], 9, latest=1)
    assert not is_decided(margin, [], 9, latest=0)


@pytest.mark.parametrize(
    ("rule", "counts", "left", "latest", "drafts"),
    [
        (strategy(Stop.NEVER, 8), [], 8, 0, 8),
        (strategy(Stop.LEAD, 4), [], 4, 0, 3),
        (strategy(Stop.LEAD, 4), [2, 1], 1, 0, 1),
        (strategy(Stop.BETA, threshold=0.9), [], 12, 0, 3),
        (strategy(Stop.BETA, threshold=0.9), [1, 1, 1], 9, 1, 4),
        (strategy(Stop.MARGIN, margin=1.0), [], 12, 0, 3),
        (strategy(Stop.MARGIN, margin=1.0), [1.0, 1.0, 1.0], 9, 1, 3),
        (strategy(Stop.UNANIMOUS, window=3), [2], 10, 2, 1),
        (strategy(Stop.UNANIMOUS, window=3), [2, 1], 9, 0, 3),
        (strategy(Stop.NEVER, 1), [], 0, 0, 0),
    ],
)
def test_so_many_are_begun_as_would_decide_if_they_agreed(rule, counts, left, latest, drafts):
    assert wave(rule, counts, left, latest=latest) == drafts


@given(st.sampled_from(Stop), st.lists(st.integers(0, 9), max_size=3), st.integers(0, 40))
def test_a_wave_is_never_more_than_what_is_left(stop, counts, left):
    counts = sorted(counts, reverse=True)
    assert min(1, left) <= wave(strategy(stop, 64), counts, left) <= left


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 20))
def test_a_lead_that_is_decided_cannot_be_caught_up(leader, behind, left):
    counts = [leader, max(0, leader - behind)]
    if is_decided(strategy(Stop.LEAD, 64), counts, left, latest=0):
        assert counts[1] + left < leader
