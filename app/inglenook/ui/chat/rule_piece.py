"""A line across the column between two parts of an answer."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.piece import LinkPlace, Marks


class RulePiece:
    """A thin line. Threads: the window's."""

    def __init__(self, ink: Ink, width: float) -> None:
        self.height = 1.0
        self.text = ""
        self._ink, self._width = ink, width

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF, marks: Marks) -> None:
        """Paint the line."""
        del clip, marks
        line = QRectF(at.x(), round(at.y()), self._width, 1)
        painter.fillRect(line, self._ink.colour("line"))

    def offset_at(self, point: QPointF) -> int:
        """There is nothing to stand in."""
        del point
        return 0

    def caret_at(self, offset: int) -> QRectF:
        """Return the line's own place."""
        del offset
        return QRectF(0, 0, 1, 1)

    def links(self) -> list[LinkPlace]:
        """A line leads nowhere."""
        return []
