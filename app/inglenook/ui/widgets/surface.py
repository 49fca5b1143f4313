"""A plain ground in one of the theme's tones, with a line on one side if wanted."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from inglenook.ui.style import Look


class Surface(QWidget):
    """Paints a tone of the palette behind its children.

    Args:
        tone: Name of a palette colour: ``"ground"``, ``"side"``, ``"raised"``…
        line: Edge to draw a hairline on: ``"right"``, ``"bottom"`` or none.
        radius: Rounds the corners and draws the hairline all around.
    """

    def __init__(self, look: Look, tone: str, *, line: str = "", radius: int = 0) -> None:
        super().__init__()
        self._look = look
        self._tone = tone
        self._line = line
        self._radius = radius
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground = QColor(getattr(self._look.palette, self._tone))
        edge = QColor(self._look.palette.line)
        if self._radius:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(edge, 1))
            painter.setBrush(ground)
            inside = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(inside, self._radius, self._radius)
            return
        painter.fillRect(self.rect(), ground)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._line == "right":
            painter.fillRect(self.width() - 1, 0, 1, self.height(), edge)
        elif self._line == "bottom":
            painter.fillRect(0, self.height() - 1, self.width(), 1, edge)
