"""How much of an answer is still to come, from what is written of its drafts."""

from collections.abc import Sequence
from statistics import median


def remaining_s(
    expected_tokens: int,
    draft_tokens: int,
    ended: Sequence[int],
    running: Sequence[int],
    spent_s: float,
) -> float | None:
    """Return the seconds that are likely left; None while nobody can tell.

    Once drafts have ended, their length stands for that of the others, and the speed is that
    of this answer so far: of a forecast only the number of drafts remains.

    Args:
        expected_tokens: Of all drafts together, as it was foretold.
        draft_tokens: Of one, as it was foretold, 1 or more.
        ended: Tokens of the drafts that have ended.
        running: Tokens of those that are written.
        spent_s: Since the first token.
    """
    so_far = sum(ended) + sum(running)
    if so_far <= 0 or spent_s <= 0 or draft_tokens < 1:
        return None
    length = median(ended) if ended else max(draft_tokens, *running)
    count = max(1.0, expected_tokens / draft_tokens)
    # A running draft that is longer than the others will end soon.
    under_way = sum(max(length - each, 0.0) for each in running)
    to_begin = max(0.0, count - len(ended) - len(running)) * length
    return (under_way + to_begin) * spent_s / so_far
