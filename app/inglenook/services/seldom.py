"""Telling something ten times a second at most."""

import time
from collections.abc import Callable

_EVERY_S = 0.1


def seldom(tell: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """Return what tells how far something is, and leaves out what comes too soon.

    Args:
        tell: Told how much is done, of how much.
    """
    told_s = float("-inf")

    def hear(done: int, size: int) -> None:
        nonlocal told_s
        now_s = time.monotonic()
        if now_s - told_s >= _EVERY_S:
            told_s = now_s
            tell(done, size)

    return hear
