"""Web pages that were saved: their words without the markup."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from inglenook.documents.frames import MOST_PART, Begun, Ended, Frame, Part, Refused, Why
from inglenook.documents.limits import MOST_TEXT
from inglenook.documents.plain import decoded, with_plain_lines

MEDIA_TYPE = "text/html"
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "head"})
_LINES = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure",
    "footer", "form", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre",
    "section", "table", "tr", "ul",
})  # fmt: skip
_HEADING = re.compile(r"h([1-6])")
_SLICE = 64 * 1024


class _Words(HTMLParser):
    """Collects what a browser would show, line by line.

    Threads: one.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.length = 0
        self._hidden = 0
        self._exact = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._hidden += tag in _UNSEEN
        self._exact += tag == "pre"
        if found := _HEADING.fullmatch(tag):
            self._add("\n\n" + "#" * int(found[1]) + " ")
        elif tag in _LINES:
            self._add("\n- " if tag == "li" else "\n")
        elif tag in {"td", "th"}:
            self._add("\t")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        if tag == "pre":
            self._exact = max(0, self._exact - 1)
        if tag in _LINES or _HEADING.fullmatch(tag):
            self._add("\n\n" if tag == "p" else "\n")

    def handle_data(self, data: str) -> None:
        if self._exact:
            self._add(data)
        elif words := " ".join(data.split()):
            before = " " if data[0].isspace() else ""
            after = " " if data[-1].isspace() else ""
            self._add(f"{before}{words}{after}")

    def taken(self) -> str:
        """Return what was collected, and begin anew."""
        taken = "".join(self.pieces)
        self.pieces, self.length = [], 0
        return with_plain_lines(taken)

    def _add(self, text: str) -> None:
        if not self._hidden:
            self.pieces.append(text)
            self.length += len(text)


def page_frames(data: bytes) -> Iterator[Frame]:
    """Say what a web page says."""
    source = decoded(data)
    if source is None:
        yield Refused(Why.BINARY)
        return
    yield Begun(MEDIA_TYPE)
    said = 0
    for text in _pieces(source):
        room = MOST_TEXT - said
        for start in range(0, min(len(text), room), MOST_PART):
            yield Part(text[start : min(start + MOST_PART, room)])
        said += len(text)
        if said > MOST_TEXT:
            break
    yield Ended(is_cut=said > MOST_TEXT) if said else Refused(Why.EMPTY)


def _pieces(source: str) -> Iterator[str]:
    """Read the page as a stream, so that a long one is told as it goes."""
    words = _Words()
    for start in range(0, len(source), _SLICE):
        words.feed(source[start : start + _SLICE])
        if words.length > _SLICE and (text := _tidy(words.taken())):
            yield f"{text}\n\n"
    words.close()
    if text := _tidy(words.taken()):
        yield text


def _tidy(text: str) -> str:
    """Return text without blanks at the ends of lines and without wide gaps."""
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
