"""What a level of effort stands for, alone and with the help of other models."""

import pytest

from inglenook.effort.level import BALANCED, CAREFUL, DEEP, Level, helped, strategy_for
from inglenook.effort.strategy import PLAIN, Kind, Score

STORY, SUM = "Tell me about the sea", "What is 3 + 5?"


def test_the_question_decides_where_it_shall():
    assert strategy_for(Level.AUTO, SUM) is BALANCED
    assert strategy_for(Level.AUTO, STORY) is PLAIN
    assert strategy_for(Level.DEEP, STORY) is DEEP


@pytest.mark.parametrize("level", [CAREFUL, DEEP])
def test_a_reward_model_scores_whatever_is_asked(level):
    for question in (STORY, SUM):
        made = helped(level, question, reward=True, embedding=True)
        assert (made.kind, made.score, made.drafts) == (level.kind, Score.REWARD, level.drafts)


@pytest.mark.parametrize("level", [CAREFUL, DEEP])
def test_an_embedding_model_helps_where_no_answers_can_be_compared(level):
    made = helped(level, STORY, reward=False, embedding=True)
    assert (made.kind, made.score) == (Kind.BEST_OF, Score.LIKENESS)
    assert made.drafts == level.drafts
    assert helped(level, SUM, reward=False, embedding=True) is level
    assert helped(level, STORY, reward=False, embedding=False) is level


def test_who_is_in_a_hurry_waits_for_no_second_model():
    for strategy in (PLAIN, BALANCED):
        assert helped(strategy, STORY, reward=True, embedding=True) is strategy
