"""What every laid-out block can do: be painted, hit, selected and read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

Range = tuple[int, int]
"""From and to (exclusive), in characters of a piece's text."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a piece's text that stands on a ground of its own.

    Attributes:
        start, end: As in a range.
        ground: Colour under the text.
        ink: Colour of the text; None leaves it as it is.
        is_match: Something found: there may be thousands in one text.
    """

    start: int
    end: int
    ground: QColor
    ink: QColor | None = None
    is_match: bool = False

    def within(self, start: int, length: int) -> "Mark | None":
        """Return what of it lies in a part of the text, counted from where the part begins."""
        first, last = max(self.start - start, 0), min(self.end - start, length)
        return replace(self, start=first, end=last) if first < last else None


Marks = Sequence[Mark]


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """A link in a piece: where it leads and where it stands, from the piece's corner."""

    address: str
    words: str
    rect: QRectF


class Piece(Protocol):
    """A block at a width. Distances are from its own top left corner."""

    height: float
    text: str
    """What is read; offsets into it count UTF-16 units, as Qt does."""

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF, marks: Marks) -> None:
        """Paint what lies in ``clip``; of marks that overlap the later one is seen.

        ``at`` and ``clip`` are in the painter's system.
        """

    def offset_at(self, point: QPointF) -> int:
        """Return the place in the text nearest to a point."""

    def caret_at(self, offset: int) -> QRectF:
        """Return where a caret stands before a character."""

    def links(self) -> list[LinkPlace]:
        """Return the links that may be opened."""
