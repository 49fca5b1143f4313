"""Strings that are looked for in text that arrives bit by bit."""

from collections.abc import Sequence


class Search:
    """Finds any of several strings in text that arrives bit by bit."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = tuple(each for each in wanted if each)
        self._longest = max(map(len, self._wanted), default=0)

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def first(self, text: str) -> tuple[int, int] | None:
        """Return where the match that is complete first begins and ends.

        Deciding by the end makes the result independent of how the text was cut.
        """
        best: tuple[int, int] | None = None
        for each in self._wanted:
            at = text.find(each)
            if at >= 0 and (best is None or (at + len(each), at) < (best[1], best[0])):
                best = (at, at + len(each))
        return best

    def safe_length(self, text: str) -> int:
        """Return how much of a text can belong to no match that is still to come."""
        earliest = len(text)
        for each in self._wanted:
            at = text.find(each[0], max(0, len(text) - len(each) + 1))
            while 0 <= at < earliest:
                if each.startswith(text[at:]):
                    earliest = at
                    break
                at = text.find(each[0], at + 1)
        return earliest
