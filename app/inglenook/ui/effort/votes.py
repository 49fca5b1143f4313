"""Votes as bars: what was answered, by how many drafts, and which answer won."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from inglenook.ui.chat.ink import Ink
from inglenook.ui.effort.standing import Row
from inglenook.ui.effort.strokes import BAR, BOLD, RIGHT, Strokes, chip_width, width_of
from inglenook.ui.theme import LABEL
from inglenook.ui.words import tr

ROW = 28
_LABEL_SHARE, _LEAST_LABEL, _LEAST_BAR, _GAP = 0.4, 120, 48, 12


class VoteRows:
    """Rows of answers at a width, laid out in columns.

    Attributes:
        height: In pixels.

    Threads: the window's.
    """

    def __init__(
        self, rows: Sequence[Row], ink: Ink, width: float, *, is_over: bool = False
    ) -> None:
        """Lay the columns out.

        Args:
            rows: Most given first.
            ink: Fonts and colours.
            width: In pixels.
            is_over: The leading one was chosen.
        """
        self._rows, self._ink, self._is_over = tuple(rows), ink, is_over
        px = ink.px
        self.height = px(ROW) * len(self._rows)
        counts = [width_of(count_words(each), LABEL, ink) for each in self._rows]
        self._count = max(counts, default=0.0)
        chosen = is_over and any(each.leads for each in self._rows)
        self._chip = chip_width(tr("Chosen"), ink) + px(_GAP) if chosen else 0.0
        room = width - self._count - self._chip - 2 * px(_GAP)
        longest = max((width_of(each.answer, BOLD, ink) for each in self._rows), default=0.0)
        self._label = min(room * _LABEL_SHARE, max(px(_LEAST_LABEL), longest + 1))
        self._bar = room - self._label
        if self._bar < px(_LEAST_BAR):
            self._label, self._bar = room + px(_GAP), 0.0
        self._width = width

    def paint(self, strokes: Strokes, left: float, top: float) -> None:
        """Paint all rows from a corner on."""
        for row in self._rows:
            self._paint_row(strokes, row, QRectF(left, top, self._width, self._ink.px(ROW)))
            top += self._ink.px(ROW)

    def _paint_row(self, strokes: Strokes, row: Row, rect: QRectF) -> None:
        px = self._ink.px
        label = QRectF(rect.left(), rect.top(), self._label, rect.height())
        token = "text" if row.leads else "text_muted"
        strokes.words(row.answer, label, token, BOLD if row.leads else LABEL)
        right = rect.right() - self._chip
        if self._bar:
            high = px(BAR)
            top = rect.center().y() - high / 2
            track = QRectF(label.right() + px(_GAP), top, self._bar, high)
            strokes.bar(track, row.count / max(1, row.of), leads=row.leads)
        count = QRectF(right - self._count, rect.top(), self._count, rect.height())
        strokes.words(count_words(row), count, token, LABEL, RIGHT)
        if row.leads and self._is_over:
            strokes.chip(tr("Chosen"), rect.right(), rect.center().y())


def count_words(row: Row) -> str:
    """Return how many of how many drafts give an answer."""
    return tr("{} of {}").format(row.count, row.of)
