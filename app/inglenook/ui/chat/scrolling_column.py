"""A column of messages that scrolls: what is laid out when, and what must not move."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from inglenook.core.ids import NodeId
from inglenook.services.formulas import Formula, FormulaDrawn
from inglenook.ui import theme
from inglenook.ui.appearance import OUR_LETTERS, Letters
from inglenook.ui.chat.column import Anchor, Column
from inglenook.ui.chat.formulas import Formulas
from inglenook.ui.chat.frame import Frame
from inglenook.ui.chat.idle import IdleWork
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.jump_pill import JumpPill
from inglenook.ui.chat.marked_bar import MarkedScrollBar
from inglenook.ui.chat.selection import Place
from inglenook.ui.icons import Icons
from inglenook.ui.theme import COLUMN_WIDTH, Palette

FOLLOW_WITHIN = 24
SIDE_MARGIN = 24
NARROWEST = 160.0
SETTLE_ROUNDS = 6
IDLE_MS, REDRAW_MS = 30, 60
KEPT_CLEAR = 0.2
"""This share of the screen at its top is no good place for what is looked for."""


class ScrollingColumn(QAbstractScrollArea):
    """Keeps the screen laid out and what is read in its place, whatever grows around it.

    It follows the end only while the end is in sight, and stops as soon as the person
    scrolls up or selects.

    Threads: the window's.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = Icons()
        self._palette, self._percent = theme.LIGHT, 100
        self._letters, self._is_compact = OUR_LETTERS, False
        self._formulas = Formulas()
        self._new_formulas: set[Formula] = set()
        self._ink = Ink(self._palette, self._percent, self._icons, self._formulas)
        self._frame = Frame(self._ink, float(COLUMN_WIDTH))
        self._column = Column(self._frame)
        self._following, self._moving = True, False
        self.scroll_marks = MarkedScrollBar(self)
        self.setVerticalScrollBar(self.scroll_marks)
        self._pill = JumpPill(self._ink, self)
        self._pill.clicked.connect(self.jump_to_latest)
        self._idle = self._timer(IDLE_MS, self._work_idly, once=True)
        self._work = IdleWork()
        self._redrawing = self._timer(REDRAW_MS, self._redraw_formulas, once=True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _timer(
        self, interval_ms: int, slot: Callable[[], None], *, once: bool = False
    ) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(once)
        timer.timeout.connect(slot)
        return timer

    def ask_for_formulas(self, ask: Callable[[Formula], object]) -> None:
        """Know who draws formulas; what they answer comes back by ``take_formula``."""
        self._formulas.ask_of(ask)

    def take_formula(self, drawn: FormulaDrawn) -> None:
        """Show a drawing in place of its source; what is being read stays where it is."""
        if self._formulas.take(drawn):
            self._new_formulas.add(drawn.formula)
            if not self._redrawing.isActive():
                self._redrawing.start()

    def set_palette(self, palette: Palette) -> None:
        """Paint in other colours."""
        self._palette = palette
        self._change_ink()

    def set_text_scale(self, percent: int) -> None:
        """Make text larger or smaller.

        Args:
            percent: 85 to 200.
        """
        self._percent = percent
        self._change_ink()

    def set_type(self, percent: int, letters: Letters, *, is_compact: bool) -> None:
        """Take another text size, other fonts, and more or less space between things."""
        self._percent, self._letters, self._is_compact = percent, letters, is_compact
        self._change_ink()

    def scroll_to(self, node: NodeId) -> None:
        """Bring the beginning of a message to the upper edge."""
        number = self._column.number_of(node)
        if number is not None:
            self._following = False
            for _ in range(3):
                self._column.ensure(
                    self._column.top(number),
                    self._column.top(number) + self.viewport().height(),
                )
            self._set_range()
            self._move(self._column.top(number))
            self._settle(None)
            self.viewport().update()

    def show_place(self, place: Place) -> None:
        """Bring a place in the text into sight, well inside the screen if it was not."""
        self._stop_following()
        high = self.viewport().height()
        rect = self._place_rect(place)
        if rect.top() < high * KEPT_CLEAR or rect.bottom() > high * (1 - KEPT_CLEAR / 2):
            self._move(self._value() + rect.top() - high / 3)
            # What lies around it is laid out only now, and may be higher than was guessed.
            self._settle(self._anchor())
            self._move(self._value() + self._place_rect(place).top() - high / 3)
            self._settle(self._anchor())
        piece = self._column.views[place.message].pieces[place.block]
        wide = getattr(piece, "sideways", None)
        if piece is not None and wide is not None:
            wide.reveal(piece.caret_at(place.offset).left() + wide.at)
        self.viewport().update()

    def _place_rect(self, place: Place) -> QRectF:
        """Return where a place in the text stands in the viewport."""
        view = self._column.views[place.message]
        high = float(self.viewport().height())
        for _ in range(SETTLE_ROUNDS):
            top = self._column.top(place.message) + view.tops[place.block]
            if not self._column.ensure(top, top + high):
                break
        self._set_range()
        piece = view.pieces[place.block]
        inner = piece.caret_at(place.offset) if piece is not None else QRectF(0, 0, 1, 1)
        return self.seen(place.message, inner.translated(view.corner(place.block)))

    def top_place(self) -> Place:
        """Return the place in the text at the upper edge of the screen."""
        found = self._column.place_at(QPointF(0, float(self._value())))
        return found or Place(0, 0, 0)

    def numbers_on_screen(self) -> Iterable[int]:
        """Return the messages of which something is on screen."""
        top = float(self._value())
        return self._column.between(top, top + self.viewport().height())

    def take_parsed(self, numbers: Iterable[int]) -> None:
        """Take over the heights of messages that were parsed far from the screen."""
        any_change = False
        anchor = self._anchor()
        for number in numbers:
            self._column.measure(number)
            any_change = True
        if any_change and self._settle(anchor):
            self.viewport().update()

    def jump_to_latest(self) -> None:
        """Go to the end and follow what is being written."""
        self._following = True
        self._settle(None)
        self.viewport().update()

    @property
    def following(self) -> bool:
        """Whether the view keeps to the end while text arrives."""
        return self._following

    @property
    def column(self) -> Column:
        """The messages and where they are."""
        return self._column

    @property
    def ink(self) -> Ink:
        """Colours and fonts."""
        return self._ink

    def column_left(self) -> float:
        """Return where the column begins in the viewport."""
        return float(round((self.viewport().width() - self._frame.width) / 2))

    def to_column(self, point: QPointF) -> QPointF:
        """Return a point of the viewport in the column's system."""
        return QPointF(point.x() - self.column_left(), point.y() + self._value())

    def seen(self, number: int, rect: QRectF) -> QRectF:
        """Return where a message's rectangle is in the viewport."""
        y = self._column.top(number) - self._value()
        return rect.translated(self.column_left(), y)

    def block_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return message and block at a point of the viewport."""
        place = self.to_column(point)
        if not self._column.views or not 0 <= place.y() < self._column.height:
            return None
        number = self._column.message_at(place.y())
        view = self._column.views[number]
        y = place.y() - self._column.top(number)
        index = view.block_at(y)
        inside = index < len(view.blocks) and 0 <= y - view.tops[index] < view.heights[index]
        return (number, index) if inside else None

    def reveal(self, rect: QRectF) -> None:
        """Scroll as little as needed so that a rectangle of the viewport is seen."""
        high = self.viewport().height()
        if rect.top() < 8:
            self.scroll_by(rect.top() - 8)
        elif rect.bottom() > high - 8:
            self.scroll_by(min(rect.bottom() - high + 8, rect.top() - 8))

    def scroll_by(self, pixels: float) -> None:
        """Scroll as a person does: going up ends following."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(pixels))

    def message_rect(self, number: int) -> QRect:
        """Return where a message is in the viewport."""
        rect = QRectF(0, 0, self._frame.width, self._column.views[number].height)
        return self.seen(number, rect).toAlignedRect()

    def column_width(self) -> float:
        """Return the width of the column in pixels."""
        return self._frame.width

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width; what is being read stays."""
        super().resizeEvent(event)
        self._change_width()
        self._place_pill()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move the painted picture and paint only the strip that came into view."""
        del dx
        if self._moving:
            self.viewport().scroll(0, dy)
            return
        self._following = dy < 0 and self._at_end()
        self.viewport().scroll(0, dy)
        if self._settle(self._anchor()):
            self.viewport().update()

    def _value(self) -> int:
        return self.verticalScrollBar().value()

    def _at_end(self) -> bool:
        return self._value() >= self.verticalScrollBar().maximum() - FOLLOW_WITHIN

    def _anchor(self) -> Anchor | None:
        top = float(self._value())
        return self._column.anchor(top, top + self.viewport().height())

    def _stop_following(self) -> None:
        self._following = False
        self._show_pill()

    def _set_range(self) -> None:
        high = self.viewport().height()
        bar = self.verticalScrollBar()
        self._moving = True
        bar.setRange(0, max(0, round(self._column.height) - high))
        bar.setPageStep(max(1, high - int(self._ink.px(48))))
        bar.setSingleStep(int(self._ink.px(24)))
        self._moving = False
        self._show_pill()

    def _move(self, value: float) -> None:
        self._moving = True
        self.verticalScrollBar().setValue(round(value))
        self._moving = False

    def _settle(self, anchor: Anchor | None) -> bool:
        """Lay out what is on screen and keep the anchor, or the end, where it is.

        Returns whether any height changed, so that more than a scrolled strip is new.
        """
        any_change = False
        high = self.viewport().height()
        for _ in range(SETTLE_ROUNDS):
            self._set_range()
            if self._following:
                self._move(self.verticalScrollBar().maximum())
            elif anchor is not None and (top := self._column.top_for(anchor)) is not None:
                self._move(top)
            if not self._column.ensure(self._value(), self._value() + high):
                break
            any_change = True
        self._show_pill()
        self._idle.start()
        return any_change

    def _update_span(self, top: float, bottom: float) -> None:
        wide = self.viewport().width()
        rect = QRectF(0, top - 4, wide, bottom - top + 8).toAlignedRect()
        self.viewport().update(rect.intersected(self.viewport().rect()))

    def _show_pill(self) -> None:
        self._pill.setVisible(not self._following and not self._at_end())

    def _place_pill(self) -> None:
        self._pill.resize(self._pill.sizeHint())
        area = self.viewport().geometry()
        x = area.center().x() - self._pill.width() // 2
        self._pill.move(x, area.bottom() - self._pill.height() - 12)

    def _change_ink(self) -> None:
        self._ink = Ink(
            self._palette, self._percent, self._icons, self._formulas,
            letters=self._letters, is_compact=self._is_compact,
        )  # fmt: skip
        self._pill.set_ink(self._ink)
        self._place_pill()
        self._reframe()

    def _change_width(self) -> None:
        room = float(self.viewport().width() - 2 * SIDE_MARGIN)
        width = max(NARROWEST, min(self._ink.px(COLUMN_WIDTH), room))
        if width != self._frame.width or self._frame.ink is not self._ink:
            self._reframe()
        else:
            self._settle(self._anchor())
            self.viewport().update()

    def _reframe(self) -> None:
        anchor = self._anchor()
        room = float(self.viewport().width() - 2 * SIDE_MARGIN)
        width = max(NARROWEST, min(self._ink.px(COLUMN_WIDTH), room))
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        self._frame = Frame(self._ink, width, mirrored=is_rtl)
        self._column.set_frame(self._frame)
        self._forget_targets()
        self._settle(anchor)
        self.viewport().update()

    def _forget_targets(self) -> None:
        """Positions are about to change: whoever remembers some must let go."""

    def _redraw_formulas(self) -> None:
        anchor = self._anchor()
        if self._column.redraw(self._new_formulas):
            self._forget_targets()
            self._settle(anchor)
            self.viewport().update()
        self._new_formulas.clear()

    def _work_idly(self) -> None:
        top = float(self._value())
        high = self.viewport().height()
        # Heights above the screen may change: what stood there before is what must stay.
        anchor = self._anchor()
        work = self._work.step(self._column, top, high)
        if work.changed and self._settle(anchor):
            self.viewport().update()
        if work.repaint:
            self.viewport().update()
        if work.more:
            self._idle.start()
