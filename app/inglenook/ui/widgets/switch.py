"""A switch that is on or off."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from inglenook.ui.style import Look
from inglenook.ui.widgets.button import KEYBOARD_REASONS, paint_ring

_WIDTH, _HEIGHT, _TRACK = 44, 32, 22


class Switch(QCheckBox):
    """On or off at once, without a button to apply it."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._ring = False
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(_WIDTH), self._look.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, place: QPoint) -> bool:  # noqa: N802  (Qt's name)
        return self.rect().contains(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, colours = self._look, self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high = look.px(_TRACK)
        track = QRectF(2, (self.height() - high) / 2, self.width() - 4, high)
        is_on, is_live = self.isChecked(), self.isEnabled()
        ground = colours.accent if is_on and is_live else colours.inset
        edge = ground if is_on and is_live else colours.edge
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), high / 2, high / 2)
        side = high - look.px(8)
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        is_right = is_on is not is_rtl
        left = track.right() - side - look.px(4) if is_right else track.left() + look.px(4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.on_accent if is_on and is_live else colours.edge))
        painter.drawEllipse(QRectF(left, track.center().y() - side / 2, side, side))
        if self._ring and self.hasFocus():
            ring = track.toRect().adjusted(-2, -3, 2, 3)
            paint_ring(painter, ring, ring.height() / 2, colours.accent)
