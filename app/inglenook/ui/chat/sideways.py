"""Content wider than its block: how far it is moved, and its small scroll bar."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from inglenook.ui.chat.ink import Ink

BAR_HEIGHT = 6.0
SHORTEST_BAR = 32.0


class Sideways:
    """Horizontal position of a code block or table.

    Attributes:
        content: Width of everything, in pixels.
        view: Width of what is seen.
        at: Pixels moved to the left, 0 up to ``content - view``.

    Threads: the window's.
    """

    def __init__(self, content: float, view: float) -> None:
        self.content, self.view, self.at = content, view, 0.0

    @property
    def room(self) -> float:
        """How far it can be moved at most; 0 when everything is seen."""
        return max(0.0, self.content - self.view)

    def move(self, pixels: float) -> bool:
        """Move to the right by some pixels; return whether anything moved."""
        before = self.at
        self.at = min(max(self.at + pixels, 0.0), self.room)
        return self.at != before

    def reveal(self, x: float) -> bool:
        """Move as little as possible so that a place of the content is seen."""
        if x < self.at:
            return self.move(x - self.at)
        return self.move(max(0.0, x - self.at - self.view))

    def bar(self, left: float, bottom: float) -> QRectF:
        """Return where the bar is, empty when none is needed."""
        if not self.room:
            return QRectF()
        length = max(SHORTEST_BAR, self.view * self.view / self.content)
        x = left + (self.view - length) * self.at / self.room
        return QRectF(x, bottom - BAR_HEIGHT, length, BAR_HEIGHT)

    def paint(self, painter: QPainter, ink: Ink, at: QPointF) -> None:
        """Paint the bar; ``at`` is the lower left corner of its track."""
        bar = self.bar(at.x(), at.y())
        if bar.isEmpty():
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.colour("edge"))
        painter.drawRoundedRect(bar, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
