"""A row with a picture, a name and a line about it: an assistant, a prompt, a command."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button, paint_ring
from inglenook.ui.words import one_line

_NAME = theme.TypeStyle(14, 20, 600)
_PAD, _TILE, _GAP, _TICK = 10, 32, 12, 16
_TALL, _FLAT = 56, 44
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class PictureRow(Button):
    """One thing to choose.

    Args:
        look: Colours and type.
        icon: Name of an icon.
        name: In one line; may come from outside.
        about: Below the name; may be empty.
        ticked: A tick says that it is the one in use, and not the ground alone.
    """

    def __init__(
        self, look: Look, icon: str, name: str, about: str = "", *, ticked: bool = False
    ) -> None:
        super().__init__(look, icon=icon, text=one_line(name, 80))
        self._about = one_line(about, 160)
        self._ticked = ticked
        self.is_faint = False
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._say()

    def show_words(self, icon: str, name: str, about: str) -> None:
        """Show other words."""
        self._icon, self._about = icon, one_line(about, 160)
        self.setText(one_line(name, 80))
        self._say()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        look = self._look
        wide = max(
            QFontMetrics(look.font(_NAME)).horizontalAdvance(self.text()),
            QFontMetrics(look.font(theme.NOTE)).horizontalAdvance(self._about),
        )
        around = look.px(2 * _PAD + _TILE + _GAP + (_TICK + _GAP if self._ticked else 0)) + 4
        return QSize(wide + around, look.px(_TALL if self._about else _FLAT))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.px(120), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, px = self._look, self._look.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, look.palette)
        self._paint_tile(painter)
        left = px(_PAD + _TILE + _GAP)
        wide = self.width() - left - px(_PAD)
        if self._ticked:
            wide -= px(_TICK + _GAP)
            self._paint_tick(painter)
        self._paint_words(painter, left, wide)
        if self.wears_ring():
            paint_ring(painter, self.rect(), self._radius, look.palette.accent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            event.ignore()  # whoever lists the rows knows which comes next
        else:
            super().keyPressEvent(event)

    def nextCheckState(self) -> None:  # noqa: N802  (Qt's name)
        # Whoever lists the rows marks the one that is chosen; a press alone does not.
        return

    def _say(self) -> None:
        self.setAccessibleName(f"{self.text()}. {self._about}" if self._about else self.text())
        self.setToolTip("")

    def _paint_tile(self, painter: QPainter) -> None:
        colours, px = self._look.palette, self._look.px
        top = (self.height() - px(_TILE)) // 2
        tile = QRectF(self._placed(QRect(px(_PAD), top, px(_TILE), px(_TILE))))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.inset if self.is_faint else colours.accent_soft))
        painter.drawRoundedRect(tile, theme.RADIUS_ROW, theme.RADIUS_ROW)
        side = px(18)
        tone = colours.text_faint if self.is_faint else colours.on_accent_soft
        icon = self._look.icons.pixmap(self._icon, tone, side, self.devicePixelRatioF())
        middle = tile.center().toPoint()
        painter.drawPixmap(middle.x() - side // 2, middle.y() - side // 2, icon)

    def _placed(self, box: QRect) -> QRect:
        """Return where a part lies: mirrored where people read from the right."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), box)

    def _paint_tick(self, painter: QPainter) -> None:
        if not self.isChecked():
            return
        side = self._look.px(_TICK)
        accent = self._look.palette.accent
        tick = self._look.icons.pixmap("check", accent, side, self.devicePixelRatioF())
        left = self.width() - self._look.px(_PAD) - side
        box = self._placed(QRect(left, (self.height() - side) // 2, side, side))
        painter.drawPixmap(box.topLeft(), tick)

    def _paint_words(self, painter: QPainter, left: int, wide: int) -> None:
        look, px = self._look, self._look.px
        name, note = _NAME, theme.NOTE
        tall = px(name.line) + (px(note.line) if self._about else 0)
        top = (self.height() - tall) // 2
        along = QStyle.visualAlignment(self.layoutDirection(), _ALONG)
        lines = [(self.text(), name, "text_muted" if self.is_faint else "text")]
        lines += [(self._about, note, "text_muted")] if self._about else []
        for text, style, tone in lines:
            painter.setFont(look.font(style))
            painter.setPen(QColor(getattr(look.palette, tone)))
            elide = QFontMetrics(look.font(style)).elidedText
            shown = elide(text, Qt.TextElideMode.ElideRight, wide)
            place = self._placed(QRect(left, top, wide, px(style.line)))
            painter.drawText(place, along, shown)
            top += px(style.line)
