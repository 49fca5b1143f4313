"""Long texts cut for the screen, and what people typed or models thought as blocks."""

from dataclasses import replace
from itertools import groupby

from inglenook.ui.chat.block import Block, Kind, Span, words_of
from inglenook.ui.chat.inline import LINE_BREAK
from inglenook.ui.chat.markdown import harmless, plain_blocks

SHOWN_AT_FIRST = 64_000
LONG_LINE = 4_000


def typed_blocks(text: str) -> list[Block]:
    """Return what a person typed, line for line, in blocks of a few thousand characters."""
    blocks, lines, size = [], list[str](), 0
    for line in harmless(text.replace("\r\n", "\n")).strip("\n").split("\n"):
        for cut in range(0, max(len(line), 1), LONG_LINE):
            lines.append(line[cut : cut + LONG_LINE])
            size += LONG_LINE if len(line) > LONG_LINE else len(line) + 1
        if size >= LONG_LINE:
            blocks.extend(_typed(lines))
            lines, size = [], 0
    return [*blocks, *_typed(lines)] if lines else blocks


def _typed(lines: list[str]) -> list[Block]:
    """Make a block of each very long line, and one of the lines between two such."""
    blocks = []
    for is_long, group in groupby(lines, key=lambda line: len(line) >= LONG_LINE):
        rows = list(group)
        rows = rows if is_long else [LINE_BREAK.join(rows)]
        blocks += [Block(Kind.PARAGRAPH, (Span(row),)) for row in rows]
    return blocks


def thought_blocks(text: str) -> list[Block]:
    """Return what a model thought, as it was written; no block is very long."""
    return [part for block in plain_blocks(harmless(text)) for part in _in_parts(block)]


def _in_parts(block: Block) -> list[Block]:
    """Cut a long paragraph after words; all but the first part go on from the one above."""
    text, parts = words_of(block.spans), list[Block]()
    while len(text) > LONG_LINE:
        cut = text.rfind(" ", LONG_LINE // 2, LONG_LINE) + 1 or LONG_LINE
        parts.append(replace(block, spans=(Span(text[:cut]),), continued=bool(parts)))
        text = text[cut:]
    return [*parts, replace(block, spans=(Span(text),), continued=bool(parts))]


def first_part(text: str) -> str:
    """Return what of a long text is shown before a person asks for all of it."""
    if len(text) <= SHOWN_AT_FIRST:
        return text
    cut = text.rfind("\n", SHOWN_AT_FIRST // 2, SHOWN_AT_FIRST) + 1
    return text[: cut or SHOWN_AT_FIRST]
