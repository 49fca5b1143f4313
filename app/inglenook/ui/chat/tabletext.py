"""Tables on their way to the clipboard: for spreadsheets, and as Markdown."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO

from inglenook.ui.chat.block import Block, Kind, words_of
from inglenook.ui.chat.source import table_source


def whole_table(blocks: Sequence[Block], index: int) -> Block:
    """Return a table with all the parts it was cut into, whichever part is asked for."""
    while index and blocks[index].continued:
        index -= 1
    table = blocks[index]
    for part in blocks[index + 1 :]:
        if part.kind is not Kind.TABLE or not part.continued:
            break
        table = replace(table, rows=(*table.rows, *part.rows[1:]))
    return table


def as_csv(table: Block) -> str:
    """Return a table as RFC 4180 writes it, lines ended by CR LF."""
    out = StringIO()
    csv.writer(out).writerows(_words(table))
    return out.getvalue()


def as_tabs(table: Block) -> str:
    """Return a table as spreadsheets take it from the clipboard."""
    lines = ("\t".join(cell.replace("\t", " ") for cell in row) for row in _words(table))
    return "\n".join(lines)


def as_markdown(table: Block) -> str:
    """Return a table as Markdown, links and emphasis included."""
    return table_source(table)


def _words(table: Block) -> list[list[str]]:
    return [
        [words_of(cell).replace("\u2028", " ").strip() for cell in row] for row in table.rows
    ]
