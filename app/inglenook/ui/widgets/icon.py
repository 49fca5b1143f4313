"""A picture from our icon set that nobody can press."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inglenook.ui.style import Look


class Icon(QWidget):
    """Draws an icon in a tone of the palette.

    Args:
        size: Pixels at 100 % text size.
    """

    def __init__(self, look: Look, name: str, size: int, *, tone: str = "accent") -> None:
        super().__init__()
        self._look = look
        self._name = name
        self._size = size
        self._tone = tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_icon(self, name: str, tone: str) -> None:
        """Show another icon."""
        self._name, self._tone = name, tone
        self.update()

    def sizeHint(self) -> QSize:
        side = self._look.px(self._size)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = self._look.px(self._size)
        colour = getattr(self._look.palette, self._tone)
        pixmap = self._look.icons.pixmap(self._name, colour, side, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, pixmap)
