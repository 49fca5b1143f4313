"""Drafts that were kept are chosen among again as the engine would choose."""

import pytest

from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.effort.trials import Sample, chosen, is_right

MAJORITY = Strategy(Kind.VOTE, 16, Score.COUNT)
BY_PROBABILITY = Strategy(Kind.VOTE, 16, Score.SEQUENCE)
BEST_BY_MEAN = Strategy(Kind.BEST_OF, 16, Score.MEAN)

DRAFTS = (
    Sample("12", 10, -6.0),
    Sample("13", 10, -9.0),
    Sample("13", 20, -8.0),
    Sample("14", 4, -2.0),
)


def test_an_answer_is_right_if_its_value_is():
    assert is_right(Sample("12.0", 3), "12")
    assert is_right(Sample("1,000", 3), "1000")
    assert not is_right(Sample("12", 3), "13")


def test_no_answer_is_never_right():
    assert not is_right(Sample("", 3), "12")
    assert not is_right(Sample("12", 3), "")


def test_each_way_of_choosing_chooses_its_own():
    assert chosen(MAJORITY, DRAFTS).answer == "13"
    assert chosen(BY_PROBABILITY, DRAFTS).answer == "14"
    assert chosen(BEST_BY_MEAN, DRAFTS).answer == "13"  # -8 over 20 and the end is the best
    assert chosen(Strategy(Kind.BEST_OF, 16, Score.SEQUENCE), DRAFTS).answer == "14"


def test_a_score_that_was_kept_chooses_as_it_is():
    drafts = (
        Sample("1", 3, -1.0, mean=-0.9, self_certainty=5.0, tail=1.0),
        Sample("2", 3, -2.0, mean=-0.1, self_certainty=4.0, tail=2.0),
    )
    best = {
        each: chosen(Strategy(Kind.BEST_OF, 16, each), drafts).answer
        for each in (Score.SEQUENCE, Score.MEAN, Score.SELF_CERTAINTY, Score.TAIL)
    }
    assert list(best.values()) == ["1", "2", "1", "2"]
    assert drafts[0].score(Score.COUNT) is None


def test_a_draft_without_a_score_does_not_win_by_it():
    assert chosen(BEST_BY_MEAN, (Sample("1", 3), Sample("2", 3, -1.0))).answer == "2"


def test_one_draft_is_chosen_whatever_it_says():
    assert chosen(MAJORITY, (Sample("", 7),)).tokens == 7


def test_what_is_not_kept_cannot_choose():
    with pytest.raises(ValueError, match="not kept"):
        chosen(Strategy(Kind.BEST_OF, 16, Score.JUDGE), DRAFTS)
    with pytest.raises(ValueError, match="does not choose"):
        chosen(Strategy(Kind.SEARCH, 16), DRAFTS)
