"""Plain beam search over steps: the best few ends of a level go on, all equally wide.

Source: as compared in Wu and others (arXiv 2408.00724) and in Snell and others (2408.03314):
of a width n, the best n / m ends are kept, and each gets m children.
"""

import math
from collections.abc import Sequence


def survivors(rewards: Sequence[float], *, width: int, children: int) -> tuple[int, ...]:
    """Return how many children each end gets; together they are the width, if there is an end.

    Equal rewards go by their order. What does not divide evenly goes to the best.

    Args:
        rewards: How good each growing end seems; any numbers but "not a number".
        width: Paths the next level may have, at least 0.
        children: How many each kept end should get, at least 1.

    Raises:
        ValueError: a reward is not a number, or a count makes no sense.
    """
    if width < 0 or children < 1:
        raise ValueError(f"{children} children each do not fit a width of {width}")
    if any(math.isnan(each) for each in rewards):
        raise ValueError("a reward must be a number")
    order = sorted(range(len(rewards)), key=lambda at: (-rewards[at], at))
    kept = order[: max(1, width // children)]
    given = [0] * len(rewards)
    for place, at in enumerate(kept):
        given[at] = width // len(kept) + (place < width % len(kept))
    return tuple(given)
