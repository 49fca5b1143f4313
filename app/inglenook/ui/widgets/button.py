"""The button of the design system: an icon, a text or both, in six kinds."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.theme import Palette, TypeStyle
from inglenook.ui.widgets.mirror import ahead, placed
from inglenook.ui.words import tip

HOVER_MS = 120
KEYBOARD_REASONS = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
    Qt.FocusReason.OtherFocusReason,
}


@dataclass(frozen=True, slots=True)
class _Paint:
    """Names of palette colours; an empty name paints nothing."""

    ground: str
    hover: str
    edge: str
    text: str
    icon: str


_KINDS = {
    "plain": _Paint("", "hover", "", "text_muted", "text_muted"),
    "outline": _Paint("raised", "hover", "line", "text", "accent"),
    "accent": _Paint("accent", "on_accent_soft", "", "on_accent", "on_accent"),
    "soft": _Paint("accent_soft", "selected", "", "on_accent_soft", "on_accent_soft"),
    "quiet": _Paint("inset", "selected", "", "text", "text_muted"),
    "warn": _Paint("warn_soft", "selected", "", "warn", "warn"),
}


class Button(QAbstractButton):
    """A button at least 32 pixels high that shows where the keyboard is.

    Args:
        icon: Name of an icon; may be empty if there is a text.
        text: Shown beside the icon; may be empty if there is an icon.
        name: What a screen reader says and the tool tip shows; the text by default.
        style: Size and weight of the text.
        radius: Of the corners; anything above half the height makes round ends.
        icon_size: In pixels at 100 % text size.
        kind: ``"plain"``, ``"outline"``, ``"accent"``, ``"soft"``, ``"quiet"`` or ``"warn"``.
        height: In pixels at 100 % text size.
        leading: Text starts at the left instead of being centred.
    """

    def __init__(
        self,
        look: Look,
        *,
        icon: str = "",
        text: str = "",
        name: str = "",
        kind: str = "plain",
        style: TypeStyle = theme.LABEL,
        height: int = 32,
        radius: int = theme.RADIUS_ROW,
        icon_size: int = 18,
        leading: bool = False,
    ) -> None:
        super().__init__()
        self._look = look
        self._icon = icon
        self._kind = _KINDS[kind]
        self._style = style
        self._height = height
        self._pad = 16 if height >= 40 else 12
        self._radius = radius
        self._icon_size = icon_size
        self._leading = leading
        self._ring = False
        self._glow = QVariantAnimation(self)
        self._glow.setStartValue(0.0)
        self._glow.setEndValue(1.0)
        self._glow.valueChanged.connect(self.update)
        self.setText(text)
        self.set_name(name or text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(
            QSizePolicy.Policy.Minimum if text else QSizePolicy.Policy.Fixed,
            QSizePolicy.Policy.Fixed,
        )
        look.changed.connect(self._resize)

    def set_name(self, name: str, hint: str = "") -> None:
        """Say what the button does, and with which keys."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(hint)
        plain = not hint and name == self.text()
        self.setToolTip("" if plain else tip(name, hint))

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def set_kind(self, kind: str) -> None:
        """Take the colours of another kind."""
        self._kind = _KINDS[kind]
        self.update()

    def wears_ring(self) -> bool:
        """Tell whether the keyboard is here and came here by a key."""
        return self._ring and self.hasFocus()

    def sizeHint(self) -> QSize:
        height = self._look.px(self._height)
        if not self.text():
            return QSize(height, height)
        metrics = QFontMetrics(self._look.font(self._style))
        icon = self._look.px(self._icon_size + 8) if self._icon else 0
        width = metrics.horizontalAdvance(self.text()) + icon + 2 * self._look.px(self._pad)
        return QSize(width, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._look.palette
        self._paint_ground(painter, colours)
        self._paint_content(painter, colours)
        if self.wears_ring():
            paint_ring(painter, self.rect(), self._round(), self._ring_colour(colours))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._glide(forward=True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._glide(forward=False)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._ring = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # Coming back from another window, the ring is where it was.
        if event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self._ring = False
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self._glide(forward=False)
        super().changeEvent(event)

    def _glide(self, *, forward: bool) -> None:
        if forward and not self.isEnabled():
            return
        directions = QVariantAnimation.Direction
        self._glow.setDirection(directions.Forward if forward else directions.Backward)
        self._glow.setDuration(self._look.motion_ms(HOVER_MS))
        if self._glow.state() is not QVariantAnimation.State.Running:
            self._glow.start()
        self.update()

    def _round(self) -> float:
        return min(self._radius, self.height() / 2)

    def _ring_colour(self, colours: Palette) -> str:
        return colours.text if self._kind.ground == "accent" else colours.accent

    def _paint_ground(self, painter: QPainter, colours: Palette) -> None:
        ground, edge = self._kind.ground, self._kind.edge
        if not self.isEnabled() and ground:
            ground = "hover"
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        if edge:
            painter.setPen(QPen(QColor(getattr(colours, edge)), 1))
            box.adjust(0.5, 0.5, -0.5, -0.5)
        if ground:
            painter.setBrush(QColor(getattr(colours, ground)))
            painter.drawRoundedRect(box, self._round(), self._round())
        warmth = 1.0 if self.isDown() or self.isChecked() else float(self._glow.currentValue())
        if warmth and self.isEnabled():
            colour = QColor(getattr(colours, self._kind.hover))
            colour.setAlphaF(warmth)
            painter.setBrush(colour)
            painter.drawRoundedRect(box, self._round(), self._round())

    def _paint_content(self, painter: QPainter, colours: Palette) -> None:
        enabled = self.isEnabled()
        size = self._look.px(self._icon_size)
        left = self._content_left(size)
        if self._icon:
            colour = getattr(colours, self._kind.icon) if enabled else colours.text_faint
            pixmap = self._look.icons.pixmap(
                ahead(self, self._icon), colour, size, self.devicePixelRatioF()
            )
            box = placed(self, QRect(left, (self.height() - size) // 2, size, size))
            painter.drawPixmap(box.topLeft(), pixmap)
            left += size + self._look.px(8)
        if self.text():
            painter.setFont(self._look.font(self._style))
            name = self._kind.text if enabled else "text_faint"
            painter.setPen(QColor(getattr(colours, name)))
            space = placed(self, QRect(left, 0, self.width() - left, self.height()))
            painter.drawText(space, Qt.AlignmentFlag.AlignVCenter, self.text())

    def _content_left(self, icon_size: int) -> int:
        if self._leading:
            return self._look.px(10)
        if not self.text():
            return (self.width() - icon_size) // 2
        return (self.width() - self.sizeHint().width()) // 2 + self._look.px(self._pad)

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()


def paint_ring(painter: QPainter, box: QRect, radius: float, colour: str) -> None:
    """Draw the 2 pixel ring that shows where the keyboard is."""
    painter.setPen(QPen(QColor(colour), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(box).adjusted(1, 1, -1, -1), radius - 1, radius - 1)
