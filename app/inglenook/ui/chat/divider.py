"""The line across a conversation above which the model is given nothing."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from inglenook.ui.chat.block import Span
from inglenook.ui.chat.ink import Ink
from inglenook.ui.chat.text_piece import TextPiece
from inglenook.ui.theme import LABEL, SPACE_2, SPACE_3, SPACE_4
from inglenook.ui.words import tr

_LEAST_LINE = 24
"""Pixels of line beside the words; with less it stands above them."""


def divider_words() -> str:
    """Return what the line says."""
    return tr("Messages above are not sent: they no longer fit the model’s context.")


class Divider:
    """The line and its words, laid out for a width.

    Attributes:
        height: In pixels, with the space above and below.

    Threads: the window's.
    """

    def __init__(self, ink: Ink, width: float) -> None:
        self._ink, self._width = ink, width
        spans = (Span(divider_words()),)
        self._words = TextPiece(
            spans, ink, width, style=LABEL, colour="text_faint", align="center"
        )
        self.height = self._words.height + 2 * SPACE_4

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF) -> None:
        """Paint it with its top left corner at a point."""
        self._words.paint(painter, at + QPointF(0, SPACE_4), clip, ())
        colour = self._ink.colour("line")
        beside = (self._width - self._words.natural_width) / 2 - SPACE_3
        if beside < _LEAST_LINE:
            painter.fillRect(QRectF(at.x(), at.y() + SPACE_2, self._width, 1), colour)
            return
        y = round(at.y() + self.height / 2)
        for left in (at.x(), at.x() + self._width - beside):
            painter.fillRect(QRectF(left, y, beside, 1), colour)
