"""Every selector, curve and stopping rule is computed from drafts that are there."""

import pytest

from inglenook.effort.curves import (
    COUNTS,
    SELECTORS,
    at_count,
    curves,
    greedy,
    oracle,
    stopped,
)
from inglenook.effort.strategy import Kind, Score, Stop, Strategy
from inglenook.effort.trials import Sample, Trial

MAJORITY = SELECTORS["Majority"]


def trial(name, right, answers, tokens=10, greedy_answer="0"):
    drafts = tuple(Sample(each, tokens, -1.0, self_certainty=1.0, tail=2.0) for each in answers)
    return Trial(name, right, Sample(greedy_answer, 7, -1.0), drafts)


AGREED = trial("a", "5", ["5"] * 16, greedy_answer="5")
SPLIT = trial("b", "6", ["6"] * 10 + ["7"] * 6)
HOPELESS = trial("c", "8", ["9"] * 15 + ["8"])


def test_greedy_has_one_draft_and_its_tokens():
    point = greedy([AGREED, SPLIT])
    assert (point.drafts, point.tokens, point.accuracy.value) == (1, 7, 0.5)
    assert point.each == (1.0, 0.0)


def test_one_sample_is_as_right_as_the_share_of_right_drafts():
    point = at_count([AGREED, SPLIT, HOPELESS], MAJORITY, 1)
    assert point.each == (1.0, 10 / 16, 1 / 16)
    assert point.tokens == 10


def test_all_drafts_give_the_vote_of_all():
    point = at_count([AGREED, SPLIT, HOPELESS], MAJORITY, 16)
    assert point.each == (1.0, 1.0, 0.0)
    assert (point.drafts, point.tokens) == (16, 160)
    assert point.accuracy.value == pytest.approx(2 / 3)


def test_a_few_drafts_lie_between_one_and_all():
    trials = [trial(f"q{at}", "6", ["6"] * 11 + ["7"] * 5) for at in range(10)]
    one, some, most = (at_count(trials, MAJORITY, k).accuracy.value for k in (1, 5, 16))
    assert one < some < most


def test_the_same_drafts_give_the_same_curve():
    assert at_count([SPLIT], MAJORITY, 4) == at_count([SPLIT], MAJORITY, 4)


def test_scores_that_were_not_noted_have_no_curve():
    bare = Trial("a", "5", Sample("5", 3), (Sample("5", 3, -1.0), Sample("6", 3)))
    assert [each.name for each in curves([bare])] == [
        "Majority",
        "Vote by probability",
        "Vote by mean",
        "Best by mean",
        "Best by probability",
    ]


def test_there_is_a_curve_for_every_selector_at_every_count():
    found = curves([AGREED, SPLIT])
    assert [each.name for each in found] == list(SELECTORS)
    assert [point.drafts for point in found[0].points] == list(COUNTS)


def test_counts_for_which_there_are_no_drafts_are_left_out():
    few = trial("d", "5", ["5", "5", "4"])
    assert [each.drafts for each in curves([few])[0].points] == [1, 2]


def test_no_way_of_choosing_exceeds_the_oracle():
    trials = [AGREED, SPLIT, HOPELESS]
    assert oracle(trials, 16).each == (1.0, 1.0, 1.0)
    for count in COUNTS:
        best = oracle(trials, count).each
        for strategy in SELECTORS.values():
            mine = at_count(trials, strategy, count).each
            assert all(one <= other + 1e-9 for one, other in zip(mine, best, strict=True))


def test_a_lead_that_cannot_be_caught_up_saves_drafts_and_changes_nothing():
    rule = Strategy(Kind.VOTE, 16, Score.COUNT, Stop.LEAD)
    trials = [AGREED, HOPELESS]
    saved = stopped(trials, rule)
    assert saved.each == at_count(trials, MAJORITY, 16).each
    assert stopped([AGREED], rule).drafts == 9  # 9 against 0 with 7 to come
    assert saved.drafts < 12


def test_drafts_that_agree_end_a_window():
    rule = Strategy(Kind.VOTE, 16, Score.COUNT, Stop.UNANIMOUS, window=3)
    assert stopped([AGREED], rule).drafts == 3
    mixed = trial("e", "1", ["1", "2"] * 8)
    assert stopped([mixed], rule).drafts > 3


def test_a_sure_leader_ends_it():
    rule = Strategy(Kind.VOTE, 16, Score.COUNT, Stop.BETA, threshold=0.95)
    # 1 - 1/2^(n+1) is at least 0.95 from n = 4 on.
    assert stopped([AGREED], rule).drafts == 4


def test_without_a_rule_all_drafts_are_used():
    rule = Strategy(Kind.VOTE, 8, Score.COUNT, Stop.NEVER)
    point = stopped([AGREED], rule)
    assert (point.drafts, point.tokens) == (8, 80)


def test_a_rule_that_never_holds_uses_all():
    different = trial("f", "1", [str(each) for each in range(16)])
    rule = Strategy(Kind.VOTE, 16, Score.COUNT, Stop.UNANIMOUS, window=2)
    assert stopped([different], rule).drafts == 16


@pytest.mark.parametrize("count", [0, 17])
def test_drafts_that_are_not_there_are_not_counted_on(count):
    with pytest.raises(ValueError, match="drafts"):
        at_count([AGREED], MAJORITY, count)


def test_nothing_measured_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        curves([])
