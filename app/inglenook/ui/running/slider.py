"""A slider of the design system, with a mark where the automatic choice lies."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QSlider, QStyle

from inglenook.ui.style import Look
from inglenook.ui.widgets.button import KEYBOARD_REASONS

_HEIGHT, _GROOVE, _HANDLE = 32, 4, 16


class Slider(QSlider):
    """Chooses a whole number with mouse or arrow keys.

    Args:
        name: What is chosen, for screen readers.
    """

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self._mark: int | None = None
        self._ring = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def mark(self, value: int | None) -> None:
        """Mark the automatic choice; None for no mark."""
        self._mark = value
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self._look.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._look.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours, px = self._look.palette, self._look.px
        half, middle = px(_HANDLE) / 2, self.height() / 2
        at = self._place(self.value())
        groove = QRectF(half, middle - px(_GROOVE) / 2, self.width() - 2 * half, px(_GROOVE))
        painter.setBrush(QColor(colours.selected))
        painter.drawRoundedRect(groove, px(_GROOVE) / 2, px(_GROOVE) / 2)
        done = QRectF(groove)
        done.setRight(at)
        tone = colours.accent if self.isEnabled() else colours.edge
        painter.setBrush(QColor(tone))
        painter.drawRoundedRect(done, px(_GROOVE) / 2, px(_GROOVE) / 2)
        self._paint_mark(painter, middle)
        painter.setPen(QPen(QColor(tone), 2))
        painter.setBrush(QColor(colours.raised))
        painter.drawEllipse(QPointF(at, middle), half - 1, half - 1)
        if self._ring and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawEllipse(QPointF(at, middle), half + 3, half + 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._follow(event.position().x())
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._follow(event.position().x())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # who scrolls the page does not mean the slider below the pointer

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)

    def _paint_mark(self, painter: QPainter, middle: float) -> None:
        if self._mark is None or self._mark == self.value():
            return
        px = self._look.px
        at = self._place(self._mark)
        painter.setBrush(QColor(self._look.palette.text_muted))
        painter.drawRoundedRect(QRectF(at - 1, middle - px(6), 2, px(12)), 1, 1)

    def _place(self, value: int) -> float:
        side = self._look.px(_HANDLE)
        room = self.width() - side
        span = (self.minimum(), self.maximum())
        return side / 2 + QStyle.sliderPositionFromValue(*span, value, room)

    def _follow(self, x: float) -> None:
        side = self._look.px(_HANDLE)
        span, room = (self.minimum(), self.maximum()), self.width() - side
        self.setValue(QStyle.sliderValueFromPosition(*span, round(x - side / 2), room))
