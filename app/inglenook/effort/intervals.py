"""How sure a measured share is: intervals of 95 %, and a test for pairs."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054
"""Within so many standard deviations of the mean lie 95 % of a normal distribution."""

RESAMPLES = 1000
_SEED = "intervals"


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured value and where the true one lies in 95 of 100 such measurements."""

    value: float
    low: float
    high: float

    @property
    def is_above_zero(self) -> bool:
        """Whether all of it is above 0, as a gain should be."""
        return self.low > 0.0


def wilson(right: int, count: int) -> Interval:
    """Return the share of right answers with Wilson's score interval.

    Wilson, "Probable inference, the law of succession, and statistical inference" (1927); it
    stays within 0 and 1, and holds for small counts.

    Raises:
        ValueError: the counts make no sense.
    """
    if not 0 <= right <= count or count < 1:
        raise ValueError(f"{right} of {count} is no share")
    share, square = right / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = (
        _Z
        * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
        / (1 + square / count)
    )
    # Rounding must not leave a share of 0 or 1 outside.
    return Interval(share, max(0.0, min(share, middle - reach)), max(share, middle + reach))


def bootstrap(values: Sequence[float], *, resamples: int = RESAMPLES) -> Interval:
    """Return the mean of values, one a question, with its percentile interval.

    Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13. For means of
    several tries a question, and for differences of two strategies on the same questions.
    The dice are always the same.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("nothing was measured")
    count, mean = len(values), math.fsum(values) / len(values)
    if count == 1 or min(values) == max(values):
        return Interval(mean, mean, mean)
    dice = random.Random(_SEED)  # noqa: S311 -- no secret
    means = sorted(math.fsum(dice.choices(values, k=count)) / count for _ in range(resamples))
    tail = round(0.025 * resamples)
    return Interval(mean, means[tail], means[resamples - 1 - tail])


def accuracy(values: Sequence[float]) -> Interval:
    """Return the mean of values from 0 to 1, one a question, with its interval.

    Raises:
        ValueError: there are no values.
    """
    if values and {0.0, 1.0}.issuperset(values):
        return wilson(round(math.fsum(values)), len(values))
    return bootstrap(values)


def gain(better: Sequence[float], worse: Sequence[float]) -> Interval:
    """Return by how much one strategy is better than another on the same questions.

    Raises:
        ValueError: they were not asked the same number of questions, or none.
    """
    if len(better) != len(worse):
        raise ValueError("only answers to the same questions can be compared")
    return bootstrap([one - other for one, other in zip(better, worse, strict=True)])


def mcnemar(better: Sequence[bool], worse: Sequence[bool]) -> float:
    """Return how likely a difference at least this large is if both are equally good.

    McNemar, "Note on the sampling error of the difference between correlated proportions"
    (1947), in its exact two-sided form: among the questions that only one of them got right,
    each has had them with the chance of a coin.

    Raises:
        ValueError: they were not asked the same number of questions.
    """
    if len(better) != len(worse):
        raise ValueError("only answers to the same questions can be compared")
    pairs = list(zip(better, worse, strict=True))
    only_one, only_other = pairs.count((True, False)), pairs.count((False, True))
    coins = only_one + only_other
    tail = sum(math.comb(coins, heads) for heads in range(min(only_one, only_other) + 1))
    chance: float = 2 * tail / 2**coins
    return min(1.0, chance)
