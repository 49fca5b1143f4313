"""A thin bar that shows how far something is."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy

from inglenook.ui.style import Look
from inglenook.ui.widgets.mirror import placed_in

_HEIGHT, _STEPS = 4, 1000


class Bar(QProgressBar):
    """Progress as a share; one who cannot see it is told by the bar's name and value."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setTextVisible(False)
        self.setRange(0, _STEPS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_fraction(self, fraction: float) -> None:
        """Show a share, 0 to 1."""
        self.setValue(round(max(0.0, min(fraction, 1.0)) * _STEPS))

    def sizeHint(self) -> QSize:
        return QSize(120, self._look.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self._look.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_bar(painter, QRectF(self.rect()), self.value() / _STEPS, self._look)


def bar_height(look: Look) -> int:
    """Return how thick a bar is, in pixels."""
    return look.px(_HEIGHT)


def paint_bar(
    painter: QPainter, box: QRectF, fraction: float, look: Look, tone: str = "accent"
) -> None:
    """Draw a bar; lists that paint their rows themselves use it as well.

    Args:
        painter: With antialiasing.
        box: Its place.
        fraction: 0 to 1.
        look: Colours.
        tone: Palette colour of what is done.
    """
    colours, round_by = look.palette, box.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.selected))
    painter.drawRoundedRect(box, round_by, round_by)
    if fraction > 0:
        done = QRectF(box)
        # Shorter than it is thick, it would be a dot beside the rounded end.
        done.setWidth(max(box.width() * min(fraction, 1.0), box.height()))
        painter.setBrush(QColor(getattr(colours, tone)))
        done = placed_in(painter, box, done)
        painter.drawRoundedRect(done, round_by, round_by)
