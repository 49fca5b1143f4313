"""Votes and choices by hand, ties included."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.effort.answers import answer_in
from inglenook.effort.strategy import Kind, Reason, Score, Stop, Strategy
from inglenook.effort.tally import Ballot, best, counts_of, standing_of, vote


def ballot(draft, answer="", score=None, mean=None, is_whole=True):
    return Ballot(draft, answer_in(answer) if answer else None, score, mean, is_whole)


def test_the_answer_given_most_often_wins():
    choice = vote([ballot(0, "7"), ballot(1, "12"), ballot(2, "12.0")], Score.COUNT)
    assert (choice.draft, choice.reason) == (1, Reason.AGREEMENT)
    assert [(each.answer, each.drafts) for each in choice.groups] == [
        ("12", (1, 2)),
        ("7", (0,)),
    ]
    assert math.isclose(choice.groups[0].weight, 2 / 3)


def test_the_draft_that_was_read_already_stands_for_its_group():
    ballots = [ballot(0, "12", 0.1), ballot(1, "12", 0.9), ballot(2, "7", 0.5)]
    assert vote(ballots, Score.JUDGE).draft == 0


def test_else_the_best_of_the_group_stands_for_it():
    ballots = [ballot(0, "7", 0.1), ballot(1, "12", 0.4), ballot(2, "12", 0.9)]
    assert vote(ballots, Score.JUDGE).draft == 2


def test_weight_can_win_against_number():
    ballots = [ballot(0, "12", 0.1), ballot(1, "12", 0.1), ballot(2, "7", 0.9)]
    choice = vote(ballots, Score.JUDGE)
    assert (choice.draft, choice.reason) == (2, Reason.WEIGHT)


def test_of_equal_groups_the_more_confident_wins_and_then_the_earlier():
    tie = [ballot(0, "7", mean=-2.0), ballot(1, "12", mean=-1.0)]
    assert vote(tie, Score.COUNT).draft == 1
    tie = [ballot(1, "7"), ballot(2, "12"), ballot(3, "12"), ballot(4, "7")]
    assert vote(tie, Score.COUNT).draft == 1


def test_of_groups_of_equal_weight_the_larger_wins():
    ballots = [ballot(0, "7", 0.5), ballot(1, "12", 0.25), ballot(2, "12", 0.25)]
    choice = vote(ballots, Score.JUDGE)
    assert choice.groups[0].answer == "12"
    assert choice.reason is Reason.AGREEMENT


def test_without_two_answers_the_best_score_decides_and_whole_drafts_go_first():
    ballots = [ballot(0, score=-1.0, is_whole=False), ballot(1, score=-3.0), ballot(2)]
    choice = vote(ballots, Score.MEAN)
    assert (choice.draft, choice.reason) == (1, Reason.NO_ANSWERS)
    assert vote([ballot(0), ballot(1)], Score.COUNT).draft == 0
    assert vote([ballot(0, "7"), ballot(1, score=math.nan)], Score.MEAN).draft == 0


def test_one_draft_is_the_only_one():
    assert vote([ballot(3, "7")], Score.COUNT).reason is Reason.ONLY
    assert best([ballot(3, "7")], Score.MEAN).reason is Reason.ONLY


def test_drafts_without_an_answer_are_the_last_group():
    choice = vote([ballot(0), ballot(1, "7"), ballot(2, "7"), ballot(3)], Score.COUNT)
    assert [(each.answer, each.drafts) for each in choice.groups] == [
        ("7", (1, 2)),
        ("", (0, 3)),
    ]
    assert math.isclose(sum(each.weight for each in choice.groups), 1.0)


def test_the_best_score_wins_whoever_agrees():
    ballots = [ballot(0, "12", -1.0), ballot(1, "12", -0.5), ballot(2, "7", -0.1)]
    choice = best(ballots, Score.MEAN)
    assert (choice.draft, choice.reason) == (2, Reason.SCORE)
    assert choice.groups[0].answer == "12"


def test_counts():
    assert counts_of([ballot(0, "12"), ballot(1, "7"), ballot(2, "twelve"), ballot(3)]) == [
        2,
        1,
    ]
    assert counts_of([]) == []


def test_most_stopping_rules_see_counts_and_one_sees_weights():
    ballots = [
        ballot(0, "12", score=math.log(0.5)),
        ballot(1, "7", score=math.log(0.1)),
        ballot(2, "7", score=math.log(0.1)),
        ballot(3, "", score=math.log(0.1)),
    ]
    counted = Strategy(Kind.VOTE, 8, Score.SEQUENCE, Stop.BETA)
    weighed = Strategy(Kind.VOTE, 8, Score.SEQUENCE, Stop.MARGIN)
    assert standing_of(ballots, counted) == [2.0, 1.0]
    assert standing_of(ballots, weighed) == pytest.approx([2.5, 1.0])  # of four drafts, 0.8
    assert standing_of([], weighed) == []


BALLOTS = st.lists(
    st.tuples(
        st.sampled_from(["", "12", "12.0", "7", "x"]),
        st.none() | st.floats(-5, 0),
        st.none() | st.floats(-5, 0),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@given(BALLOTS, st.sampled_from(Score), st.randoms())
def test_the_order_of_ballots_changes_nothing(rows, score, random):
    ballots = [ballot(at, *row) for at, row in enumerate(rows)]
    mixed = random.sample(ballots, len(ballots))
    assert vote(mixed, score) == vote(ballots, score)
    assert best(mixed, score) == best(ballots, score)
    chosen = vote(ballots, score)
    assert 0 <= chosen.draft < len(ballots)
    assert sorted(at for each in chosen.groups for at in each.drafts) == list(range(len(rows)))
