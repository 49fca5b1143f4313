"""Paints what stands beside a block: bars of quotes, numbers, bullets and boxes of items."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from inglenook.ui.chat.arrange import shared_quotes, steps_of
from inglenook.ui.chat.block import Block
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.theme import BODY

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ABSOLUTE_LEFT = _LEFT | Qt.AlignmentFlag.AlignAbsolute
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SurroundingsPainter:
    """Paints quotes and list items with one ink, in a column of one width.

    Threads: the window's.
    """

    def __init__(self, ink: Ink, width: float, ratio: float) -> None:
        self._ink, self._width, self._ratio = ink, width, ratio

    def paint(
        self,
        painter: QPainter,
        view: MessageView,
        index: int,
        at: QPointF,
        before: Block | None,
    ) -> None:
        """Paint what is around one block of a message whose corner is ``at``."""
        block = view.blocks[index]
        shared = shared_quotes(before, block)
        x, top = at.x(), at.y() + view.tops[index]
        above = (
            view.tops[index] - view.tops[index - 1] - view.heights[index - 1] if index else 0
        )
        turned = view.turned(index)
        for depth, (each, step) in enumerate(
            zip(block.inside, steps_of(block, self._ink), strict=True)
        ):
            left = 2 * at.x() + self._width - x - step if turned else x
            if each.quote:
                start = top - (above if depth < shared else 0)
                edge = left + step - 3 if turned else left
                bar = QRectF(edge, start, 3, top + view.heights[index] - start)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.fillRect(bar, self._ink.colour("line"))
            elif each.marker:
                lowered = getattr(view.pieces[index], "lowered", 0.0)
                place = QRectF(left, top + lowered, step, self._ink.px(BODY.line))
                self._marker(painter, each.marker, place, depth, turned=turned)
            x += step

    def _marker(
        self, painter: QPainter, marker: str, place: QRectF, depth: int, *, turned: bool
    ) -> None:
        ink, line = self._ink, place.height()
        if marker.startswith("[^"):
            marker = f"{marker[2:-1]}."
        if marker == "•":
            beside = ink.px(10)
            middle = place.right() - beside if turned else place.left() + beside
            self._bullet(painter, QPointF(middle, place.center().y()), depth)
        elif marker.startswith("["):
            side = round(ink.px(15))
            edge = place.right() - side - 1.5 if turned else place.left() + 1.5
            box = QRectF(edge, place.top() + (line - side) // 2 + 0.5, side, side)
            self._checkbox(painter, box, done=marker == "[x]")
        else:
            rect = place.adjusted(8, 0, 40, 0) if turned else place.adjusted(-40, 0, -8, 0)
            painter.setPen(ink.colour("text_muted"))
            painter.setFont(ink.font(BODY))
            # The full stop belongs at the left of a number that is read from the right.
            words = f"\u200f{marker}\u200f" if turned else marker
            painter.drawText(rect, _ABSOLUTE_LEFT if turned else _RIGHT, words)

    def _bullet(self, painter: QPainter, center: QPointF, depth: int) -> None:
        colour = self._ink.colour("text_muted")
        if depth % 2:
            painter.setPen(colour)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
        radius = self._ink.px(2.5)
        painter.drawEllipse(center, radius, radius)

    def _checkbox(self, painter: QPainter, box: QRectF, *, done: bool) -> None:
        painter.setPen(Qt.PenStyle.NoPen if done else self._ink.colour("edge"))
        painter.setBrush(self._ink.colour("accent") if done else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4, 4)
        if done:
            size = round(self._ink.px(12))
            pixmap = self._ink.icon("check", "on_accent", size, self._ratio)
            corner = box.center() - QPointF(size / 2, size / 2)
            painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), pixmap)
