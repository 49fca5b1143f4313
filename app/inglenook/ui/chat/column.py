"""All messages of the branch on screen, one under the other, as one tall column."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from inglenook.chat.message import Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import NodeId
from inglenook.services.formulas import Formula
from inglenook.ui.chat.choices import Reach
from inglenook.ui.chat.frame import Frame
from inglenook.ui.chat.heights import Heights
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.piece import Piece
from inglenook.ui.chat.selection import Place
from inglenook.ui.theme import SPACE_4

MARGIN = SPACE_4
MOST_PIECES = 300


@dataclass(frozen=True, slots=True)
class Anchor:
    """What must not move on screen: a block of a message, and how far below the top it is.

    Attributes:
        offset: Where in the block the line stands that is meant; 0 for the block's own top.
        line: How far below the top that line is, in pixels.
    """

    node: NodeId
    block: int
    above: float
    offset: int = 0
    line: float = 0.0


class Column:
    """Message views, their heights, and what of them is laid out.

    Positions are pixels from the top of the conversation; x is 0 at the column's left.

    Attributes:
        views: One for each message of the branch, in order.

    Threads: the window's.
    """

    def __init__(self, frame: Frame) -> None:
        self.views: list[MessageView] = []
        self._numbers: dict[NodeId, int] = {}
        self._heights = Heights()
        self._frame = frame
        self._with_pieces: dict[NodeId, MessageView] = {}
        self._first_sent: NodeId | None = None
        self._reach = Reach()

    @property
    def height(self) -> float:
        """Of everything, margins included."""
        return self._heights.total() + 2 * MARGIN

    def show(self, conversation: Conversation) -> set[int]:
        """Show another value; return which messages are new or changed.

        Messages that are the same keep their blocks, pieces and measured heights.
        """
        known = {view.message.id: view for view in self.views}
        views: list[MessageView] = []
        changed: set[int] = set()
        for message in conversation.path():
            if message.role is Role.SYSTEM:
                continue
            family = conversation.siblings(message.id)
            version, versions = family.index(message.id) + 1, len(family)
            view = known.get(message.id)
            if view is None:
                view = MessageView(message, version, versions)
                view.lay(self._frame)
                changed.add(len(views))
            elif view.take_message(message, version, versions):
                changed.add(len(views))
            views.append(view)
        self.views = views
        self._first_sent = conversation.first_sent()
        changed |= self._stand()
        self._numbers = {view.message.id: number for number, view in enumerate(views)}
        self._heights = Heights(view.height for view in views)
        return changed

    @property
    def reach(self) -> Reach:
        """How long a conversation may be, and whether it is answered elsewhere."""
        return self._reach

    def set_reach(self, reach: Reach) -> bool:
        """Know how long a conversation may be; return whether that changed anything."""
        self._reach = reach
        changed = self._stand()
        for number in changed:
            self.measure(number)
        return bool(changed)

    def _stand(self) -> set[int]:
        """Give each message its place in the branch; return which have another than before."""
        last = len(self.views) - 1
        return {
            number
            for number, view in enumerate(self.views)
            if view.stand(
                is_last=number == last,
                is_first_sent=view.message.id == self._first_sent,
                reach=self._reach,
            )
        }

    def set_frame(self, frame: Frame) -> None:
        """Lay everything out for another width or ink; what is far away only as a guess."""
        self._frame = frame
        self._with_pieces.clear()
        for view in self.views:
            view.lay(frame)
        self._heights = Heights(view.height for view in self.views)

    def number_of(self, node: NodeId) -> int | None:
        """Return which message a node is, None if it is not on screen's branch."""
        return self._numbers.get(node)

    def top(self, number: int) -> float:
        """Return where a message begins."""
        return MARGIN + self._heights.top(number)

    def message_at(self, y: float) -> int:
        """Return the message that covers a height, the nearest one beyond the ends."""
        return self._heights.at(y - MARGIN)

    def between(self, top: float, bottom: float) -> Iterable[int]:
        """Return the messages that touch a stretch."""
        if not self.views:
            return ()
        return range(self.message_at(top), self.message_at(bottom) + 1)

    def measure(self, number: int) -> None:
        """Take over the height of a message that changed by itself."""
        self._heights.set(number, self.views[number].height)

    def ensure(self, top: float, bottom: float) -> bool:
        """Lay out what lies in a stretch; return whether any height changed."""
        changed = False
        for number in self.between(top, bottom):
            view = self.views[number]
            start = self.top(number)
            self._with_pieces[view.message.id] = view
            if start < bottom and view.ensure(top - start, bottom - start):
                self.measure(number)
                changed = True
        return changed

    def release(self, top: float, bottom: float) -> None:
        """Forget pieces outside a stretch when there are many; heights stay known."""
        count = sum(
            sum(piece is not None for piece in view.pieces)
            for view in self._with_pieces.values()
        )
        if count <= MOST_PIECES:
            return
        for node, view in list(self._with_pieces.items()):
            number = self._numbers.get(node)
            start = self.top(number) if number is not None else -1e9
            if start > bottom or start + view.height < top:
                view.drop_pieces()
                del self._with_pieces[node]

    def redraw(self, formulas: Set[Formula]) -> bool:
        """Lay out again what shows the source of formulas; return whether there was any."""
        dropped = [view.drop_waiting(formulas) for view in self._with_pieces.values()]
        return any(dropped)

    # Anchors

    def anchor(self, top: float, bottom: float) -> Anchor | None:
        """Return the first block in a stretch that is laid out already, else the first."""
        first = None
        for number in self.between(top, bottom):
            view, start = self.views[number], self.top(number)
            index = view.block_at(top - start)
            while index < len(view.blocks) and start + view.tops[index] < bottom:
                here = Anchor(view.message.id, index, start + view.tops[index] - top)
                first = first or here
                seen = start + view.tops[index] + view.heights[index] > top
                piece = view.pieces[index]
                if seen and piece is not None:
                    return here if here.above >= 0 else _line_of(here, piece)
                index += 1
            first = first or Anchor(view.message.id, -1, start - top)
        return first

    def top_for(self, anchor: Anchor) -> float | None:
        """Return where the screen must begin so that the anchor stands where it stood."""
        number = self.number_of(anchor.node)
        if number is None:
            return None
        view = self.views[number]
        inner = view.tops[anchor.block] if 0 <= anchor.block < len(view.tops) else 0.0
        if anchor.offset and anchor.block < len(view.pieces):
            piece = view.pieces[anchor.block]
            if piece is not None:
                inner += piece.caret_at(anchor.offset).top()
                return self.top(number) + inner - anchor.line
        return self.top(number) + inner - anchor.above

    # Places in the text

    def place_at(self, point: QPointF) -> Place | None:
        """Return the place in the text nearest to a point."""
        if not self.views:
            return None
        number = self.message_at(point.y())
        view = self.views[number]
        inner = QPointF(point.x(), point.y() - self.top(number))
        if inner.y() < view.body_top or not view.blocks:
            return Place(number, 0, 0)
        index = view.block_at(inner.y())
        piece = view.pieces[index]
        if piece is None:
            return Place(number, index, 0)
        return Place(number, index, piece.offset_at(inner - view.corner(index)))

    def rect_of(self, number: int, rect: QRectF) -> QRectF:
        """Return a message's rectangle in the column's system."""
        return rect.translated(0, self.top(number))


def _line_of(anchor: Anchor, piece: Piece) -> Anchor:
    """Return an anchor at the line on the upper edge, in a block that began above it."""
    offset = piece.offset_at(QPointF(0, -anchor.above))
    line = anchor.above + piece.caret_at(offset).top()
    return replace(anchor, offset=offset, line=line)
