"""When no more drafts are wanted, and how many at once are worth beginning."""

from collections.abc import Sequence
from math import comb, sqrt

from inglenook.effort.strategy import Stop, Strategy


def stays_first(leader: int, runner_up: int) -> float:
    """Return the probability that an answer given so often is the more frequent of the two.

    With a flat prior the leader's share is distributed as Beta(a + 1, b + 1); that it is above
    one half has the probability that of a + b + 1 coins at most a show heads. Adaptive
    consistency, arXiv 2305.11860.
    """
    coins = leader + runner_up + 1
    return sum(comb(coins, heads) for heads in range(leader + 1)) / (1 << coins)


def is_decided(strategy: Strategy, counts: Sequence[float], left: int, *, latest: int) -> bool:
    """Whether more drafts are unnecessary by the strategy's own rule.

    Args:
        strategy: Its ``stop`` with the knob of this rule.
        counts: How many drafts give each answer, most first; for ``Stop.MARGIN`` what they
            weigh, where a draft weighs one on average.
        left: So many drafts could still come, those under way included.
        latest: How many of the drafts that ended last agree with one another.
    """
    leader, runner_up = (*counts, 0, 0)[:2]
    match strategy.stop:
        case Stop.LEAD:
            return leader > runner_up + left
        case Stop.BETA:
            sure = stays_first(round(leader), round(runner_up))
            return leader > 0 and sure >= strategy.threshold
        case Stop.UNANIMOUS:
            return latest >= strategy.window
        case Stop.MARGIN:
            return leader > 0 and leader - runner_up >= strategy.margin * sqrt(left)
        case _:
            return False


def wave(strategy: Strategy, counts: Sequence[float], left: int, *, latest: int = 0) -> int:
    """Return how many drafts to have under way: as many as would decide it if all agreed.

    More at once would be quicker where they disagree, but in vain where they agree.

    Args:
        strategy: As for ``is_decided``.
        counts: Of the drafts that have ended.
        left: So many could still come.
        latest: As for ``is_decided``.

    Returns:
        1 up to ``left``; 0 if none are left.
    """
    for more in range(1, left):
        leader, *others = counts or [0]
        after = [leader + more, *others]
        agreeing = min(latest, round(leader)) + more
        if is_decided(strategy, after, left - more, latest=agreeing):
            return more
    return left
