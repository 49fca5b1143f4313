"""Accuracy over computation, for every way of choosing, from drafts that are there."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inglenook.effort.intervals import Interval, accuracy
from inglenook.effort.stopping import is_decided
from inglenook.effort.strategy import Kind, Score, Stop, Strategy
from inglenook.effort.tally import Ballot, agreeing_last, standing_of
from inglenook.effort.trials import Sample, Trial, chosen, is_right

COUNTS = (1, 2, 4, 8, 16)
SUBSETS = 20
"""So many random choices of k drafts stand for all there are."""
_SEED = "subsets"

SELECTORS: dict[str, Strategy] = {
    "Majority": Strategy(Kind.VOTE, 16, Score.COUNT),
    "Vote by probability": Strategy(Kind.VOTE, 16, Score.SEQUENCE),
    "Vote by mean": Strategy(Kind.VOTE, 16, Score.MEAN),
    "Vote by self-certainty": Strategy(Kind.VOTE, 16, Score.SELF_CERTAINTY),
    "Vote by tail": Strategy(Kind.VOTE, 16, Score.TAIL),
    "Best by mean": Strategy(Kind.BEST_OF, 16, Score.MEAN),
    "Best by probability": Strategy(Kind.BEST_OF, 16, Score.SEQUENCE),
    "Best by self-certainty": Strategy(Kind.BEST_OF, 16, Score.SELF_CERTAINTY),
    "Best by tail": Strategy(Kind.BEST_OF, 16, Score.TAIL),
}
"""The ways of choosing that need nothing but what is kept of each draft."""


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a curve.

    Attributes:
        drafts: On average; a stopping rule has no whole number.
        tokens: Written for one question, on average.
        accuracy: Share of right answers.
        each: The same for each question, in order, 0 to 1.
    """

    drafts: float
    tokens: float
    accuracy: Interval
    each: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """What one strategy reaches as it is given more."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class _Try:
    drafts: int
    tokens: int
    is_right: bool


def greedy(trials: Sequence[Trial]) -> Point:
    """Return what the likeliest tokens reach; no try can differ."""
    return _point([[_taken([each.greedy], each.greedy, each.right)] for each in trials])


def curves(trials: Sequence[Trial], counts: Sequence[int] = COUNTS) -> tuple[Curve, ...]:
    """Return a curve for every selector whose score was noted.

    Raises:
        ValueError: there are no trials.
    """
    return tuple(
        Curve(
            name,
            tuple(at_count(trials, strategy, count) for count in _possible(trials, counts)),
        )
        for name, strategy in SELECTORS.items()
        if _is_noted(strategy.score, trials)
    )


def _is_noted(score: Score, trials: Sequence[Trial]) -> bool:
    if score is Score.COUNT:
        return True
    return any(draft.score(score) is not None for each in trials for draft in each.drafts)


def at_count(trials: Sequence[Trial], strategy: Strategy, count: int) -> Point:
    """Return what a selector reaches with so many drafts, by random choices of them.

    Raises:
        ValueError: there are no trials, or not so many drafts.
    """

    def attempt(trial: Trial, drafts: Sequence[Sample]) -> _Try:
        used = drafts[:count]
        return _taken(used, chosen(strategy, used), trial.right)

    return _point([_tries(each, attempt, count) for each in trials])


def oracle(trials: Sequence[Trial], count: int) -> Point:
    """Return how often any of so many drafts is right: what no way of choosing can exceed.

    Raises:
        ValueError: there are no trials, or not so many drafts.
    """

    def attempt(trial: Trial, drafts: Sequence[Sample]) -> _Try:
        used = drafts[:count]
        right = [each for each in used if is_right(each, trial.right)]
        return _taken(used, (right or used)[0], trial.right)

    return _point([_tries(each, attempt, count) for each in trials])


def stopped(trials: Sequence[Trial], strategy: Strategy) -> Point:
    """Return what a strategy reaches whose stopping rule sees one draft after another.

    Raises:
        ValueError: there are no trials, or not so many drafts.
    """

    def attempt(trial: Trial, drafts: Sequence[Sample]) -> _Try:
        used = drafts[: _needed(strategy, drafts)]
        return _taken(used, chosen(strategy, used), trial.right)

    return _point([_tries(each, attempt, strategy.drafts) for each in trials])


def _needed(strategy: Strategy, drafts: Sequence[Sample]) -> int:
    """Return after how many drafts the rule is content."""
    if strategy.stop is Stop.NEVER:
        return strategy.drafts
    ballots: list[Ballot] = []
    for at, each in enumerate(drafts[: strategy.drafts]):
        ballots.append(Ballot(at, each.found, each.score(strategy.score)))
        left = strategy.drafts - len(ballots)
        standing = standing_of(ballots, strategy)
        if is_decided(strategy, standing, left, latest=agreeing_last(ballots)):
            return len(ballots)
    return strategy.drafts


def _tries(
    trial: Trial, attempt: Callable[[Trial, Sequence[Sample]], _Try], count: int
) -> list[_Try]:
    """Try a number of random orders of the drafts; all there are if order cannot matter."""
    if not 1 <= count <= len(trial.drafts):
        raise ValueError(f"{trial.question} has {len(trial.drafts)} drafts, not {count}")
    if count == 1:
        return [attempt(trial, [each]) for each in trial.drafts]
    return [attempt(trial, order) for order in orders_of(trial)]


def orders_of(trial: Trial) -> list[list[Sample]]:
    """Return random orders of a question's drafts, in which they might have come.

    The same question has the same orders for every strategy, so that they can be compared.
    """
    dice = random.Random(f"{_SEED} {trial.question}")  # noqa: S311 -- no secret
    return [dice.sample(trial.drafts, len(trial.drafts)) for _ in range(SUBSETS)]


def _taken(used: Sequence[Sample], winner: Sample, right: str) -> _Try:
    return _Try(len(used), sum(each.tokens for each in used), is_right(winner, right))


def _point(tried: Sequence[Sequence[_Try]]) -> Point:
    """Return the mean over questions of the means over tries."""
    each = tuple(_mean([one.is_right for one in tries]) for tries in tried)
    return Point(
        _mean([_mean([one.drafts for one in tries]) for tries in tried]),
        _mean([_mean([one.tokens for one in tries]) for tries in tried]),
        accuracy(each),
        each,
    )


def _mean(values: Sequence[float]) -> float:
    if not values:
        raise ValueError("nothing was measured")
    return math.fsum(values) / len(values)


def _possible(trials: Sequence[Trial], counts: Sequence[int]) -> list[int]:
    most = min((len(each.drafts) for each in trials), default=0)
    return [each for each in counts if each <= most] or [1]
