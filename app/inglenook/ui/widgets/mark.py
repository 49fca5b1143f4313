"""A word in a soft pill that sets one thing apart from its neighbours."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look

_PAD, _HEIGHT = 8, 20


class Mark(QWidget):
    """Says one word in the accent's soft tone."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        self._look = look
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._look.font(theme.CAPTION)).horizontalAdvance(self._text)
        return QSize(words + self._look.px(2 * _PAD) + 1, self._look.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._look.palette
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent_soft))
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.setFont(self._look.font(theme.CAPTION))
        painter.setPen(QColor(colours.on_accent_soft))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
