"""A document that was read, and what of it a model is given."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from inglenook.chat.attachment import Attachment
from inglenook.chat.matching import scores
from inglenook.chat.tokens import about_tokens

_PASSAGE = 1_200
"""Characters of a passage that is matched against a question: a paragraph or two."""
_GAP = "[…]"
_RANGE = re.compile(r"\s*(\d{1,9})\s*(?:[-–]\s*(\d{1,9})?)?\s*")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read.

    Attributes:
        name: Of the file, without its folder.
        parts: The text of each page; of a document without pages all of it, as one part.
        pages: How many it has; 0 if it has none. More than there are parts, if it was cut.
        is_cut: It goes on after what was read.
    """

    name: str
    media_type: str
    size_bytes: int
    parts: tuple[str, ...] = field(repr=False)
    pages: int = 0
    is_cut: bool = False

    @property
    def text(self) -> str:
        """All that was read; pages are told apart by their numbers."""
        return self._joined(range(len(self.parts)))

    @property
    def lines(self) -> int:
        """How many lines were read."""
        return sum(part.count("\n") + 1 for part in self.parts)

    def whole(self) -> Attachment:
        """Return all that was read, to be sent."""
        return self._attachment(self.text, self._cut_note() if self.is_cut else "")

    def beginning(self, tokens: int) -> Attachment:
        """Return as much of the beginning as takes about so many tokens."""
        whole = self.text
        kept = whole if about_tokens(whole) <= tokens else _first(whole, tokens)
        share = round(100 * len(kept) / max(1, len(whole)))
        return self._attachment(kept, f"The first {max(1, share)} % of it")

    def of_pages(self, numbers: Iterable[int]) -> Attachment:
        """Return these pages, counted from 1."""
        chosen = sorted({number for number in numbers if 1 <= number <= len(self.parts)})
        note = f"Pages {in_ranges(chosen)} of {self.pages}"
        return self._attachment(self._joined(number - 1 for number in chosen), note)

    def about(self, question: str, tokens: int) -> Attachment | None:
        """Return the passages that match a question best, in their order; None if none does."""
        passages = list(_passages(self.text))
        found = scores(question, passages)
        best = sorted(range(len(passages)), key=lambda number: (-found[number], number))
        kept: list[int] = []
        taken = 0
        for number in best:
            cost = about_tokens(passages[number]) + 4
            if found[number] <= 0 or taken + cost > tokens:
                break
            kept.append(number)
            taken += cost
        if not kept:
            return None
        return self._attachment(_with_gaps(passages, sorted(kept)), "The parts that match")

    def _joined(self, places: Iterable[int]) -> str:
        if not self.pages:
            return "".join(self.parts[place] for place in places)
        return "\n\n".join(f"[Page {place + 1}]\n{self.parts[place]}" for place in places)

    def _cut_note(self) -> str:
        read = len(self.parts)
        return (
            f"Pages 1–{read} of {self.pages}" if self.pages > read else "The first part of it"
        )

    def _attachment(self, text: str, note: str) -> Attachment:
        return Attachment(
            self.name,
            media_type=self.media_type,
            size_bytes=self.size_bytes,
            text=text,
            note=note,
        )


def pages_from(words: str, most: int) -> tuple[int, ...]:
    """Return the pages that ``"1-3, 7, 9-"`` names; none if that makes no sense."""
    chosen: set[int] = set()
    for each in words.replace(";", ",").split(","):
        found = _RANGE.fullmatch(each)
        if found is None:
            return ()
        first = int(found[1])
        is_open = found[2] is None and ("-" in each or "–" in each)
        last = most if is_open else int(found[2] or first)
        chosen.update(range(max(1, first), min(last, most) + 1))
    return tuple(sorted(chosen))


def in_ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers in short: ``"1–3, 7"``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(f"{a}–{b}" if a != b else str(a) for a, b in runs)


def _first(text: str, tokens: int) -> str:
    """Return the longest beginning within so many tokens, ended at a line or word."""
    low, high = 0, len(text)
    while high - low > 32:
        middle = (low + high) // 2
        if about_tokens(text[:middle]) <= tokens:
            low = middle
        else:
            high = middle
    kept = text[:low]
    for gap in ("\n", " "):
        cut = kept.rfind(gap)
        if cut > low * 0.8:
            return kept[:cut]
    return kept


def _passages(text: str) -> Iterator[str]:
    """Part a text at empty lines, and what is longer still at lines or anywhere."""
    held = ""
    for block in re.split(r"\n\s*\n", text):
        for start in range(0, max(1, len(block)), _PASSAGE):
            piece = block[start : start + _PASSAGE]
            if held and len(held) + len(piece) > _PASSAGE:
                yield held
                held = ""
            held = f"{held}\n\n{piece}" if held else piece
    yield held


def _with_gaps(passages: Sequence[str], places: Sequence[int]) -> str:
    told: list[str] = [] if places[0] == 0 else [_GAP]
    for number, place in enumerate(places):
        if number and place != places[number - 1] + 1:
            told.append(_GAP)
        told.append(passages[place])
    if places[-1] != len(passages) - 1:
        told.append(_GAP)
    return "\n\n".join(told)
