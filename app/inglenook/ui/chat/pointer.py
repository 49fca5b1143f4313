"""The pointer in a conversation: pressing, selecting, moving wide blocks."""

from typing import TYPE_CHECKING
from weakref import proxy

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip

from inglenook.ui.chat.actions import all_targets
from inglenook.ui.chat.links import host_of
from inglenook.ui.chat.painter import is_off
from inglenook.ui.chat.selection import Selection
from inglenook.ui.chat.sideways import BAR_HEIGHT, Sideways
from inglenook.ui.chat.stretch import stretch_around
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.words import one_line, tip

if TYPE_CHECKING:
    from inglenook.ui.chat.conversation_view import ConversationView

SCROLL_TICK_MS = 40
NEAR = 6


class Pointer:
    """What the person points at, presses and drags.

    Attributes:
        target: Under the pointer; None over anything that cannot be pressed.
        message: Number of the message under the pointer, -1 for none.

    Threads: the window's.
    """

    def __init__(self, view: "ConversationView") -> None:
        # A strong reference would be a cycle, which only the garbage collector could end.
        self._view: ConversationView = proxy(view)
        self.target: Target | None = None
        self.message = -1
        self._pressed: tuple[int, Target] | None = None
        self._from: Selection | None = None
        self._clicks, self._clicked_ms, self._clicked_at = 0, 0, QPointF(-1e6, 0)
        self._dragged: tuple[Sideways, float, float] | None = None
        self._at = QPointF()
        self._edge = QTimer(view)
        self._edge.setInterval(SCROLL_TICK_MS)
        self._edge.timeout.connect(self._scroll_at_edge)

    def forget(self) -> None:
        """Let go of targets whose messages changed."""
        self.target, self.message, self._pressed = None, -1, None

    def take(self, event: QEvent) -> bool:
        """Take an event of the viewport; return whether it needs nothing else."""
        if isinstance(event, QHelpEvent):
            return self._tool_tip(event)
        if event.type() == QEvent.Type.Leave:
            self._hover(-1, None)
            return False
        if not isinstance(event, QMouseEvent):
            return False
        if event.type() == QEvent.Type.MouseMove:
            self._move(event.position(), held=Qt.MouseButton.LeftButton in event.buttons())
            return True
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if event.type() in {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick}:
            self._press(event)
        else:
            self._release(event.position())
        return True

    def wheel(self, event: QWheelEvent) -> bool:
        """Move a wide block sideways; return whether the wheel did that."""
        pixels = event.pixelDelta()
        turn = event.angleDelta() / 2 if pixels.isNull() else pixels
        upright = Qt.KeyboardModifier.ShiftModifier not in event.modifiers()
        across = turn.x() or (0 if upright else turn.y())
        if not across or (upright and abs(turn.y()) >= abs(across)):
            return False
        found = self._sideways_at(event.position())
        if found is None or not found[0].move(-across):
            return False
        self._view.viewport().update(found[1].toAlignedRect())
        return True

    # Moving

    def _move(self, point: QPointF, *, held: bool) -> None:
        self._at = point
        if held and self._dragged is not None:
            wide, start, at = self._dragged
            wide.move((point.x() - start) * wide.content / wide.view + at - wide.at)
            self._view.viewport().update()
        elif held and self._from is not None:
            self._drag(point)
        else:
            number, target = self.target_at(point)
            self._hover(number, target)
            self._show_cursor(point, target)

    def _hover(self, number: int, target: Target | None) -> None:
        if (number, target) == (self.message, self.target):
            return
        before, old = self.message, self.target
        self.message, self.target = number, target
        for each in {before, number}:
            self._repaint(each)
        for each, place in ((before, old), (number, target)):
            if place is not None and each >= 0:
                seen = self._view.seen(each, place.rect).adjusted(-4, -4, 4, 4)
                self._view.viewport().update(seen.toAlignedRect())

    def _repaint(self, number: int) -> None:
        if 0 <= number < len(self._view.column.views):
            self._view.update_actions(number)

    def _show_cursor(self, point: QPointF, target: Target | None) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if target is not None:
            shape = Qt.CursorShape.PointingHandCursor
        elif self._over_text(point):
            shape = Qt.CursorShape.IBeamCursor
        self._view.viewport().setCursor(shape)

    def _drag(self, point: QPointF) -> None:
        place = self._view.column.place_at(self._view.to_column(point))
        if place is None or self._from is None:
            return
        first, last = self._from.first, self._from.last
        piece = stretch_around(self._view.column.views, place, self._clicks)
        if piece.first < first:
            self._view.select(Selection(last, piece.first))
        else:
            self._view.select(Selection(first, max(last, piece.last)))
        outside = not 0 <= point.y() < self._view.viewport().height()
        if outside != self._edge.isActive():
            self._edge.start() if outside else self._edge.stop()

    def _scroll_at_edge(self) -> None:
        high = self._view.viewport().height()
        beyond = self._at.y() if self._at.y() < 0 else max(0.0, self._at.y() - high)
        self._view.scroll_by(max(-60.0, min(60.0, beyond)))
        self._drag(self._at)

    # Pressing

    def _press(self, event: QMouseEvent) -> None:
        point = event.position()
        self._count_clicks(event)
        number, target = self.target_at(point)
        if target is not None:
            self._pressed = number, target
            return
        found = self._sideways_at(point)
        if found is not None and found[2]:
            self._dragged = found[0], point.x(), found[0].at
            return
        place = self._view.column.place_at(self._view.to_column(point))
        if place is None:
            return
        before = self._view.selection
        if before is not None and Qt.KeyboardModifier.ShiftModifier in event.modifiers():
            self._from = Selection(before.anchor, before.anchor)
            self._drag(point)
            return
        self._from = stretch_around(self._view.column.views, place, self._clicks)
        self._view.select(None if self._from.empty else self._from)

    def _count_clicks(self, event: QMouseEvent) -> None:
        near = (event.position() - self._clicked_at).manhattanLength() < NEAR
        limit = QGuiApplication.styleHints().mouseDoubleClickInterval()
        soon = event.timestamp() - self._clicked_ms <= limit
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._clicks = 2
        else:
            self._clicks = self._clicks % 3 + 1 if near and soon else 1
        self._clicked_ms, self._clicked_at = event.timestamp(), event.position()

    def _release(self, point: QPointF) -> None:
        pressed, self._pressed = self._pressed, None
        self._from = self._dragged = None
        self._edge.stop()
        if pressed is not None and self.target_at(point) == pressed:
            self._view.press(*pressed)

    # What is where

    def target_at(self, point: QPointF) -> tuple[int, Target | None]:
        """Return the message at a point of the viewport, and what can be pressed there."""
        column = self._view.column
        place = self._view.to_column(point)
        if not column.views or not 0 <= place.y() < column.height:
            return -1, None
        number = column.message_at(place.y())
        view = column.views[number]
        inner = place - QPointF(0, column.top(number))
        for target in all_targets(view, self._view.ink):
            if target.rect.contains(inner) and not is_off(view, target):
                return number, target
        return number, None

    def _over_text(self, point: QPointF) -> bool:
        column = self._view.column
        place = self._view.to_column(point)
        if not column.views or not 0 <= place.x() <= self._view.column_width():
            return False
        number = column.message_at(place.y())
        view = column.views[number]
        y = place.y() - column.top(number)
        return view.body_top <= y < view.body_bottom and place.x() >= view.left()

    def _sideways_at(self, point: QPointF) -> tuple[Sideways, QRectF, bool] | None:
        """Return the wide block under a point, its place, and whether its bar is hit."""
        column = self._view.column
        place = self._view.to_column(point)
        if not column.views:
            return None
        number = column.message_at(place.y())
        view = column.views[number]
        index = view.block_at(place.y() - column.top(number))
        piece = view.pieces[index] if index < len(view.pieces) else None
        wide = getattr(piece, "sideways", None)
        if piece is None or not isinstance(wide, Sideways) or not wide.room:
            return None
        corner = view.corner(index)
        rect = QRectF(corner.x(), corner.y(), wide.view + 40, piece.height)
        seen = self._view.seen(number, rect)
        if not seen.contains(point):
            return None
        return wide, seen, point.y() > seen.bottom() - 2 * BAR_HEIGHT - 2

    def _tool_tip(self, event: QHelpEvent) -> bool:
        number, target = self.target_at(QPointF(event.pos()))
        if target is None:
            QToolTip.hideText()
            return True
        words = tip(target.name)
        if target.act is Act.LINK:
            words = tip(one_line(host_of(target.value)), one_line(target.value, 200))
        area = self._view.seen(number, target.rect).toAlignedRect()
        QToolTip.showText(event.globalPos(), words, self._view.viewport(), area)
        return True
