"""A search through the messages of a chat: matches, found a few milliseconds at a time."""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from time import thread_time

from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.selection import Place, text_of
from inglenook.ui.chat.text_piece import utf16_length

MOST_HITS = 5_000
LONGEST_QUERY = 200
SLICE_S = 0.003
_MARKUP = str.maketrans("", "", "*_~`\\")


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """A match: message, block of it, and from where to where in Qt's units."""

    message: int
    block: int
    start: int
    end: int

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(self.message, self.block, self.start)


class Search:
    """Looks for a query in what the messages show, whatever case its letters are.

    Only messages whose source has the query's words are parsed. A word may be broken by
    marks of Markdown, and a space stands for any space, a line's end included.

    Attributes:
        query: As it was typed.
        count: Matches found so far.
        done: Every message was looked at, or there are too many matches to go on.

    Args:
        first: The message to begin with; after the last one it goes on from the top.

    Threads: the window's.
    """

    def __init__(self, query: str, views: Sequence[MessageView], first: int = 0) -> None:
        self.query = query
        words = query[:LONGEST_QUERY].split()
        self._pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
        self._words = [word.lower().translate(_MARKUP) for word in words]
        self._views = views
        self._waiting = chain(range(first, len(views)), range(first))
        self._now: int | None = None
        self._hits: dict[int, dict[int, list[Hit]]] = {}
        self._counts: dict[int, int] = {}
        self._lengths: dict[tuple[int, int], int] = {}
        self._with_hits: list[int] = []
        self.count = 0
        self.done = not words

    def step(self) -> set[int]:
        """Look on for about three milliseconds; return which messages were parsed for it."""
        parsed: set[int] = set()
        until = thread_time() + SLICE_S
        while not self.done and thread_time() < until:
            if self._now is None:
                self._now = next(self._waiting, None)
            if self._now is None or self.count >= MOST_HITS:
                self.done = True
                break
            if not self._may_match(self._views[self._now]):
                self._now = None
            elif self._read(self._views[self._now], until):
                parsed.add(self._now)
            else:
                self.look_at(self._now)
                self._now = None
        return parsed

    def look_at(self, number: int) -> None:
        """Find the matches of one message anew, as far as it is parsed."""
        self.count -= self._counts.pop(number, 0)
        if self._hits.pop(number, None) is not None:
            del self._with_hits[bisect_left(self._with_hits, number)]
        found: dict[int, list[Hit]] = {}
        room = MOST_HITS - self.count
        for index, block in enumerate(self._views[number].blocks):
            text = text_of(block)
            hits = self._in_text(number, index, text)[:room]
            room -= len(hits)
            if hits:
                found[index] = hits
                self._lengths[number, index] = utf16_length(text)
        if found:
            self._hits[number] = found
            self._counts[number] = sum(map(len, found.values()))
            self.count += self._counts[number]
            insort(self._with_hits, number)

    def hits_in(self, message: int, block: int) -> Sequence[Hit]:
        """Return the matches of one block, in order."""
        return self._hits.get(message, {}).get(block, ())

    def spots(self) -> Iterator[tuple[Hit, float]]:
        """Return every match and how far down its block it stands, 0 to 1."""
        for number in self._with_hits:
            for index, hits in self._hits[number].items():
                length = self._lengths[number, index]
                for hit in hits:
                    yield hit, hit.start / length

    def number_of(self, hit: Hit) -> int:
        """Return which match of all it is, counted from 1; 0 if it is none any more."""
        inside = self._in_message(hit.message)
        if hit not in inside:
            return 0
        before = sum(self._counts[each] for each in self._with_hits if each < hit.message)
        return before + inside.index(hit) + 1

    def beyond(self, place: Place, step: int) -> Hit | None:
        """Return the next match from a place on (1), or the one before it (-1), around the end.

        None if there is no match.
        """
        if not self._with_hits:
            return None
        numbers = self._with_hits
        here = [hit for hit in self._in_message(place.message) if _lies(hit, place, step)]
        if here:
            return here[0 if step > 0 else -1]
        if step > 0:
            number = numbers[bisect_right(numbers, place.message) % len(numbers)]
            return self._in_message(number)[0]
        return self._in_message(numbers[bisect_left(numbers, place.message) - 1])[-1]

    # Inside

    def _in_message(self, number: int) -> list[Hit]:
        blocks = self._hits.get(number, {})
        return [hit for index in sorted(blocks) for hit in blocks[index]]

    def _may_match(self, view: MessageView) -> bool:
        source = view.text + (view.thinking if view.thinking_open else "")
        if "&" in source and ";" in source:
            return True  # a named letter, which the source does not show
        plain = source.lower().translate(_MARKUP)
        return all(word in plain for word in self._words)

    def _read(self, view: MessageView, until: float) -> bool:
        """Parse some of a message; return False once nothing is left to parse."""
        if view.read_more(max(until - thread_time(), 0.001)):
            return True
        if view.in_part and self._pattern.search(view.text):
            view.show_all()
            return True
        return False

    def _in_text(self, number: int, index: int, text: str) -> list[Hit]:
        hits, at, before = [], 0, 0
        for match in self._pattern.finditer(text):
            at += utf16_length(text[before : match.start()])
            end = at + utf16_length(match[0])
            hits.append(Hit(number, index, at, end))
            at, before = end, match.end()
            if len(hits) >= MOST_HITS:
                break
        return hits


def _lies(hit: Hit, place: Place, step: int) -> bool:
    return hit.place >= place if step > 0 else hit.place < place
