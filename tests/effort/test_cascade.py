"""Two models, the larger of which is asked where the smaller one's drafts disagree."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook.effort.cascade import Side, cascade_of, is_unsure
from inglenook.effort.trials import Sample, Trial


@pytest.mark.parametrize(
    ("agreeing", "drafts", "least", "unsure"),
    [
        (1, 4, 0.5, True),
        (2, 4, 0.5, False),  # half is enough where half is asked for
        (2, 3, 2 / 3, False),
        (0, 2, 0.5, True),
        (1, 1, 1.0, False),  # one draft has nobody to disagree with
        (0, 0, 0.5, False),
        (4, 4, 1.0, False),
        (1, 4, 0.0, False),
    ],
)
def test_a_larger_model_is_worth_asking_where_too_few_agree(agreeing, drafts, least, unsure):
    assert is_unsure(agreeing, drafts, least) is unsure


@pytest.mark.parametrize(("agreeing", "least"), [(5, 0.5), (-1, 0.5), (1, 1.5), (1, math.nan)])
def test_numbers_that_make_no_sense_are_refused(agreeing, least):
    with pytest.raises(ValueError, match="makes no sense"):
        is_unsure(agreeing, 4, least)


def trial(name, right, *answers):
    drafts = tuple(Sample(each, 10, -1.0 if each else -9.0) for each in answers)
    return Trial(name, right, Sample(answers[0], 10), drafts)


def small(drafts=2):
    trials = [
        trial("easy", "5", "5", "5"),  # agrees, and is right
        trial("hard", "7", "6", "8"),  # disagrees, and is wrong
        trial("trap", "9", "4", "4"),  # agrees, and is wrong
        trial("odd", "3", "3", ""),  # one, the less likely, has no answer; the other is right
    ]
    return Side(trials, 100, [20] * 4, drafts)


def large(parameters=1000):
    trials = [trial(each.question, each.right, each.right) for each in small().trials]
    return Side(trials, parameters, [20] * 4, 1)


def test_a_cascade_by_hand():
    curve = cascade_of(small(), large())
    # Two drafts of 10 tokens after a prompt of 20, 200 operations each; one of 10 after 20.
    assert curve.small.flops == pytest.approx(40 * 200)
    assert curve.large.flops == pytest.approx(30 * 2000)
    assert curve.small.each == (1, 0, 0, 1)
    assert curve.large.each == (1, 1, 1, 1)
    (both,) = curve.between  # of two drafts both must agree, or nobody has to
    assert both.asked == 0.5  # "hard" and "odd"
    assert both.each == (1, 1, 0, 1)
    assert both.flops == pytest.approx(8000 + 0.5 * 60_000)
    # The line gives 0.5 + (38,000 - 8,000) / 52,000 * 0.5 at that cost.
    assert curve.over_line(both).value == pytest.approx(0.75 - (0.5 + 30 / 52 * 0.5))


def test_a_larger_model_that_costs_no_more_has_no_line():
    curve = cascade_of(small(), large(parameters=10))
    with pytest.raises(ValueError, match="costs no more"):
        curve.over_line(curve.between[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Side([], 1, [], 2), Side([], 1, [], 1)),
        (small(), Side(large().trials[1:], 1, [20] * 3, 1)),
        (small(drafts=1), large()),
        (small(drafts=3), large()),
    ],
)
def test_what_cannot_be_a_cascade_is_refused(one, other):
    with pytest.raises(ValueError, match=r"same questions|drafts"):
        cascade_of(one, other)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("123"), min_size=4, max_size=4), min_size=1, max_size=6)
)
def test_who_asks_for_more_agreement_asks_the_larger_model_no_less_often(answers):
    trials = [trial(str(at), "1", *each) for at, each in enumerate(answers)]
    behind = [trial(each.question, "1", "1", "2") for each in trials]
    count = len(trials)
    curve = cascade_of(Side(trials, 10, [5] * count, 4), Side(behind, 100, [5] * count, 1))
    asked = [each.asked for each in (curve.small, *curve.between, curve.large)]
    assert asked == sorted(asked)
    assert asked[0] == 0.0
    costs = [each.flops for each in (curve.small, *curve.between)]
    assert costs == sorted(costs)
