"""Markdown that arrives in pieces: only the last open block is parsed again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from types import MappingProxyType

from markdown_it.token import Token

from inglenook.ui.chat.block import Block, Kind
from inglenook.ui.chat.markdown import (
    DEEPEST_TOKEN,
    blocks_of,
    harmless,
    new_parser,
    plain_blocks,
)

LONGEST_OPEN = 8_000
MOST_ROWS, MOST_CELLS = 40, 320
"""Of one part of a table: 320 cells take 10 ms of CPU to lay out (measured 2026-11)."""
_DEFINITION = re.compile(
    r"^ {0,3}\[[^\]\n]{1,200}\]:[^\n]{0,2000}(?:\n[ \t]*[\"'(<h][^\n]{0,2000})?", re.MULTILINE
)
Definitions = Mapping[str, object]
NO_DEFINITIONS: Definitions = MappingProxyType({})


def definitions_in(text: str) -> Definitions:
    """Return the link definitions (``[name]: address``) of a whole text, at most 500."""
    found = [match[0] for match in islice(_DEFINITION.finditer(text), 500)]
    env: dict[str, object] = {}
    if found:
        new_parser().parse(harmless("\n\n".join(found)), env)
    return MappingProxyType(env) if env.get("references") else NO_DEFINITIONS


# A mark followed by a bar may still turn out to be the head of a table.
_FENCE = re.compile(r"(`{3,}|~{3,})([^\n|]*)\n")


@dataclass(frozen=True, slots=True)
class Change:
    """What new text did to the blocks.

    Attributes:
        kept: So many blocks from the start are as they were.
        blocks: All blocks after those.
    """

    kept: int
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _Fence:
    """A top-level fence that is still open. Threads: the window's."""

    mark: str
    language: str
    lines: list[str]


class MarkdownFeed:
    """Turns a growing text into blocks, in time that follows the new text alone.

    A top-level block or list item is closed for good as soon as the next one surely
    began. Where one block alone grows past ``longest_open`` characters it is cut, so
    that no input makes a step slow. Link definitions below their use are not seen; give
    them to a new feed once the text is whole.

    Threads: the window's.
    """

    def __init__(
        self, *, definitions: Definitions = NO_DEFINITIONS, longest_open: int = LONGEST_OPEN
    ) -> None:
        self._parser = new_parser()
        self._longest = longest_open
        self._definitions = definitions
        self._tail = ""
        self._closed = 0
        self._open: tuple[Block, ...] = ()
        self._number: int | None = None
        self._head = ""
        self._fence: _Fence | None = None
        self._new: list[Block] = []
        self._parsed: tuple[str, list[Token]] = "", []

    def feed(self, text: str) -> Change:
        """Add text and return what changed.

        Args:
            text: The next piece, cut anywhere.
        """
        text = harmless(text)
        self._tail += text
        self._new = []
        while self._step():
            pass
        first_new, before = self._closed, self._open
        self._open = tuple(self._parse_open())
        blocks = (*self._new, *self._open)
        self._closed += len(self._new)
        same = _same_from_start(before, blocks)
        return Change(first_new + same, blocks[same:])

    def _step(self) -> bool:
        """Close what surely is complete; return whether there may be more to close."""
        if self._fence is not None:
            return self._read_fence(self._fence)
        window = self._tail[: self._longest]
        full = len(self._tail) > self._longest
        tokens = self._parse(self._head + window)
        if self._enter_fence(tokens, window):
            return True
        cut, number = self._boundary(tokens, self._head + window)
        cut -= len(self._head)
        if cut <= 0:
            rows = self._rows_cut(tokens, window)
            if not rows and not full:
                return False
            head = self._table_head(tokens, window)
            self._close(window[: rows or _forced_cut(window)], None)
            self._head = head
            return True
        self._close(window[:cut], number)
        self._head = ""
        return True

    def _close(self, text: str, number: int | None) -> None:
        self._new.extend(self._blocks(text))
        self._tail = self._tail[len(text) :]
        self._number = number

    def _blocks(self, text: str) -> list[Block]:
        if _is_dense(text):
            return plain_blocks(text)
        tokens = self._parse(self._head + text)
        if any(token.level >= DEEPEST_TOKEN - 1 for token in tokens):
            return plain_blocks(text)
        blocks = blocks_of(tokens, first_number=self._number)
        if self._head and blocks and blocks[0].kind is Kind.TABLE:
            blocks[0] = replace(blocks[0], continued=True)
        return [part for block in blocks for part in _parts(block)]

    def _parse(self, text: str) -> list[Token]:
        if text != self._parsed[0]:
            tokens = (
                [] if _is_dense(text) else self._parser.parse(text, dict(self._definitions))
            )
            self._parsed = text, tokens
        return self._parsed[1]

    def _parse_open(self) -> list[Block]:
        fence = self._fence
        if fence is None:
            return self._blocks(self._tail) if self._tail else []
        if _closes(self._tail, fence.mark):
            return [_code(fence, fence.lines, closed=True)]
        # A line of fence marks alone is most likely the closing one, half written.
        last = [self._tail] if self._tail.strip(fence.mark[0] + " ") else []
        return [_code(fence, [*fence.lines, *last], closed=False)]

    # Boundaries

    def _boundary(self, tokens: list[Token], text: str) -> tuple[int, int | None]:
        """Return where the last surely separate block or item begins, and its number."""
        starts = _line_starts(text)
        complete = text.count("\n")
        for token in reversed(tokens):
            if token.map is None or token.nesting < 0:
                continue
            line = token.map[0]
            if line + 2 > complete:
                # Until a second line is there, this one may become the head of a table.
                continue
            if token.level == 0:
                return starts[line], None
            if token.level == 1 and token.type == "list_item_open" and line:
                return starts[line], self._number_of(tokens, token)
        return 0, None

    def _number_of(self, tokens: list[Token], item: Token) -> int | None:
        number: int | None = None
        for token in tokens:
            if token.level == 0 and token.type == "ordered_list_open":
                start = token.attrGet("start")
                number = 1 if start is None else int(start)
                if self._number is not None and token.map and token.map[0] == 0:
                    number = self._number
            elif token.level == 0 and token.type == "bullet_list_open":
                number = None
            if token is item:
                break
            if token.level == 1 and token.type == "list_item_open" and number is not None:
                number += 1
        return number

    def _rows_cut(self, tokens: list[Token], window: str) -> int:
        """Return where a long open table is parted, 0 if it is short or not open."""
        table = _last_outer(tokens)
        if table is None or table.type != "table_open" or table.map is None:
            return 0
        text = self._head + window
        first = table.map[0] + 2
        inside = takewhile(lambda token: token is not table, reversed(tokens))
        rows = _rows_in_part(sum(token.type == "th_open" for token in inside))
        parts = (min(text.count("\n"), table.map[1]) - first - 1) // rows
        if parts < 1:
            return 0
        line = first + parts * rows
        return _line_starts(text)[line] - len(self._head)

    def _table_head(self, tokens: list[Token], window: str) -> str:
        table = _last_outer(tokens)
        if table is None or table.type != "table_open" or table.map is None:
            return ""
        line = table.map[0]
        lines = (self._head + window).split("\n")
        return "\n".join(lines[line : line + 2]) + "\n"

    # Open fences grow without being parsed

    def _enter_fence(self, tokens: list[Token], window: str) -> bool:
        last = tokens[-1] if tokens else None
        if last is None or last.type != "fence" or last.level or last.map is None:
            return False
        start = _line_starts(self._head + window)[last.map[0]] - len(self._head)
        opening = _FENCE.match(window, max(start, 0))
        if start < 0 or opening is None:
            return False
        if start:
            self._close(self._tail[:start], None)
        self._head, self._number = "", None
        self._tail = self._tail[opening.end() - start :]
        words = last.info.split(maxsplit=1)
        self._fence = _Fence(opening[1], words[0] if words else "", [])
        return True

    def _read_fence(self, fence: _Fence) -> bool:
        """Take complete lines up to the closing one; return whether it came."""
        ready, newline, last = self._tail.rpartition("\n")
        lines = ready.split("\n") if newline else []
        for index, line in enumerate(lines):
            if _closes(line, fence.mark):
                self._new.append(_code(fence, [*fence.lines, *lines[:index]], closed=True))
                self._tail = "\n".join([*lines[index + 1 :], last])
                self._fence = None
                return True
        fence.lines.extend(lines)
        self._tail = last
        return False


