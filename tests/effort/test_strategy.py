"""A strategy has ranges and makes sense, and so do the levels."""

import msgspec
import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.effort.level import BALANCED, Level, strategy_for
from inglenook.effort.strategy import PLAIN, Kind, Score, Stop, Strategy


@pytest.mark.parametrize(
    "values",
    [
        {"drafts": 0},
        {"drafts": 65},
        {"threshold": 0.4},
        {"threshold": float("nan")},
        {"window": 1},
        {"budget_tokens": 0},
        {"width": 0},
        {"step_mark": ""},
        {"step_mark": "x" * 65},
        {"step_tokens": 0},
        {"balance": 0.0},
        {"depth": 0},
        {"keep": 0},
        {"exploration": -1.0},
    ],
)
def test_a_value_out_of_range_is_refused_with_its_name(values):
    with pytest.raises(BadArgumentError) as caught:
        Strategy(Kind.VOTE, **({"drafts": 4} | values))
    assert caught.value.problem.facts


def test_what_makes_no_sense_is_refused():
    with pytest.raises(BadArgumentError):
        Strategy(Kind.PLAIN, 2)
    with pytest.raises(BadArgumentError):
        Strategy(Kind.BEST_OF, 4, Score.COUNT)


@pytest.mark.parametrize(
    "strategy",
    [PLAIN, BALANCED, Strategy(Kind.SEARCH, 8, Score.MEAN, Stop.BETA, step_mark="\n")],
)
def test_a_strategy_travels_as_json(strategy):
    assert msgspec.json.decode(msgspec.json.encode(strategy), type=Strategy) == strategy


def test_kinds():
    assert PLAIN.is_plain
    assert not BALANCED.is_plain
    assert Strategy(Kind.MCTS, 4).is_tree
    assert not BALANCED.is_tree


def test_levels_ask_for_more_and_more_drafts():
    levels = (Level.QUICK, Level.BALANCED, Level.CAREFUL, Level.DEEP)
    drafts = [strategy_for(each, "").drafts for each in levels]
    assert drafts == sorted(set(drafts))
    assert drafts[0] == 1


def test_the_question_decides_if_it_shall():
    assert strategy_for(Level.AUTO, "Hello!") is PLAIN
    assert strategy_for(Level.AUTO, "What is 5 + 8?") is BALANCED
    assert strategy_for(Level.AUTO, "Write a poem about 12 cats and 3 dogs") is PLAIN
