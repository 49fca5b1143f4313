"""When a larger model is asked: the drafts of a smaller one agree too little.

Source: the agreement of a small model's drafts as the signal, Yue and others, "Large Language
Model Cascades with Mixture of Thoughts Representations" (arXiv 2310.03094). The larger model
sees the question only.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.effort.curves import SUBSETS, at_count, orders_of
from inglenook.effort.groups import grouped
from inglenook.effort.intervals import Interval, accuracy, gain
from inglenook.effort.report import flops
from inglenook.effort.strategy import Kind, Score, Strategy
from inglenook.effort.trials import Sample, Trial, chosen, is_right

LEAST_AGREEMENT = 0.5
"""Where fewer than half of the drafts agree, the starter was right in at most half of the
answers; where more than three quarters do, in nine of ten (measured 2026-11, sums of three
and four)."""

_ROUNDING = 1e-9

_VOTE = Strategy(Kind.VOTE, 16, Score.SEQUENCE)


def is_unsure(agreeing: int, drafts: int, least: float = LEAST_AGREEMENT) -> bool:
    """Whether drafts agree so little that a larger model is worth asking.

    Args:
        agreeing: Drafts that give the chosen answer.
        drafts: All that came to their end; agreement among fewer than two tells nothing.
        least: Share of drafts that must agree, 0 to 1.

    Raises:
        ValueError: more agree than there are, or the share is none.
    """
    if not 0 <= agreeing <= drafts or not 0.0 <= least <= 1.0:
        raise ValueError(f"{agreeing} of {drafts} with at least {least} makes no sense")
    return drafts > 1 and agreeing + _ROUNDING < least * drafts


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two models, and what it answered.

    Attributes:
        trials: The same questions, in the same order, for both.
        parameters: Of the model.
        prompt_tokens: Of each question; they are read once, by each model that is asked.
        drafts: It writes so many, and they vote.
    """

    trials: Sequence[Trial]
    parameters: int
    prompt_tokens: Sequence[int]
    drafts: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What one way to ask reaches.

    Attributes:
        least: Agreement that is enough for the smaller model; 0 for it alone, above 1 for
            the larger one alone.
        asked: Share of questions that the larger model answered.
        flops: Of a question, prompts included.
        accuracy: Share of right answers.
        each: Accuracy of each question.
    """

    least: float
    asked: float
    flops: float
    accuracy: Interval
    each: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CascadeCurve:
    """A cascade between the two models it is made of.

    Attributes:
        small: The smaller one alone.
        large: The larger one alone.
        between: The cascade, for every agreement that can be asked for.
    """

    small: Reach
    large: Reach
    between: tuple[Reach, ...]

    def over_line(self, reach: Reach) -> Interval:
        """Return how far a cascade is above the line that joins both models, at its cost.

        Points on that line need no drafts to agree: a coin decides which model is asked.

        Raises:
            ValueError: the larger model costs no more than the smaller one.
        """
        width = self.large.flops - self.small.flops
        if width <= 0.0:
            raise ValueError("the larger model costs no more than the smaller one")
        share = min(1.0, (reach.flops - self.small.flops) / width)
        line = [
            one + share * (other - one)
            for one, other in zip(self.small.each, self.large.each, strict=True)
        ]
        return gain(reach.each, line)


def cascade_of(small: Side, large: Side) -> CascadeCurve:
    """Compute every cascade from drafts that are there.

    Raises:
        ValueError: the questions differ, there are none, or too few drafts.
    """
    names = [each.question for each in small.trials]
    if not names or names != [each.question for each in large.trials]:
        raise ValueError("a cascade needs the same questions of both models")
    behind = at_count(large.trials, _VOTE, large.drafts)
    costs = [_cost(large, at) for at in range(len(names))]
    tried = [_first_tries(small, at) for at in range(len(names))]
    steps = [0.0, *(least / small.drafts for least in range(2, small.drafts + 1))]
    alone, *between = (_reach(each, tried, behind.each, costs) for each in steps)
    above = Reach(math.inf, 1.0, math.fsum(costs) / len(costs), behind.accuracy, behind.each)
    return CascadeCurve(alone, above, tuple(between))


@dataclass(frozen=True, slots=True)
class _Try:
    """One random choice of the smaller model's drafts."""

    agreeing: int
    drafts: int
    flops: float
    is_right: bool


def _first_tries(small: Side, at: int) -> list[_Try]:
    trial = small.trials[at]
    if not 1 < small.drafts <= len(trial.drafts):
        raise ValueError(f"{trial.question} has {len(trial.drafts)} drafts, not {small.drafts}")
    return [_first_try(small, at, order[: small.drafts]) for order in orders_of(trial)]


def _first_try(small: Side, at: int, used: Sequence[Sample]) -> _Try:
    winner = chosen(_VOTE, used)
    places = grouped([each.found if each.is_whole else None for each in used])
    agreeing = next(
        (len(each) for each in places if any(used[place] is winner for place in each)), 0
    )
    written = sum(each.tokens for each in used)
    cost = flops(small.prompt_tokens[at] + written, small.parameters)
    return _Try(agreeing, len(used), cost, is_right(winner, small.trials[at].right))


def _cost(large: Side, at: int) -> float:
    """Return what the larger model takes for a question, on average over its drafts."""
    drafts = large.trials[at].drafts
    written = large.drafts * sum(each.tokens for each in drafts) / len(drafts)
    return flops(large.prompt_tokens[at] + written, large.parameters)


def _reach(
    least: float,
    tried: Sequence[Sequence[_Try]],
    behind: Sequence[float],
    costs: Sequence[float],
) -> Reach:
    each, asked, spent = [], 0, 0.0
    for tries, right, cost in zip(tried, behind, costs, strict=True):
        passed = [is_unsure(one.agreeing, one.drafts, least) for one in tries]
        got = [
            right if goes_on else float(one.is_right)
            for one, goes_on in zip(tries, passed, strict=True)
        ]
        each.append(math.fsum(got) / len(got))
        asked += sum(passed)
        spent += math.fsum(one.flops for one in tries) + cost * sum(passed)
    count = len(tried) * SUBSETS
    return Reach(least, asked / count, spent / count, accuracy(each), tuple(each))
