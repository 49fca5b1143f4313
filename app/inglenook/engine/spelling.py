"""The spellings of control tokens, and whether a text could make one."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

_START = 2  # characters by which a candidate is found; most spellings begin with "<|"


class Spellings:
    """Finds control tokens in text, fast even for a vocabulary with thousands of them.

    Threads: any; it never changes.

    Attributes:
        longest: Characters of the longest spelling.
    """

    def __init__(self, spellings: Iterable[str]) -> None:
        self._all = frozenset(each for each in spellings if each)
        self.longest = max(map(len, self._all), default=0)
        self._forward = sorted(self._all)
        self._backward = sorted(each[::-1] for each in self._all)
        self._firsts = {each[0] for each in self._all}
        self._lasts = {each[-1] for each in self._all}
        starts = sorted({each[:_START] for each in self._all}, key=len, reverse=True)
        # A look ahead, since one candidate may begin inside another.
        self._candidate = (
            re.compile(f"(?={'|'.join(map(re.escape, starts))})") if starts else None
        )
        self._lengths: dict[str, list[int]] = {}
        for each in self._all:
            self._lengths.setdefault(each[:_START], []).append(len(each))
        for start, lengths in self._lengths.items():
            self._lengths[start] = sorted(set(lengths), reverse=True)

    def found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where spellings begin and end: the leftmost first, none overlapping."""
        past = 0
        for at, end in self._every(text):
            if at >= past:
                past = end
                yield at, end

    def are_in(self, text: str) -> bool:
        """Whether a text spells a control token."""
        return next(self._every(text), None) is not None

    def could_join(self, text: str) -> bool:
        """Whether a text could be part of a spelling, with what stands before and after it."""
        if not text or not self._all:
            return False
        if self.could_lead(text) or self.could_follow(text):
            return True
        return len(text) < self.longest and any(text in each for each in self._forward)

    def could_lead(self, text: str) -> bool:
        """Whether the end of a text could be the beginning of a spelling."""
        ends = range(1, min(self.longest, len(text) + 1))
        return any(self._begins(text[-k:]) for k in ends if text[-k] in self._firsts)

    def could_follow(self, text: str) -> bool:
        """Whether the beginning of a text could be the end of a spelling."""
        ends = range(1, min(self.longest, len(text) + 1))
        return any(self._finishes(text[:k]) for k in ends if text[k - 1] in self._lasts)

    def broken(self, text: str) -> str:
        """Return a text that spells nothing, by a space after the first character."""
        parts, past = [], 0
        for at, _ in self._every(text):
            parts += [text[past : at + 1], " "]
            past = at + 1
        return "".join(parts) + text[past:]

    def _every(self, text: str) -> Iterator[tuple[int, int]]:
        for match in self._candidate.finditer(text) if self._candidate else ():
            at = match.start()
            length = self._length_at(text, at)
            if length:
                yield at, at + length

    def _length_at(self, text: str, at: int) -> int:
        for width in range(_START, 0, -1):
            for length in self._lengths.get(text[at : at + width], ()):
                if text[at : at + length] in self._all:
                    return length
        return 0

    def _begins(self, part: str) -> bool:
        place = bisect_left(self._forward, part)
        return place < len(self._forward) and self._forward[place].startswith(part)

    def _finishes(self, part: str) -> bool:
        part = part[::-1]
        place = bisect_left(self._backward, part)
        return place < len(self._backward) and self._backward[place].startswith(part)
