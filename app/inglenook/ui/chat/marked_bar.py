"""A scroll bar that shows where in the conversation something was found."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QWidget

from inglenook.ui.chat.ink import Ink

MARK, SHOWN_MARK = 2, 4
"""Heights of the marks in pixels."""
_BESIDE = 2


class MarkedScrollBar(QScrollBar):
    """The conversation's scroll bar; marks lie over its handle.

    Threads: the window's.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._places: tuple[float, ...] = ()
        self._shown: float | None = None
        self._ink: Ink | None = None

    @property
    def marks(self) -> tuple[float, ...]:
        """Where marks are, 0 at the top to 1 at the end; never two on one pixel."""
        return self._places

    def show_marks(self, places: Iterable[float], shown: float | None, ink: Ink) -> None:
        """Mark places, 0 at the top to 1 at the end; ``shown`` stands out."""
        high = max(self.height(), 1)
        rows = sorted({round(place * high) for place in places})
        self._places = tuple(row / high for row in rows)
        self._shown, self._ink = shown, ink
        self.update()

    def clear(self) -> None:
        """Take all marks away."""
        self._places, self._shown = (), None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._ink is None or not self._places:
            return
        painter = QPainter(self)
        for place in self._places:
            painter.fillRect(self._mark(place, MARK), self._ink.colour("warn"))
        if self._shown is not None:
            painter.fillRect(self._mark(self._shown, SHOWN_MARK), self._ink.colour("accent"))
        painter.end()

    def _mark(self, place: float, high: int) -> QRectF:
        top = min(round(place * self.height() - high / 2), self.height() - high)
        return QRectF(_BESIDE, max(top, 0), self.width() - 2 * _BESIDE, high)
