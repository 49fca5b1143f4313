"""Finding a line by a few of its letters: what begins with them first, scattered ones last."""

import heapq
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_START, _WORD_START, _INSIDE, _SCATTERED = range(4)
_LONGEST = 200
"""Letters of a query, and of a line, that are looked at."""
_WIDEST = 3
"""Scattered letters may take so many times their own length: further apart it is chance."""


@dataclass(frozen=True, slots=True)
class Match:
    """One line that was found.

    Attributes:
        number: Of the line.
        rank: How well it fits, 0 for the best.
        places: Of the letters that were found, in the line.
    """

    number: int
    rank: int
    places: tuple[int, ...] = ()


class Index:
    """Lines made ready to be searched at every key.

    Threads: any one at a time.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = [fold(line[:_LONGEST]) for line in lines]
        self._had: tuple[str, Sequence[int]] = "", ()

    def best(self, query: str, most: int) -> list[Match]:
        """Return the best lines that have every word of a query; in their order if equal.

        Letters may be scattered in a line only where too few lines have them together.
        """
        words = fold(query[:_LONGEST]).split()
        if not words:
            return []
        first, *others = words
        together = self._with(first)
        for word in others:
            together = [number for number in together if word in self._lines[number]]
        ranked = [(self._rank(number, words), number) for number in together]
        if len(ranked) < most:
            initial = words[0][0]
            ranked += [
                (_SCATTERED + (self._lines[number][0] != initial), number)
                for number in self._apart(words, set(together))
            ]
        chosen = heapq.nsmallest(most, ranked)
        return [Match(number, rank, self._places(number, words)) for rank, number in chosen]

    def _with(self, word: str) -> list[int]:
        """Return the lines that have a word; one Latin letter counts at a word's start only."""
        if len(word) == 1 and word.isascii():
            inner = f" {word}"
            return [
                n for n, line in enumerate(self._lines) if line[:1] == word or inner in line
            ]
        return [number for number, line in enumerate(self._lines) if word in line]

    def _apart(self, words: list[str], known: set[int]) -> list[int]:
        """Return the lines that have the letters of the words, but not together."""
        # Only what an expression in C finds is looked at in Python, and of a word that is
        # still being typed only what had its beginning.
        first, lines = words[0], self._lines
        before, numbers = self._had
        among = numbers if before and first.startswith(before) else range(len(lines))
        finds = _pattern(first).search
        found = [number for number in among if finds(lines[number])]
        self._had = first, found
        return [n for n in found if n not in known and _has_all(words, lines[n])]

    def _rank(self, number: int, words: list[str]) -> int:
        """Return the worst rank of the words, each where it stands best."""
        line, worst = self._lines[number], _START
        for word in words:
            at = line.find(word)
            if at > 0:
                worst = max(worst, _INSIDE if _at_word(line, word) < 0 else _WORD_START)
        return worst

    def _places(self, number: int, words: list[str]) -> tuple[int, ...]:
        line = self._lines[number]
        return tuple(sorted({place for word in words for place in places_of(word, line)}))


def fold(text: str) -> str:
    """Return a text in small letters without accents, each letter at its old place."""
    if text.isascii():
        return text.lower()
    return "".join(_folded(sign) for sign in text)


def places_of(word: str, line: str) -> tuple[int, ...]:
    """Return where the letters of a folded word stand in a folded line; () if they do not."""
    at = _at_word(line, word)
    at = line.find(word) if at < 0 else at
    return tuple(range(at, at + len(word))) if at >= 0 else _scattered(word, line)


def _folded(sign: str) -> str:
    bare = unicodedata.normalize("NFD", sign)[0].lower()
    return bare if len(bare) == 1 else sign


def _at_word(line: str, word: str) -> int:
    """Return where a word of the line begins with this; -1 if none does."""
    at = line.find(word)
    while at > 0 and line[at - 1].isalnum():
        at = line.find(word, at + 1)
    return at


def _pattern(word: str) -> re.Pattern[str]:
    """Return what finds the letters of a word in their order, in one pass over a line."""
    gaps = "".join(f"{re.escape(a)}[^{re.escape(b)}]*" for a, b in pairwise(word))
    return re.compile(f"(?<![^\\W_]){gaps}{re.escape(word[-1])}", re.DOTALL)


def _has_all(words: list[str], line: str) -> bool:
    return all(word in line or _scattered(word, line) for word in words)


def _scattered(word: str, line: str) -> tuple[int, ...]:
    """Return where the letters stand in their order, from the start of a word; or ()."""
    begin = _at_word(line, word[0])
    if begin < 0:
        return ()
    places = [begin]
    for sign in word[1:]:
        at = line.find(sign, places[-1] + 1)
        if at < 0:
            return ()
        places.append(at)
    return tuple(places) if places[-1] - begin < _WIDEST * len(word) else ()


class Given:
    """Lines that somebody else has found: all of them fit."""

    def __init__(self, count: int) -> None:
        self._count = count

    def best(self, _query: str, most: int) -> list[Match]:
        """Return the first of them, as lines that have a word somewhere inside."""
        return [Match(number, _INSIDE) for number in range(min(most, self._count))]
