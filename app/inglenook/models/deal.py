"""How layers are dealt out over several graphics cards, each card a run of neighbours."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


def deal(sizes: Sequence[int], rooms: Sequence[int]) -> tuple[int, ...]:
    """Return how many of the layers each card gets, in order.

    Each gets its share of the bytes by the room it has, so that all are filled alike. Where
    that overfills one, they are filled to the brim in order instead; what fits nowhere is the
    last one's.

    Args:
        sizes: Bytes of each layer, in order.
        rooms: Bytes each card has for layers; at least one card, 0 or less for a full one.
    """
    rooms = [max(0, room) for room in rooms]
    even = _by_share(sizes, rooms)
    if _all_fit(sizes, rooms, even):
        return even
    return _to_the_brim(sizes, rooms)


def _by_share(sizes: Sequence[int], rooms: Sequence[int]) -> tuple[int, ...]:
    total, room = sum(sizes), sum(rooms)
    if not total or not room:
        return (*(0,) * (len(rooms) - 1), len(sizes))
    bounds = [bound * total / room for bound in accumulate(rooms)]
    counts = [0] * len(rooms)
    for end, size in zip(accumulate(sizes), sizes, strict=True):
        # A layer goes where its middle falls; no middle lies beyond the last bound.
        counts[min(bisect_right(bounds, end - size / 2), len(rooms) - 1)] += 1
    return tuple(counts)


def _to_the_brim(sizes: Sequence[int], rooms: Sequence[int]) -> tuple[int, ...]:
    counts, at = [0] * len(rooms), 0
    left = rooms[0]
    for size in sizes:
        while size > left and at < len(rooms) - 1:
            at += 1
            left = rooms[at]
        counts[at] += 1
        left -= size
    return tuple(counts)


def _all_fit(sizes: Sequence[int], rooms: Sequence[int], counts: Sequence[int]) -> bool:
    at = 0
    for room, count in zip(rooms, counts, strict=True):
        if sum(sizes[at : at + count]) > room:
            return False
        at += count
    return True