def _parts(block: Block) -> list[Block]:
    """Part a long table; every part carries the head, so that columns keep their names."""
    most = _rows_in_part(len(block.rows[0])) if block.rows else MOST_ROWS
    if len(block.rows) <= most + 1:
        return [block]
    head, *body = block.rows
    cuts = range(0, len(body), most)
    parts = [replace(block, rows=(head, *body[at : at + most])) for at in cuts]
    return [parts[0], *(replace(part, continued=True) for part in parts[1:])]


def _rows_in_part(columns: int) -> int:
    return max(1, min(MOST_ROWS, MOST_CELLS // max(columns, 1)))


def _last_outer(tokens: list[Token]) -> Token | None:
    for token in reversed(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            return token
    return None


def _closes(line: str, mark: str) -> bool:
    text = line.rstrip(" \t")
    bare = text.lstrip(" ")
    return len(text) - len(bare) < 4 and len(bare) >= len(mark) and not bare.strip(mark[0])


def _code(fence: _Fence, lines: list[str], *, closed: bool) -> Block:
    return Block(Kind.CODE, code="\n".join(lines), language=fence.language, closed=closed)


def _is_dense(text: str) -> bool:
    """Whether the text is mostly marks, which the parser takes quadratic time to pair.

    8,000 opening brackets take 250 ms, 4,000 stars 40 ms (measured 2026-11).
    """
    stars = text.count("*") + text.count("_") + text.count("~")
    maths = text.count("$") + text.count("\\(")
    marks = max(stars, text.count("`"), text.count("<"))
    return text.count("[") > 400 or maths > 600 or marks > 1_500


def _forced_cut(window: str) -> int:
    """Return where to part a block that is too long: after a line, else a word, else here."""
    for separator in ("\n", " "):
        cut = window.rfind(separator, len(window) // 2) + 1
        if cut:
            return cut
    return len(window)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    at = text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = text.find("\n", at + 1)
    return starts


def _same_from_start(before: Sequence[Block], after: Sequence[Block]) -> int:
    count = 0
    for old, new in zip(before, after, strict=False):
        if old != new:
            break
        count += 1
    return count
