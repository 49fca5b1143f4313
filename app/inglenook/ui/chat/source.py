"""Blocks and spans written as Markdown again, for the clipboard."""

from collections.abc import Sequence

from inglenook.ui.chat.block import Block, Kind, Span, words_of
from inglenook.ui.chat.piece import Range
from inglenook.ui.chat.text_piece import part_of, utf16_length


def source_of(block: Block, chosen: str, part: Range, *, whole: bool) -> str:
    """Return a part of a block as Markdown.

    Args:
        block: Where it is from.
        chosen: The text of the part.
        part: From where to where it goes, in Qt's units.
        whole: The part is all of the block, so that it is a heading, a table or code still.
    """
    if block.kind is Kind.CODE:
        if not whole and "\n" not in chosen:
            return chosen
        fence = "```"
        while fence in chosen:
            fence += "`"
        return f"{fence}{block.language}\n{chosen}\n{fence}"
    if block.kind is Kind.RULE:
        return "---"
    if block.kind is Kind.TABLE:
        return table_source(block) if whole else chosen
    text = _spans_source(block.spans, part)
    return f"{'#' * block.level} {text}" if block.kind is Kind.HEADING and whole else text


def table_source(table: Block) -> str:
    """Return a table, or the part of one, as Markdown."""
    rows = table.rows[1:] if table.continued else table.rows
    lines = ["| " + " | ".join(map(_cell_source, row)) + " |" for row in rows]
    if not table.continued:
        rule = {"left": "---", "center": ":-:", "right": "--:"}
        marks = (rule.get(each, "---") for each in table.aligns)
        lines.insert(1, "| " + " | ".join(marks) + " |")
    return "\n".join(lines)


def _cell_source(cell: Sequence[Span]) -> str:
    written = _spans_source(cell, (0, utf16_length(words_of(tuple(cell)))))
    return written.replace("  \n", " ").replace("|", "\\|")


def _spans_source(spans: Sequence[Span], part: Range) -> str:
    out, at = [], 0
    for span in spans:
        length = utf16_length(span.text)
        first, last = max(part[0] - at, 0), min(part[1] - at, length)
        at += length
        if first < last:
            out.append(_span_source(span, part_of(span.text, first, last)))
    return "".join(out)


def _span_source(span: Span, text: str) -> str:
    if span.tex:
        return text.replace("\u2028", "\n")
    text = text.replace("\u2028", "  \n")
    if span.raised:
        return f"[^{text}]"
    if span.code:
        mark = "``" if "`" in text else "`"
        text = f"{mark}{text}{mark}"
    for on, mark in ((span.italic, "*"), (span.bold, "**"), (span.struck, "~~")):
        if on and text.strip():
            text = f"{mark}{text}{mark}"
    return f"[{text}]({span.link})" if span.link and span.link != text else text
