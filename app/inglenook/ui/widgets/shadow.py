"""The one soft shadow of the design system, drawn once and stretched."""

from PySide6.QtCore import QMargins, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

REACH = 24
_DROP = 6


class Shadow:
    """Paints the shadow below a rounded card.

    A drop-shadow effect would render the card again on every key press; nine stretched
    pieces of one picture cost next to nothing.

    Threads: the UI thread.
    """

    def __init__(self, radius: int) -> None:
        self._radius = radius
        self._drawn: dict[int, QPixmap] = {}

    def paint(self, painter: QPainter, card: QRect, *, dark: bool) -> None:
        """Draw the shadow of ``card``; it reaches 24 pixels out and 6 further down."""
        strength = 80 if dark else 20
        if strength not in self._drawn:
            self._drawn[strength] = self._draw(strength)
        corner = REACH + self._radius
        target = card.marginsAdded(QMargins(REACH, REACH - _DROP, REACH, REACH + _DROP))
        _stretch(painter, self._drawn[strength], corner, target)

    def _draw(self, strength: int) -> QPixmap:
        corner = REACH + self._radius
        side = 2 * corner + 1
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        darkness = 0
        for ring in range(REACH):
            # Rings sum to a falling curve: most of the darkness lies close to the card.
            more = round(strength * (ring / REACH) ** 3) - darkness
            darkness += more
            painter.setBrush(QColor(0, 0, 0, more))
            round_by = self._radius + REACH - ring
            painter.drawRoundedRect(
                QRectF(ring, ring, side - 2 * ring, side - 2 * ring), round_by, round_by
            )
        painter.end()
        return pixmap


def _stretch(painter: QPainter, picture: QPixmap, corner: int, target: QRect) -> None:
    columns = _cuts(target.left(), target.width(), corner)
    rows = _cuts(target.top(), target.height(), corner)
    pieces = _cuts(0, 2 * corner + 1, corner)
    for (top, height), (from_top, from_height) in zip(rows, pieces, strict=True):
        for (left, width), (from_left, from_width) in zip(columns, pieces, strict=True):
            source = QRect(from_left, from_top, from_width, from_height)
            painter.drawPixmap(QRect(left, top, width, height), picture, source)


def _cuts(start: int, length: int, corner: int) -> tuple[tuple[int, int], ...]:
    """Return start and length of a corner, the middle and the other corner."""
    middle = length - 2 * corner
    return (start, corner), (start + corner, middle), (start + corner + middle, corner)
