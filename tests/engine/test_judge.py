"""What a judge's answer is read from, and what is noted of each row of logits, by hand."""

import math

import numpy as np
import pytest

from inglenook.chat.message import Role
from inglenook.effort.scores import TAIL_CANDIDATES
from inglenook.effort.strategy import Score
from inglenook.engine.decode.judge import judge_turns, says_yes
from inglenook.engine.odds import noted
from inglenook.engine.protocol import Turn


def logits(*chances):
    return np.log(np.array(chances, np.float32))


def ids(*tokens):
    return np.array(tokens, np.int32)


def test_only_yes_and_no_count():
    row = logits(0.7, 0.06, 0.12, 0.12)
    assert says_yes(row, ids(1, 2), ids(3)) == pytest.approx(0.6)


def test_what_begins_both_says_neither():
    row = logits(0.8, 0.15, 0.05)
    assert says_yes(row, ids(0, 1), ids(0, 2)) == pytest.approx(0.75)
    assert says_yes(row, ids(0), ids(0)) == 0.5


def test_the_question_comes_after_the_draft():
    turns = judge_turns((Turn(Role.USER, "5 + 7?"),), "It is 12.")
    assert [each.role for each in turns] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert turns[1].text == "It is 12."


def test_the_probability_of_the_token_is_that_of_the_raw_row():
    logprob, measure = noted(logits(0.5, 0.25, 0.25) + 3, 1, [Score.SEQUENCE])
    assert logprob == pytest.approx(math.log(0.25))
    assert measure == {}


def test_self_certainty_is_the_distance_from_the_uniform_distribution():
    assert noted(logits(0.25, 0.25, 0.25, 0.25), 0, [Score.SELF_CERTAINTY])[1][
        Score.SELF_CERTAINTY
    ] == pytest.approx(0.0, abs=1e-6)
    expected = -sum(math.log(4 * each) for each in (0.7, 0.1, 0.1, 0.1)) / 4
    row = logits(0.7, 0.1, 0.1, 0.1)
    assert noted(row, 0, [Score.SELF_CERTAINTY])[1][Score.SELF_CERTAINTY] == pytest.approx(
        expected, rel=1e-5
    )


def test_tokens_that_are_forbidden_do_not_make_it_endless():
    row = np.append(logits(0.7, 0.3), np.float32(-np.inf))
    assert math.isfinite(noted(row, 0, [Score.SELF_CERTAINTY])[1][Score.SELF_CERTAINTY])
    assert math.isfinite(noted(row, 0, [Score.TAIL])[1][Score.TAIL])


def test_confidence_is_that_in_the_likeliest_tokens():
    chances = [0.5, *[0.5 / 99] * 99]
    likeliest = sorted(chances, reverse=True)[:TAIL_CANDIDATES]
    expected = -sum(map(math.log, likeliest)) / TAIL_CANDIDATES
    assert noted(logits(*chances), 0, [Score.TAIL])[1][Score.TAIL] == pytest.approx(
        expected, rel=1e-5
    )


def test_confidence_is_the_same_whether_few_or_all_logits_are_looked_at():
    row = np.linspace(-40.0, 12.0, 500, dtype=np.float32)
    steep = row * 5
    for each in (row, steep):
        likeliest = np.sort(each.astype(np.float64))[-TAIL_CANDIDATES:]
        total = np.logaddexp.reduce(each.astype(np.float64))
        measured = noted(each, 0, [Score.TAIL])[1][Score.TAIL]
        assert measured == pytest.approx(total - likeliest.mean(), rel=1e-4)
