"""Reward-balanced expansion: how a search shares its budget over the ends of its tree.

Source: Wu, Sun, Li, Welleck, Yang, "Inference Scaling Laws" (arXiv 2408.00724, section 3.2 and
the code published with it). No step ever has more children than the width that is left, so
that a search costs at most what as many samples as its width cost.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_ROUNDING = 1e-9
"""A share this little above a whole number is that number: what is above it is rounding."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How strongly rewards steer the budget.

    Attributes:
        temperature: Above 0; the smaller it is, the more the best end gets. The published
            code uses 0.2, for rewards that fill the range from 0 to 1.
        least_range: 0 to take rewards as they are; else they are stretched, so that best and
            worst are 1 apart, unless they differ by less than this. For rewards that bunch:
            the probability of a step's own tokens lies between 0.9 and 1 with the starter
            model (measured 2026-11), where a temperature of 0.2 shares out equally.
    """

    temperature: float = 0.2
    least_range: float = 0.0

    def __post_init__(self) -> None:
        if not self.temperature > 0.0 or math.isinf(self.temperature):
            raise ValueError(f"the temperature must be above 0, not {self.temperature}")
        if not 0.0 <= self.least_range <= 1.0:
            raise ValueError(f"the least range must be from 0 to 1, not {self.least_range}")


PUBLISHED = Balance()


@dataclass(frozen=True, slots=True)
class End:
    """Where a path of the tree stands.

    Attributes:
        reward: How good the path seems, above 0 and up to 1.
        is_finished: It has its answer, or may not grow any more.
    """

    reward: float
    is_finished: bool = False


def expansion(
    ends: Sequence[End], *, width: int, finished: int = 0, balance: Balance = PUBLISHED
) -> tuple[int, ...]:
    """Return how many children each end gets; a finished one, and one to be dropped, gets 0.

    Args:
        ends: All ends that the last level brought.
        width: Paths the whole search may have, at least 1.
        finished: Paths that were finished on earlier levels.
        balance: How rewards become shares.

    Raises:
        ValueError: a reward is not above 0 and up to 1, or a count makes no sense.
    """
    if width < 1 or finished < 0:
        raise ValueError(f"no tree has {finished} finished paths and a width of {width}")
    rewards = [each.reward for each in ends]
    _check(rewards)
    growing = [at for at, each in enumerate(ends) if not each.is_finished]
    left = max(0, width - finished - (len(ends) - len(growing)))
    children = [0] * len(ends)
    for at, count in zip(
        growing, shares([rewards[at] for at in growing], left, balance), strict=True
    ):
        children[at] = count
    return tuple(children)


def shares(
    rewards: Sequence[float], budget: int, balance: Balance = PUBLISHED
) -> tuple[int, ...]:
    """Share a budget by the softmax of rewards; the shares add up to the budget exactly.

    From the best to the worst, the first of equals first: each takes its part of what is
    left, rounded up, so that the worst may get nothing.

    Raises:
        ValueError: a reward is not above 0 and up to 1, or the budget is below 0.
    """
    if budget < 0:
        raise ValueError(f"a budget of {budget} cannot be shared")
    _check(rewards)
    order = sorted(range(len(rewards)), key=lambda at: (-rewards[at], at))
    weights = _weights([rewards[at] for at in order], balance)
    given = [0] * len(rewards)
    left = budget
    for place, at in enumerate(order):
        given[at] = _rounded_up(left * weights[place] / math.fsum(weights[place:]))
        left -= given[at]
    return tuple(given)


def _weights(best_first: list[float], balance: Balance) -> list[float]:
    """Return what the parts are proportional to: above 0, the first is 1."""
    if not best_first:
        return []
    best, worst = best_first[0], best_first[-1]
    span = 1.0
    if balance.least_range > 0.0:
        span = max(best - worst, balance.least_range)
    # Not below the smallest number, so that equals share whatever the temperature is.
    floor = math.log(1e-300)
    return [
        math.exp(max(floor, (each - best) / span / balance.temperature)) for each in best_first
    ]


def _rounded_up(part: float) -> int:
    return math.ceil(part - _ROUNDING * max(1.0, part))


def _check(rewards: Sequence[float]) -> None:
    for each in rewards:
        # A score of 0 is what a scorer says that has failed: no probability is 0.
        if not 0.0 < each <= 1.0:  # also refuses "not a number"
            raise ValueError(f"a reward must be above 0 and up to 1, not {each}")
