"""Blocks of Markdown are written into a document as plain text with formats."""

from collections.abc import Sequence

from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextTable,
    QTextTableFormat,
)

from inglenook.ui import theme
from inglenook.ui.chat.block import Block, Kind, Row, Span
from inglenook.ui.style import Look

_MOST_CELLS = 400
"""A larger table is written as lines: laying one out takes long."""
_HEADINGS = {1: theme.H3, 2: theme.H3}
_SMALL_HEADING = theme.TypeStyle(14, 20, 600)


def write(document: QTextDocument, blocks: Sequence[Block], look: Look) -> None:
    """Fill a document; nothing in the text is read as markup, and no picture is inserted.

    Args:
        document: Whatever was in it goes.
        blocks: From a Markdown parser.
        look: Colours and type.
    """
    document.clear()
    document.setDocumentMargin(0)
    document.setDefaultFont(look.font(theme.UI))
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    writer = _Writer(cursor, look)
    for block in blocks:
        if block.kind is not Kind.RULE:
            writer.add(block)
    cursor.endEditBlock()


class _Writer:
    """Where the text goes on. Threads: the UI thread."""

    def __init__(self, cursor: QTextCursor, look: Look) -> None:
        self._cursor, self._look = cursor, look
        self._is_fresh = True
        """The block at the cursor is empty, and is the place for what comes next."""

    def add(self, block: Block) -> None:
        if not self._is_fresh:
            self._cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        self._is_fresh = False
        if block.kind is Kind.CODE:
            self._add_code(block)
        elif block.kind is Kind.TABLE:
            self._add_rows(block.rows)
        else:
            self._add_words(block)

    def _add_words(self, block: Block) -> None:
        shape = QTextBlockFormat()
        is_first = self._cursor.position() == 0
        shape.setTopMargin(0 if is_first else self._look.px(_gap(block)))
        shape.setLeftMargin(self._look.px(20) * len(block.inside))
        self._cursor.setBlockFormat(shape)
        marker = block.inside[-1].marker if block.inside else ""
        if marker:
            self._cursor.insertText(f"{marker} ", self._letters(block))
        for span in block.spans:
            self._cursor.insertText(span.text, self._styled(block, span))

    def _add_code(self, block: Block) -> None:
        table = self._box(1, 1, padding=10)
        ground = table.format()
        ground.setBackground(QColor(self._look.palette.inset))
        ground.setBorder(0)
        table.setFormat(ground)
        inside = table.cellAt(0, 0).firstCursorPosition()
        inside.insertText(block.code.replace("\n", "\u2028"), self._code())
        self._leave_box()

    def _add_rows(self, rows: tuple[Row, ...]) -> None:
        wide = max((len(row) for row in rows), default=0)
        if wide == 0 or wide * len(rows) > _MOST_CELLS:
            lines = (" | ".join(_words(cell) for cell in row) for row in rows)
            self._cursor.insertText("\u2028".join(lines), self._letters(None))
            return
        table = self._box(len(rows), wide, padding=5)
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                inside = table.cellAt(y, x).firstCursorPosition()
                for span in cell:
                    inside.insertText(span.text, self._styled(None, span))
        self._leave_box()

    def _box(self, rows: int, columns: int, *, padding: int) -> QTextTable:
        shape = QTextTableFormat()
        shape.setCellPadding(self._look.px(padding))
        shape.setCellSpacing(0)
        shape.setBorder(1)
        shape.setBorderBrush(QColor(self._look.palette.line))
        shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        shape.setBorderCollapse(True)
        shape.setTopMargin(self._look.px(10))
        return self._cursor.insertTable(rows, columns, shape)

    def _leave_box(self) -> None:
        """Go on below a table, where Qt keeps an empty block."""
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._is_fresh = True

    def _letters(self, block: Block | None) -> QTextCharFormat:
        is_heading = block is not None and block.kind is Kind.HEADING
        level = block.level if block is not None else 0
        style = _HEADINGS.get(level, _SMALL_HEADING) if is_heading else theme.UI
        colours = self._look.palette
        letters = QTextCharFormat()
        letters.setFont(self._look.font(style))
        letters.setForeground(QColor(colours.text if is_heading else colours.text_muted))
        return letters

    def _code(self) -> QTextCharFormat:
        font = QFont(self._look.font(theme.CODE))
        font.setFamilies(list(self._look.letters.mono))
        letters = QTextCharFormat()
        letters.setFont(font)
        letters.setForeground(QColor(self._look.palette.text))
        return letters

    def _styled(self, block: Block | None, span: Span) -> QTextCharFormat:
        letters = self._code() if span.code else self._letters(block)
        if span.bold:
            letters.setFontWeight(QFont.Weight.DemiBold)
        letters.setFontItalic(span.italic)
        letters.setFontStrikeOut(span.struck)
        if span.link:
            letters.setAnchor(True)
            letters.setAnchorHref(span.link)
            letters.setForeground(QColor(self._look.palette.accent))
            letters.setFontUnderline(True)
        return letters


def _words(cell: tuple[Span, ...]) -> str:
    return "".join(span.text for span in cell)


def _gap(block: Block) -> int:
    if block.kind is Kind.HEADING:
        return 20
    return 4 if block.in_list else 10
