"""How good a draft seems by the model's own probabilities, and what that weighs in a vote."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inglenook.effort.strategy import Score

TAIL_TOKENS = 64
"""The authors of 2508.15260 look at the last 2,048 of tens of thousands; drafts here have some
hundred."""

TAIL_CANDIDATES = 20
"""Their token confidence is the mean over so many of the likeliest tokens."""


OF_ROWS = (Score.SELF_CERTAINTY, Score.TAIL)
"""Scores that need a look at each whole row of logits, and not only at the picked token."""


@dataclass(frozen=True, slots=True)
class Scores:
    """All that the model's own probabilities say of a draft, higher for better.

    Attributes:
        sequence: Natural logarithm of the whole draft's probability.
        mean: Mean log-probability of its tokens.
        self_certainty: Mean distance of the model's distribution from the uniform one.
        tail: Confidence in its last tokens.
    """

    sequence: float | None = None
    mean: float | None = None
    self_certainty: float | None = None
    tail: float | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What was noted while a draft was written, a value for each token it picked.

    Attributes:
        logprobs: Natural logarithms of the picked tokens' probabilities, by the raw logits.
        measures: What scores need of each whole row of logits, for those that were asked for.
    """

    logprobs: Sequence[float]
    measures: Mapping[Score, Sequence[float]] = field(default_factory=dict)


def mean_logprob(trace: Trace) -> float | None:
    """Return the mean log-probability of the picked tokens; None if there are none."""
    return _mean(trace.logprobs)


def score_of(score: Score, trace: Trace) -> float | None:
    """Return the score of a draft, higher for better; None if it has none.

    Of ``Score.SEQUENCE`` it is the logarithm, since the probability itself is too small a
    number after some hundred tokens. ``Score.COUNT`` and ``Score.JUDGE`` are not in a trace.
    """
    match score:
        case Score.SEQUENCE:
            return math.fsum(trace.logprobs) if trace.logprobs else None
        case Score.MEAN:
            return _mean(trace.logprobs)
        case Score.SELF_CERTAINTY:
            return _mean(trace.measures.get(score, ()))
        case Score.TAIL:
            return _mean(trace.measures.get(score, ())[-TAIL_TOKENS:])
        case _:
            return None


def scores_of(trace: Trace) -> Scores:
    """Return every score of a draft that what was noted allows."""
    return Scores(
        score_of(Score.SEQUENCE, trace),
        mean_logprob(trace),
        score_of(Score.SELF_CERTAINTY, trace),
        score_of(Score.TAIL, trace),
    )


def weights_of(score: Score, scores: Sequence[float | None]) -> list[float]:
    """Return what each draft weighs in a vote, 0 or more.

    Logarithms become probabilities, those of whole drafts relative to the likeliest; so do
    rewards, unless all of them are probabilities already. If nobody would weigh anything, or
    somebody more than can be told, all weigh the same.
    """
    known = [each for each in scores if each is not None]
    if score is Score.REWARD and not all(0.0 <= each <= 1.0 for each in known):
        scores = [None if each is None else _logistic(each) for each in scores]
    weights = [_weight(score, each, max(known, default=0.0)) for each in scores]
    total = math.fsum(weights)
    return weights if 0.0 < total < math.inf else [1.0] * len(scores)


def _weight(score: Score, value: float | None, most: float) -> float:
    if score is Score.COUNT:
        return 1.0
    if value is None or math.isnan(value):
        return 0.0
    if score is Score.SEQUENCE:
        return math.exp(min(0.0, value - most))
    if score is Score.MEAN:
        return math.exp(min(0.0, value))
    return max(0.0, value)


def _logistic(value: float) -> float:
    """Return the probability that a reward stands for (Bradley and Terry's model)."""
    return 1.0 / (1.0 + math.exp(-min(max(value, -500.0), 500.0)))


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
