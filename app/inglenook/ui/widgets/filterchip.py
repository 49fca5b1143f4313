"""A filter that is on or off, as a pill."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import KEYBOARD_REASONS, paint_ring
from inglenook.ui.widgets.mirror import placed
from inglenook.ui.words import tip

_PAD, _ICON, _GAP, _HEIGHT = 12, 14, 6, 32


class FilterChip(QAbstractButton):
    """A pill with a word; a tick and another ground say that it is on.

    Args:
        text: What it lets through.
        hint: A sentence about it, for the tool tip and screen readers.
    """

    def __init__(self, look: Look, text: str, hint: str = "") -> None:
        super().__init__()
        self._look = look
        self._ring = False
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setAccessibleDescription(hint)
        self.setToolTip(tip(hint))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        px = self._look.px
        words = QFontMetrics(self._look.font(theme.LABEL)).horizontalAdvance(self.text())
        # The tick has its room from the start: nothing moves when it is pressed.
        return QSize(words + px(2 * _PAD + _ICON + _GAP), px(_HEIGHT))

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._ring = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, px = self._look.palette, self._look.px
        is_on = self.isChecked()
        ground = colours.accent_soft if is_on else colours.raised
        if self.underMouse() and not is_on:
            ground = colours.hover
        pill = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(colours.accent_soft if is_on else colours.line), 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        tone = colours.on_accent_soft if is_on else colours.text_muted
        left = px(_PAD) + (0 if is_on else px(_ICON + _GAP) // 2)
        if is_on:
            tick = self._look.icons.pixmap("check", tone, px(_ICON), self.devicePixelRatioF())
            box = QRect(left, (self.height() - px(_ICON)) // 2, px(_ICON), px(_ICON))
            painter.drawPixmap(placed(self, box).topLeft(), tick)
            left += px(_ICON + _GAP)
        painter.setFont(self._look.font(theme.LABEL))
        painter.setPen(QColor(tone))
        words = placed(self, self.rect().adjusted(left, 0, 0, 0))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._ring and self.hasFocus():
            paint_ring(painter, self.rect(), self.height() / 2, colours.accent)
