"""The list that opens over the composer at "/": prompts and commands that match it."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QWidget

from inglenook.ui import theme
from inglenook.ui.chat.accessibleoffers import describe_offers
from inglenook.ui.style import Look
from inglenook.ui.widgets.mirror import own_way
from inglenook.ui.widgets.shadow import REACH, Shadow
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, tr

_NAME = theme.TypeStyle(14, 20, 600)
_ROW, _PAD, _INSIDE, _ICON, _GAP = 40, 10, 6, 16, 10
_NAME_SHARE = 0.42
_ALONG = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_ABOVE = 6
"""Between the list and the composer, in pixels."""


class Offer(NamedTuple):
    """One row: what it does is known to whoever made it."""

    key: str
    icon: str
    name: str
    about: str


class SlashList(QWidget):
    """Rows over the composer; the keyboard stays in the field, which tells it what to do.

    Signals:
        chosen(key): this row, by a press of the mouse.

    Threads: the UI thread.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        describe_offers()
        super().__init__(parent)
        self._look = look
        self._shadow = Shadow(theme.RADIUS_CARD)
        self._offers: tuple[Offer, ...] = ()
        self._at = self._first = self._room = 0
        self.setAccessibleName(tr("Prompts and commands"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.hide()

    def show_offers(self, offers: Sequence[Offer], over: QRect) -> None:
        """Show rows above a part of the parent; none hide the list."""
        is_new = tuple(offers) != self._offers or self.isHidden()
        self._offers = tuple(offers)
        if not offers:
            self.hide()
            return
        if is_new:
            self._at = self._first = 0
        row, above = self._look.px(_ROW), over.top() - _ABOVE - 2 * _INSIDE
        self._room = max(1, min(len(offers), above // row))
        tall = row * self._room + 2 * _INSIDE + 2 * REACH
        top = over.top() - tall + REACH - _ABOVE
        self.setGeometry(over.left() - REACH, top, over.width() + 2 * REACH, tall)
        self.show()
        self.raise_()
        self.update()
        if is_new:
            self._say()

    def step(self, step: int) -> None:
        """Go to the next row (1) or the one before (-1), round the ends."""
        self._at = (self._at + step) % len(self._offers)
        self._first = min(max(self._first, self._at - self._room + 1), self._at)
        self.update()
        self._say()

    def current(self) -> Offer | None:
        """Return the row that is marked; None while the list is hidden."""
        return self._offers[self._at] if self._offers and not self.isHidden() else None

    def offers(self) -> tuple[Offer, ...]:
        """Return the rows that are shown."""
        return () if self.isHidden() else self._offers

    def marked(self) -> int:
        """Return the number of the row that is marked, from 0."""
        return self._at

    def row_rect(self, number: int) -> QRect:
        """Return where a row is; nowhere for one that has no room."""
        return self._box(number) if number in self._seen() else QRect()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if row is not None and row != self._at:
            self._at = row
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if row is not None:
            self.chosen.emit(self._offers[row].key)

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self.rect().adjusted(REACH, REACH, -REACH - 1, -REACH - 1)
        self._shadow.paint(painter, card, dark=colours.name == "dark")
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(card, theme.RADIUS_CARD, theme.RADIUS_CARD)
        for number in self._seen():
            self._paint_row(painter, number, self._offers[number])

    def _paint_row(self, painter: QPainter, number: int, offer: Offer) -> None:
        look, px, box = self._look, self._look.px, self._box(number)
        colours, is_here = look.palette, number == self._at
        if is_here:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover))
            painter.drawRoundedRect(QRectF(box), theme.RADIUS_ROW, theme.RADIUS_ROW)
        side, left = px(_ICON), box.left() + px(_PAD)
        middle = box.top() + (box.height() - side) // 2
        tone = colours.accent if is_here else colours.text_muted
        icon = look.icons.pixmap(offer.icon, tone, side, self.devicePixelRatioF())
        painter.drawPixmap(self._placed(QRect(left, middle, side, side)).topLeft(), icon)
        left += side + px(_GAP)
        room = box.right() - px(_PAD) - left
        name = self._elided(f"/{one_line(offer.name, 80)}", _NAME, round(room * _NAME_SHARE))
        painter.setFont(look.font(_NAME))
        painter.setPen(QColor(colours.text))
        along = QStyle.visualAlignment(self.layoutDirection(), _ALONG)
        place = self._placed(QRect(left, box.top(), room, box.height()))
        painter.drawText(place, along, own_way(painter, name))
        used = QFontMetrics(look.font(_NAME)).horizontalAdvance(name) + px(_GAP)
        about = self._elided(one_line(offer.about, 200), theme.NOTE, room - used)
        painter.setFont(look.font(theme.NOTE))
        painter.setPen(QColor(colours.text_muted))
        place = self._placed(QRect(left + used, box.top(), room - used, box.height()))
        painter.drawText(place, along, own_way(painter, about))

    def _placed(self, box: QRect) -> QRect:
        """Return where a part lies: mirrored where people read from the right."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), box)

    def _elided(self, text: str, style: theme.TypeStyle, wide: int) -> str:
        metrics = QFontMetrics(self._look.font(style))
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(wide, 0))

    def _box(self, number: int) -> QRect:
        tall, edge = self._look.px(_ROW), REACH + _INSIDE
        top = edge + (number - self._first) * tall
        return QRect(edge, top, self.width() - 2 * edge, tall)

    def _seen(self) -> range:
        """Return the rows that have room; the others come with the arrow keys."""
        return range(self._first, min(self._first + self._room, len(self._offers)))

    def _row_at(self, event: QMouseEvent) -> int | None:
        place = event.position().toPoint()
        return next((row for row in self._seen() if self._box(row).contains(place)), None)

    def _say(self) -> None:
        offer = self._offers[self._at]
        words = tr("{name}, {number} of {count}. {about}").format(
            name=one_line(offer.name, 80), number=self._at + 1, count=len(self._offers),
            about=one_line(offer.about, 100),
        )  # fmt: skip
        speak(self, words)
