"""What every laid-out block can do: be painted, hit, selected and read."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

Range = tuple[int, int]
"""From and to (exclusive), in characters of a piece's text."""


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

    def paint(self, painter: QPainter, at: QPointF, clip: QRectF, chosen: Range | None) -> None:
        """Paint what lies in ``clip``; ``at`` and ``clip`` are in the painter's system."""

    def offset_at(self, point: QPointF) -> int:
        """Return the place in the text nearest to a point."""

    def caret_at(self, offset: int) -> QRectF:
        """Return where a caret stands before a character."""

    def links(self) -> list[LinkPlace]:
        """Return the links that may be opened."""
