"""Choosing how much effort answers get: a quiet button, and the levels above it."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from inglenook.chat.comparison import Foretold
from inglenook.effort.level import Level
from inglenook.ui import theme
from inglenook.ui.effort.foot import EffortFoot
from inglenook.ui.effort.words import forecast_words, level_line, level_name
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button, paint_ring
from inglenook.ui.widgets.mirror import placed
from inglenook.ui.widgets.popupcard import PopupCard
from inglenook.ui.widgets.roles import call_dialog
from inglenook.ui.widgets.shadow import REACH
from inglenook.ui.words import tr

LEVELS = (Level.AUTO, Level.QUICK, Level.BALANCED, Level.CAREFUL, Level.DEEP)
_NAME = theme.TypeStyle(14, 20, 600)
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_PAD, _MARK, _ROW = 12, 24, 72
_WIDTH = 420
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class EffortButton(Button):
    """Says which effort the next answer gets."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, text=" ")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.level = Level.QUICK
        self.show_level(self.level)

    def show_level(self, level: Level, *, is_once: bool = False) -> None:
        """Show another level, for the next message alone if so."""
        self.level = level
        name = level_name(level)
        self.setText(tr("{}, once").format(name) if is_once else name)
        told = tr("Effort of the next message: {}") if is_once else tr("Effort: {}")
        self.set_name(told.format(name), "Ctrl+E")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._look.font(self._style))
        wide = metrics.horizontalAdvance(self.text()) + self._look.px(2 * 8 + 22)
        return QSize(wide, self._look.px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, px = self._look.palette, self._look.px
        self._paint_ground(painter, colours)
        painter.setFont(self._look.font(self._style))
        painter.setPen(QColor(colours.text_muted))
        room = placed(self, self.rect().adjusted(px(8), 0, 0, 0))
        painter.drawText(room, _ALONG, self.text())
        side = px(16)
        ratio = self.devicePixelRatioF()
        icon = self._look.icons.pixmap("chevron-down", colours.text_muted, side, ratio)
        end = QRect(self.width() - px(6) - side, (self.height() - side) // 2, side, side)
        painter.drawPixmap(placed(self, end).topLeft(), icon)
        if self.wears_ring():
            paint_ring(painter, self.rect(), theme.RADIUS_ROW, colours.accent)


class LevelRow(Button):
    """One level: its name, what it does, and what it takes on this computer."""

    def __init__(self, look: Look, level: Level, foretold: Foretold | None) -> None:
        super().__init__(look, text=level_name(level))
        self.level = level
        self._line = level_line(level)
        self._cost = forecast_words(level, foretold)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # the group sees to it; this makes it a radio button
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{level_name(level)}. {self._line}. {self._cost}")
        self.setToolTip("")

    def sizeHint(self) -> QSize:
        look = self._look
        wide = max(
            QFontMetrics(look.font(theme.NOTE)).horizontalAdvance(self._line),
            QFontMetrics(look.font(theme.CAPTION)).horizontalAdvance(self._cost),
        )
        around = look.px(2 * _PAD + _MARK) + 2
        return QSize(max(look.px(_WIDTH), wide + around), look.px(_ROW))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, px = self._look.palette, self._look.px
        self._paint_row(painter)
        left, wide = px(_PAD + _MARK), self.width() - px(2 * _PAD + _MARK)
        if self.isChecked():
            side, ratio = px(16), self.devicePixelRatioF()
            icon = self._look.icons.pixmap("check", colours.accent, side, ratio)
            place = QRect(px(_PAD), px(8) + (px(20) - side) // 2, side, side)
            painter.drawPixmap(placed(self, place).topLeft(), icon)
        lines = (
            (self.text(), _NAME, colours.text, 8),
            (self._line, theme.NOTE, colours.text_muted, 29),
            (self._cost, theme.CAPTION, colours.text_faint, 48),
        )
        for words, style, colour, top in lines:
            font = self._look.font(style)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, wide)
            place = placed(self, QRect(left, px(top), wide, px(style.line)))
            painter.drawText(place, _ALONG, shown)
        if self.wears_ring():
            paint_ring(painter, self.rect(), theme.RADIUS_ROW, colours.accent)

    def _paint_row(self, painter: QPainter) -> None:
        warmth = float(self._glow.currentValue())
        if self.isChecked():
            colour = QColor(self._look.palette.hover)
        elif warmth:
            colour = QColor(self._look.palette.hover)
            colour.setAlphaF(warmth)
        else:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(self.rect()), theme.RADIUS_ROW, theme.RADIUS_ROW)


class EffortMenu(PopupCard):
    """The levels on a card that goes away once one is chosen, or with Esc.

    Signals:
        chosen(level): the person picked this one.
        chosen_once(level): picked for the next message alone.

    Threads: the UI thread.
    """

    chosen = Signal(str)
    chosen_once = Signal(str)

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        now: Level,
        foreseen: Mapping[Level, Foretold | None],
        foot: EffortFoot,
    ) -> None:
        """Show the levels.

        Args:
            look: Colours and type.
            parent: The window's part it stands over.
            now: The level that is chosen.
            foreseen: What each takes; None where that was not measured.
            foot: What stands below the levels.
        """
        super().__init__(look, parent)
        call_dialog(self, tr("Effort"))
        self._group = QButtonGroup(self)
        self.rows = [LevelRow(look, level, foreseen.get(level)) for level in LEVELS]
        column = QVBoxLayout(self)
        edge = REACH + 6
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(2)
        for row in self.rows:
            row.setChecked(row.level is now)
            self._group.addButton(row)
            column.addWidget(row)
        self._group.buttonClicked.connect(self._choose)
        self.foot = foot
        column.addWidget(foot)
        foot.page_asked.connect(self.close)

    def open_above(self, button: QWidget) -> None:
        """Stand over a button, its left edge where the button's is."""
        self.place_above(button, button.mapToGlobal(QPoint(0, 0)), button.window().geometry())
        self.show()
        chosen = next((row for row in self.rows if row.isChecked()), self.rows[0])
        chosen.setFocus(Qt.FocusReason.PopupFocusReason)

    def place_above(self, button: QWidget, corner: QPoint, room: QRect) -> None:
        """Move to where the menu fits: above the button's corner, inside the room."""
        self.resize(self.sizeHint())
        top = corner.y() - self.height() + REACH - 4
        if top < room.top() - REACH:
            below = corner.y() + button.height() + 4 - REACH
            top = below if below + self.height() < room.bottom() else room.top() - REACH
        self.move_into(QPoint(corner.x() - REACH - 6, top), room)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._step(_STEPS[key])
        else:
            super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        focus = self.focusWidget()
        here = next((n for n, row in enumerate(self.rows) if row is focus), -1)
        row = self.rows[(here + step) % len(self.rows)]
        row.setFocus(Qt.FocusReason.TabFocusReason)

    def _choose(self, row: LevelRow) -> None:
        signal = self.chosen_once if self.foot.once.isChecked() else self.chosen
        signal.emit(row.level.value)
        self.close()
