"""A table: columns as wide as their words, wrapped to fit, moved sideways if they cannot."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from inglenook.services.formulas import Formula
from inglenook.ui.chat.block import Block, Row, Span
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.piece import LinkPlace, Marks
from inglenook.ui.chat.sideways import Sideways
from inglenook.ui.chat.text_piece import TextPiece, utf16_length
from inglenook.ui.theme import RADIUS_FIELD, UI

PAD_X, PAD_Y = 12, 8
NARROWEST, WIDEST_FREE = 72, 2_000
MOST_COLUMNS = 40
BUTTON, TABLE_GAP = 32, 4
Columns = tuple[float, ...]


class TablePiece:
    """Rows of cells between fine lines; the head row stands on a ground of its own.

    Args:
        width: What there is room for, in pixels; some is kept free for the button beside.
        columns: Widths of the table that this one continues.

    Attributes:
        width: Of what is seen, in pixels.

    Threads: the window's.
    """

    def __init__(
        self, block: Block, ink: Ink, width: float, columns: Columns | None = None
    ) -> None:
        self._ink, self._block = ink, block
        width -= ink.px(BUTTON) + TABLE_GAP
        rows = [
            row[:MOST_COLUMNS] for row in (block.rows[1:] if block.continued else block.rows)
        ]
        self._bold_head = not block.continued
        count = max((len(row) for row in block.rows), default=1)
        fits = columns is not None and len(columns) == min(count, MOST_COLUMNS)
        self.columns = columns if fits and columns else self._widths(rows, width)
        self._cells = [self._row(row, number == 0) for number, row in enumerate(rows)]
        self._tops = [0.0]
        for row in self._cells:
            tallest = max((cell.height for cell in row), default=ink.px(UI.line))
            self._tops.append(self._tops[-1] + tallest + 2 * PAD_Y)
        self.width = min(sum(self.columns), width)
        self.sideways = Sideways(sum(self.columns), self.width)
        self.height = self._tops[-1] + 1 + (10 if self.sideways.room else 0)
        self._starts = self._text_starts()
        cells = (cell.formulas for row in self._cells for cell in row)
        self.formulas: frozenset[Formula] = frozenset().union(*cells)
        self.text = "\n".join("\t".join(cell.text for cell in row) for row in self._cells)

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF, marks: Marks) -> None:
        """Paint the rows that lie in ``clip``."""
        frame = QRectF(at.x() + 0.5, at.y() + 0.5, self.width - 1, self._tops[-1])
        shape = QPainterPath()
        shape.addRoundedRect(frame, RADIUS_FIELD, RADIUS_FIELD)
        painter.save()
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        if self._bold_head and len(self._tops) > 1:
            head = QRectF(frame.left(), frame.top(), frame.width(), self._tops[1])
            painter.fillRect(head, self._ink.colour("inset"))
        for number in range(len(self._cells)):
            top = at.y() + self._tops[number]
            if top < clip.bottom() and at.y() + self._tops[number + 1] > clip.top():
                self._paint_row(painter, number, QPointF(at.x() - self.sideways.at, top), marks)
        painter.restore()
        painter.setPen(self._ink.colour("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, RADIUS_FIELD, RADIUS_FIELD)
        self.sideways.paint(painter, self._ink, QPointF(at.x(), at.y() + self.height))

    def offset_at(self, point: QPointF) -> int:
        """Return the place in the text nearest to a point."""
        for number, row in enumerate(self._cells):
            if point.y() < self._tops[number + 1]:
                return self._offset_in_row(number, row, point)
        return utf16_length(self.text)

    def caret_at(self, offset: int) -> QRectF:
        """Return where a caret stands before a character."""
        found = (0, 0)
        for number, row in enumerate(self._starts):
            for column, start in enumerate(row):
                if start <= offset:
                    found = (number, column)
        number, column = found
        if not self._cells or not self._cells[number]:
            return QRectF(0, 0, 1, self._ink.px(UI.line))
        inner = self._cells[number][column].caret_at(offset - self._starts[number][column])
        return inner.translated(self._corner(number, column))

    def links(self) -> list[LinkPlace]:
        """Return the links of all cells that are not moved out of sight."""
        places = []
        for number, row in enumerate(self._cells):
            for column, cell in enumerate(row):
                corner = self._corner(number, column)
                for link in cell.links():
                    rect = link.rect.translated(corner)
                    if 0 <= rect.center().x() <= self.width:
                        places.append(replace(link, rect=rect))
        return places

    # Inside

    def _widths(self, rows: Sequence[Row], room: float) -> Columns:
        count = min(max((len(row) for row in rows), default=1), MOST_COLUMNS)
        wanted = [float(NARROWEST)] * max(count, 1)
        for row in rows:
            for column, spans in enumerate(row):
                free = TextPiece(spans, self._ink, WIDEST_FREE, style=UI)
                wide = free.natural_width * 1.04 + 2 * PAD_X + 2
                wanted[column] = max(wanted[column], wide)
        return _fitted(wanted, room)

    def _row(self, row: Row, first: bool) -> list[TextPiece]:
        cells = []
        for column, spans in enumerate(row):
            align = self._block.aligns[column] if column < len(self._block.aligns) else "left"
            bold = first and self._bold_head
            shown = tuple(replace(span, bold=True) for span in spans) if bold else spans
            inner = self.columns[column] - 2 * PAD_X
            cells.append(
                TextPiece(shown or (Span(""),), self._ink, inner, style=UI, align=align)
            )
        return cells

    def _text_starts(self) -> list[list[int]]:
        starts: list[list[int]] = []
        at = 0
        for row in self._cells:
            starts.append([])
            for cell in row:
                starts[-1].append(at)
                at += utf16_length(cell.text) + 1
        return starts

    def _corner(self, number: int, column: int) -> QPointF:
        x = sum(self.columns[:column]) + PAD_X - self.sideways.at
        return QPointF(x, self._tops[number] + PAD_Y)

    def _paint_row(self, painter: QPainter, number: int, at: QPointF, marks: Marks) -> None:
        x = at.x() + PAD_X
        for column, cell in enumerate(self._cells[number]):
            start = self._starts[number][column]
            inside = (mark.within(start, utf16_length(cell.text)) for mark in marks)
            parts = [part for part in inside if part is not None]
            cell.paint(painter, QPointF(x, at.y() + PAD_Y), QRectF(), parts)
            x += self.columns[column]
        if number:
            painter.setPen(self._ink.colour("line"))
            y = round(at.y()) + 0.5
            painter.drawLine(QPointF(at.x(), y), QPointF(at.x() + sum(self.columns), y))

    def _offset_in_row(self, number: int, row: list[TextPiece], point: QPointF) -> int:
        x = point.x() + self.sideways.at
        for column, cell in enumerate(row):
            if x < self.columns[column] or column == len(row) - 1:
                inner = QPointF(x - PAD_X, point.y() - self._tops[number] - PAD_Y)
                return self._starts[number][column] + cell.offset_at(inner)
            x -= self.columns[column]
        return 0


def _fitted(wanted: list[float], room: float) -> Columns:
    """Share the room out: narrow columns get what they want, wide ones share the rest."""
    if sum(wanted) <= room:
        return tuple(round(width) for width in wanted)
    widths = [0.0] * len(wanted)
    left, open_columns = room, sorted(range(len(wanted)), key=wanted.__getitem__)
    for index, column in enumerate(open_columns):
        share = left / (len(open_columns) - index)
        widths[column] = max(float(NARROWEST), min(wanted[column], share))
        left -= widths[column]
    return tuple(float(int(width)) for width in widths)
