"""Scores and weights, against sums done by hand."""

import math

import pytest

from inglenook.effort.scores import Scores, Trace, mean_logprob, score_of, scores_of, weights_of
from inglenook.effort.strategy import Score

LOGPROBS = [math.log(0.5), math.log(0.25)]


def test_each_score_by_hand():
    rows = [1.0, 4.0]
    trace = Trace(LOGPROBS, {Score.SELF_CERTAINTY: rows, Score.TAIL: rows})
    assert score_of(Score.SEQUENCE, trace) == pytest.approx(math.log(0.125))
    assert score_of(Score.MEAN, trace) == pytest.approx(math.log(0.125) / 2)
    assert score_of(Score.SELF_CERTAINTY, trace) == 2.5
    assert score_of(Score.TAIL, trace) == 2.5
    assert score_of(Score.COUNT, trace) is None
    assert score_of(Score.JUDGE, trace) is None
    assert mean_logprob(trace) == score_of(Score.MEAN, trace)


def test_all_scores_at_once_are_those_that_were_noted():
    trace = Trace(LOGPROBS, {Score.TAIL: [3.0, 5.0]})
    sequence = score_of(Score.SEQUENCE, trace)
    assert scores_of(trace) == Scores(sequence, mean_logprob(trace), None, 4.0)
    assert scores_of(Trace([])) == Scores()


def test_only_the_last_tokens_are_the_tail():
    assert score_of(Score.TAIL, Trace([], {Score.TAIL: [9.0] * 10 + [1.0] * 64})) == 1.0


@pytest.mark.parametrize("score", Score)
def test_a_draft_without_tokens_has_no_score(score):
    assert score_of(score, Trace([])) is None


def test_weights_by_hand():
    assert weights_of(Score.COUNT, [None, 3.0]) == [1.0, 1.0]
    assert weights_of(Score.SEQUENCE, [-1000.0, -1000.0 - math.log(4)]) == pytest.approx(
        [1.0, 0.25]
    )
    assert weights_of(Score.MEAN, [math.log(0.5), None]) == pytest.approx([0.5, 0.0])
    assert weights_of(Score.SELF_CERTAINTY, [2.0, -1.0]) == [2.0, 0.0]
    assert weights_of(Score.JUDGE, [0.25, 0.75]) == [0.25, 0.75]


def test_rewards_are_probabilities_or_become_them():
    assert weights_of(Score.REWARD, [0.25, None, 1.0]) == [0.25, 0.0, 1.0]
    assert weights_of(Score.REWARD, [math.log(3), None, -1e9]) == pytest.approx([0.75, 0, 0])
    assert weights_of(Score.LIKENESS, [0.5, -0.5]) == [0.5, 0.0]


def test_where_nobody_weighs_anything_all_weigh_the_same():
    assert weights_of(Score.JUDGE, [0.0, None]) == [1.0, 1.0]
    assert weights_of(Score.TAIL, [math.inf, 1.0]) == [1.0, 1.0]
    assert weights_of(Score.MEAN, [math.nan, math.nan]) == [1.0, 1.0]
    assert weights_of(Score.MEAN, []) == []


def test_a_draft_of_a_thousand_tokens_still_weighs_something():
    assert weights_of(Score.SEQUENCE, [-5000.0, -5001.0])[1] == pytest.approx(math.exp(-1))
