"""Markdown text becomes blocks: the parser and the walk over its tokens."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from inglenook.ui.chat.block import Block, Inside, Kind, Row, Span
from inglenook.ui.chat.footnoterules import add_footnotes
from inglenook.ui.chat.inline import LINE_BREAK, spans_of
from inglenook.ui.chat.mathrules import add_math

DEEPEST_TOKEN = 40
DEEPEST_SHOWN = 8
_CHECKBOX = re.compile(r"\[([ xX])\](?:\s+|$)")
_HARMFUL = dict.fromkeys(range(32), "\ufffd")
_HARMFUL.update(dict.fromkeys((0x7F, *range(0x80, 0xA0)), "\ufffd"))
# Overrides can make a link or a command read backwards; a forced order has no use in answers.
_HARMFUL.update(dict.fromkeys((*range(0x202A, 0x202F),), "\ufffd"))
_HARMFUL.update({0x09: "\t", 0x0A: "\n", 0x0D: " ", 0x2028: " ", 0x2029: " "})
_HARMFUL.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))


def harmless(text: str) -> str:
    """Replace control characters one for one, so that no offset moves."""
    return text.translate(_HARMFUL)


def _any_link(url: str) -> bool:
    del url
    return True


def new_parser() -> MarkdownIt:
    """Return a parser for CommonMark with tables and strike-through, and no HTML."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST_TOKEN})
    parser.enable(["table", "strikethrough"])
    add_math(parser)
    add_footnotes(parser)
    # Whether a link may be opened is for openable() to say.
    parser.validateLink = _any_link  # type: ignore[method-assign]  # the parser's own hook
    return parser


def blocks_of(tokens: Sequence[Token], *, first_number: int | None = None) -> list[Block]:
    """Return the blocks of a token stream.

    Args:
        tokens: From ``MarkdownIt.parse``.
        first_number: What the first item counts as, if its list began earlier.
    """
    walk = _Walk(first_number)
    for index, token in enumerate(tokens):
        walk.take(token, tokens, index)
    return walk.blocks


@dataclass(slots=True)
class _Walk:
    """What is known half-way through the tokens. Threads: the one that parses."""

    first_number: int | None
    blocks: list[Block] = field(default_factory=list)
    inside: list[Inside] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    table: list[list[tuple[Span, ...]]] | None = None
    aligns: list[str] = field(default_factory=list)

    def take(self, token: Token, tokens: Sequence[Token], index: int) -> None:
        if token.type == "inline":
            self._inline(token, tokens[index - 1])
        elif token.type in {"fence", "code_block"}:
            self._code(token)
        elif token.type == "math_block":
            source = token.markup.replace("\n", LINE_BREAK)
            span = Span(source, tex=token.content, display=True)
            self._add(Block(Kind.FORMULA, (span,)))
        elif token.type == "hr":
            self._add(Block(Kind.RULE))
        elif token.type.startswith(("t", "/t")):
            self._table(token)
        else:
            self._around(token)

    def _around(self, token: Token) -> None:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            self.numbers.append(self._start(token))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self.numbers.pop()
        elif token.type == "list_item_open":
            self.inside.append(Inside(quote=False, marker=self._marker()))
        elif token.type == "footnote_open":
            self.inside.append(Inside(quote=False, marker=f"[^{token.content}]"))
        elif token.type == "blockquote_open":
            self.inside.append(Inside(quote=True))
        elif token.type in {"list_item_close", "footnote_close", "blockquote_close"}:
            if self.inside[-1].marker:
                self._add(Block(Kind.PARAGRAPH))
            self.inside.pop()

    def _start(self, token: Token) -> int | None:
        if token.type == "bullet_list_open":
            return None
        if self.first_number is not None and not self.inside and not self.blocks:
            return self.first_number
        start = token.attrGet("start")
        return 1 if start is None else int(start)

    def _marker(self) -> str:
        number = self.numbers[-1]
        if number is None:
            return "•"
        self.numbers[-1] = number + 1
        return f"{number}."

    def _inline(self, token: Token, opener: Token) -> None:
        spans = spans_of(token.children or ())
        if self.table is not None:
            self.table[-1].append(spans)
        elif opener.type == "heading_open":
            self._add(Block(Kind.HEADING, spans, level=int(opener.tag[1:])))
        else:
            self._add(Block(Kind.PARAGRAPH, self._without_checkbox(spans)))

    def _without_checkbox(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        if not (spans and self.inside and self.inside[-1].marker):
            return spans
        match = _CHECKBOX.match(spans[0].text)
        if match is None or spans[0].code:
            return spans
        mark = "[ ]" if match[1] == " " else "[x]"
        self.inside[-1] = replace(self.inside[-1], marker=mark)
        return (replace(spans[0], text=spans[0].text[match.end() :]), *spans[1:])

    def _code(self, token: Token) -> None:
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        self._add(Block(Kind.CODE, code=token.content.removesuffix("\n"), language=language))

    def _table(self, token: Token) -> None:
        if token.type == "table_open":
            self.table, self.aligns = [], []
        elif token.type == "tr_open" and self.table is not None:
            self.table.append([])
        elif token.type == "th_open":
            style = str(token.attrGet("style") or "")
            self.aligns.append(style.removeprefix("text-align:") or "left")
        elif token.type == "table_close" and self.table is not None:
            rows: tuple[Row, ...] = tuple(tuple(row) for row in self.table)
            self.table = None
            self._add(Block(Kind.TABLE, rows=rows, aligns=tuple(self.aligns)))

    def _add(self, block: Block) -> None:
        self.blocks.append(replace(block, inside=tuple(self.inside[:DEEPEST_SHOWN])))
        # An item's mark stands before its first block only.
        self.inside = [replace(each, marker="") for each in self.inside]


def plain_blocks(text: str) -> list[Block]:
    """Return text as it was typed: one paragraph for each run of lines."""
    return [
        Block(Kind.PARAGRAPH, (Span(part.strip("\n").replace("\n", LINE_BREAK)),))
        for part in re.split(r"\n[ \t]*\n", text)
        if part.strip()
    ]
