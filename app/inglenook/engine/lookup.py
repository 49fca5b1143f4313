"""What may follow a text, looked up where the same words stood before."""

from dataclasses import dataclass, replace

import numpy as np

from inglenook.engine.model import Ids

MOST_MATCHED = 16
"""A longer match says no more: what follows it is nearly always what followed before."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """What followed the same words before.

    Attributes:
        ids: The tokens, shape (n,) with n at least 1.
        matched: How many tokens before them are the same, 1 to MOST_MATCHED.
    """

    ids: Ids
    matched: int

    def first(self, count: int) -> "Continuation":
        """Return the first tokens of it."""
        return replace(self, ids=self.ids[:count])


def continuation(ids: Ids, token: int, most: int) -> Continuation | None:
    """Return what followed the last time that a text ended like this.

    Of all places where the last token stood before, those count that have most in common with
    the end of the text, and of these the last. Prompt lookup decoding (Saxena 2023) takes the
    first match of three tokens; a longer one is right more often.

    Args:
        ids: A text but for its last token, shape (n,).
        token: The last.
        most: How many tokens to return at most, 1 or more; fewer where no token of text
            follows (a picture stands there, as numbers below 0).

    Returns:
        None if the token is new, or a picture followed it.
    """
    places = np.flatnonzero(ids == token)
    if not len(places):
        return None
    matched = 1
    while matched < MOST_MATCHED and matched <= len(ids):
        far = places[places >= matched]
        same = far[ids[far - matched] == ids[-matched]]
        if not len(same):
            break
        places, matched = same, matched + 1
    found = _following(ids, token, int(places[-1]) + 1, most)
    return Continuation(found, matched) if len(found) else None


def _following(ids: Ids, token: int, start: int, most: int) -> Ids:
    """Return so many tokens from a place on; where the text ends, it begins there again."""
    found = ids[start : start + most]
    if len(found) < most:
        period = np.append(ids[start:], np.int32(token))
        found = np.resize(period, most)
    of_picture = np.flatnonzero(found < 0)
    return found[: of_picture[0]] if len(of_picture) else found
