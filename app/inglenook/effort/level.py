"""How much effort a person asks for, and the strategy it stands for."""

from dataclasses import replace
from enum import StrEnum

from inglenook.effort.question import Look, look_at
from inglenook.effort.strategy import PLAIN, Kind, Score, Stop, Strategy


class Level(StrEnum):
    """What can be chosen in the window and on the command line."""

    AUTO = "auto"
    """The question decides."""
    QUICK = "quick"
    BALANCED = "balanced"
    CAREFUL = "careful"
    DEEP = "deep"


BALANCED = Strategy(Kind.VOTE, 4, Score.SEQUENCE, Stop.LEAD)
"""Three that agree, or four: the fourth could not change anything."""

CAREFUL = Strategy(Kind.VOTE, 12, Score.SEQUENCE, Stop.MARGIN, margin=1.25)
"""With the starter model this rule needed 6.8 and 8.0 of 16 drafts for the same accuracy
(measured 2026-11 on 60 sums of three and 60 of four, seed 0)."""

DEEP = Strategy(Kind.BEST_OF, 16, Score.MEAN)
"""What chose best with the starter model, on two families of sums (measured 2026-11)."""

_STRATEGIES = {
    Level.QUICK: PLAIN,
    Level.BALANCED: BALANCED,
    Level.CAREFUL: CAREFUL,
    Level.DEEP: DEEP,
}


def strategy_for(level: Level, question: str) -> Strategy:
    """Return the strategy of a level; the question is looked at if it shall decide."""
    if level is not Level.AUTO:
        return _STRATEGIES[level]
    return BALANCED if look_at(question) is Look.CHECKABLE else PLAIN


def helped(strategy: Strategy, question: str, *, reward: bool, embedding: bool) -> Strategy:
    """Return a strategy of a level with what other installed models can do for it.

    Who asks for Careful or Deep has time for a second model. A reward model scores whatever
    can be asked; an embedding model tells which draft says what most say, which only text in
    which no answer can be compared has need of.

    Args:
        strategy: Of a level; any other is returned as it is.
        question: What is asked.
        reward: A reward model is installed.
        embedding: An embedding model is installed.
    """
    if strategy not in (CAREFUL, DEEP):
        return strategy
    if reward:
        return replace(strategy, score=Score.REWARD)
    if embedding and look_at(question) is not Look.CHECKABLE:
        return Strategy(Kind.BEST_OF, strategy.drafts, Score.LIKENESS)
    return strategy
