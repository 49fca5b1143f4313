"""A drawn formula on a line of its own, in the middle of the column."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from inglenook.ui.chat.block import Block, words_of
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.inset import formula_of
from inglenook.ui.chat.piece import LinkPlace, Marks
from inglenook.ui.chat.sideways import BAR_HEIGHT, Sideways
from inglenook.ui.chat.text_piece import utf16_length

PAD_Y, SIZE = 4, 17
"""Around it, and of its type, in pixels at 100 % text size."""


class FormulaPiece:
    """A formula whose drawing is there; it is selected as a whole and read as its LaTeX.

    Threads: the window's.
    """

    def __init__(self, block: Block, ink: Ink, width: float) -> None:
        self._ink = ink
        self.text = words_of(block.spans)
        self._formula = formula_of(block.spans[0])
        self._size = ink.px(SIZE)
        drawing = ink.formulas.drawing(self._formula)
        wide = drawing.width * self._size if drawing is not None else 0.0
        high = (drawing.above + drawing.below) * self._size if drawing is not None else 0.0
        self.sideways = Sideways(wide, width)
        self._left = max(0.0, (width - wide) / 2)
        self._place = QRectF(self._left, ink.px(PAD_Y), wide, high)
        bar = BAR_HEIGHT + 4 if self.sideways.room else 0
        self.height = float(round(high + 2 * ink.px(PAD_Y) + bar))

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF, marks: Marks) -> None:
        """Paint the formula, on the ground of the last mark that touches it."""
        place = self._place.translated(at).translated(-self.sideways.at, 0)
        painter.save()
        seen = QRectF(at.x(), at.y(), self.sideways.view, self.height)
        painter.setClipRect(seen & clip if not clip.isNull() else seen, _INTERSECT)
        for mark in marks:
            painter.fillRect(place.adjusted(-4, -2, 4, 2), mark.ground)
        ratio = painter.device().devicePixelRatioF()
        colour = self._ink.palette.text
        if marks and marks[-1].ink is not None:
            colour = marks[-1].ink.name()
        picture = self._ink.formulas.picture(self._formula, self._size, colour, ratio)
        if not picture.isNull():
            painter.drawPixmap(place, picture, QRectF(picture.rect()))
        painter.restore()
        self.sideways.paint(painter, self._ink, QPointF(at.x(), at.y() + self.height))

    def offset_at(self, point: QPointF) -> int:
        """Return its beginning or its end, whichever is nearer."""
        before = point.x() + self.sideways.at < self._place.center().x()
        return 0 if before else utf16_length(self.text)

    def caret_at(self, offset: int) -> QRectF:
        """Return a caret at its left, or at its right for any later place."""
        x = self._place.left() if offset <= 0 else self._place.right()
        return QRectF(x - self.sideways.at, self._place.top(), 1, self._place.height())

    def links(self) -> list[LinkPlace]:
        """A formula leads nowhere."""
        return []


_INTERSECT = Qt.ClipOperation.IntersectClip
