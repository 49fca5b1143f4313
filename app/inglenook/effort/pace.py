"""How fast drafts are written, learned from one answer after the other."""

from collections.abc import Sequence

SHARED = 0.3
OWN = 0.3
"""How much of a change in speed all widths take over, and how much of what is left of it the
width that showed it: what slows one down on a busy computer slows all, and each width has a
speed of its own. Over 90 and 326 timed answers of the starter in order, on a computer that was
busy now and then, the median error of the next speed was 0.11 and 0.18; 0.16 and 0.19 if each
width learns alone at 0.45; 1.28 and 0.67 if the first speeds are kept (2026-11). Both numbers
were chosen on these same answers, among some fifty pairs: on others the gain may be smaller.
One answer ten times as slow as usual halves what is known."""

Writing = tuple[tuple[int, float], ...]
"""Pairs of a width and the tokens all drafts together write in a second, ascending."""


def with_pace(known: Sequence[tuple[int, float]], width: int, speed: float) -> Writing:
    """Return what is known after one more answer.

    Args:
        known: Before; none at first.
        width: Drafts side by side, 1 or more.
        speed: Tokens all of them wrote in a second, above 0.
    """
    speeds = dict(known)
    before = speeds.get(width)
    if before is None or before <= 0.0:
        return tuple(sorted({**speeds, width: speed}.items()))
    everybody = _part(speed / before, SHARED)
    speeds = {each: pace * everybody for each, pace in speeds.items()}
    speeds[width] *= _part(speed / speeds[width], OWN)
    return tuple(sorted(speeds.items()))


def _part(change: float, share: float) -> float:
    return 1.0 + share * (change - 1.0)
