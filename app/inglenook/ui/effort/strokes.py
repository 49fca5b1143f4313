"""The strokes that cards of effort are painted with."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from inglenook.ui.attachments.thumbnail import thumbnail
from inglenook.ui.chat.ink import Ink
from inglenook.ui.theme import CAPTION, LABEL, RADIUS_CARD, RADIUS_ROW, TypeStyle

BOLD = TypeStyle(13, 18, 600)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter
BAR, DOT_WIDE, DOT_HIGH, DOT_GAP = 6, 9, 6, 4


def width_of(words: str, style: TypeStyle, ink: Ink) -> float:
    """Return how wide words are."""
    return QFontMetricsF(ink.font(style)).horizontalAdvance(words)


class Strokes:
    """Paints words, bars and dots with one ink.

    Threads: the window's.
    """

    def __init__(self, painter: QPainter, ink: Ink, ratio: float) -> None:
        self._painter, self._ink, self._ratio = painter, ink, ratio

    def card(self, rect: QRectF) -> None:
        """Paint the ground of a card."""
        self._painter.setPen(QPen(self._ink.colour("line"), 1))
        self._painter.setBrush(self._ink.colour("raised"))
        inside = rect.adjusted(0.5, 0.5, -0.5, -0.5)
        self._painter.drawRoundedRect(inside, RADIUS_CARD, RADIUS_CARD)

    def ground(self, rect: QRectF, colour: str, radius: float = RADIUS_ROW) -> None:
        """Paint a rounded ground."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._ink.colour(colour))
        self._painter.drawRoundedRect(rect, radius, radius)

    def edge(self, rect: QRectF, colour: str, radius: float = RADIUS_ROW) -> None:
        """Paint a rounded outline."""
        self._painter.setPen(QPen(self._ink.colour(colour), 1))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def line(self, left: float, right: float, y: float) -> None:
        """Paint a hairline."""
        self._painter.fillRect(
            QRectF(left, round(y), right - left, 1), self._ink.colour("line")
        )

    def words(
        self,
        words: str,
        rect: QRectF,
        colour: str = "text",
        style: TypeStyle = LABEL,
        align: Qt.AlignmentFlag = LEFT,
    ) -> float:
        """Paint one line, cut with … where it has no room; return its width."""
        font = self._ink.font(style)
        metrics = QFontMetricsF(font)
        elide = Qt.TextElideMode.ElideRight
        shown = metrics.elidedText(words, elide, max(0.0, rect.width() + 0.5))
        self._painter.setFont(font)
        self._painter.setPen(self._ink.colour(colour))
        self._painter.drawText(rect, align | Qt.TextFlag.TextSingleLine, shown)
        return metrics.horizontalAdvance(shown)

    def icon(self, name: str, colour: str, size: float, place: QRectF) -> None:
        """Paint an icon in the middle of a place."""
        side = round(self._ink.px(size))
        pixmap = self._ink.icon(name, colour, side, self._ratio)
        corner = place.center() - QPointF(side / 2, side / 2)
        self._painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), pixmap)

    def picture(self, data: bytes, place: QRectF) -> None:
        """Paint the middle of a picture into a square with round corners.

        Args:
            data: The content of a picture's file.
            place: A square; nothing is painted where the file is no picture.
        """
        side = round(place.width() * self._ratio)
        pixmap = thumbnail(data, side, RADIUS_ROW * self._ratio)
        if not pixmap.isNull():
            self._painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))

    def bar(self, track: QRectF, share: float, *, leads: bool) -> None:
        """Paint a bar filled to a share from 0 to 1."""
        round_by = track.height() / 2
        self.ground(track, "selected", round_by)
        if share > 0:
            filled = QRectF(track)
            filled.setWidth(max(track.height(), track.width() * min(share, 1.0)))
            self.ground(filled, "accent" if leads else "edge", round_by)

    def dots(self, states: tuple[str, ...], right: float, middle: float) -> None:
        """Paint a dot for each draft, the last one ending at ``right``.

        Full for one that is done, an outline for one that is written, a short dash for one
        that was dropped, faint for one that has not begun.
        """
        px = self._ink.px
        wide, high, step = px(DOT_WIDE), px(DOT_HIGH), px(DOT_WIDE + DOT_GAP)
        left = right - dots_width(len(states), self._ink)
        for state in states:
            self._dot(QRectF(left, middle - high / 2, wide, high), state)
            left += step

    def _dot(self, place: QRectF, state: str) -> None:
        round_by = place.height() / 2
        if state in {"thinking", "writing"}:
            self.ground(place, "accent_soft", round_by)
            self.edge(place, "accent", round_by)
        elif state in {"end", "length", "context"}:
            self.ground(place, "accent", round_by)
        elif state:
            dash = QRectF(place.left(), place.center().y() - 1, place.width(), 2)
            self.ground(dash, "edge", 1)
        else:
            self.ground(place, "selected", round_by)

    def chip(self, words: str, right: float, middle: float) -> float:
        """Paint a chip that ends at ``right``; return where it begins."""
        wide, high = chip_width(words, self._ink), self._ink.px(20)
        rect = QRectF(right - wide, middle - high / 2, wide, high)
        self.ground(rect, "accent_soft", high / 2)
        self.words(words, rect, "on_accent_soft", CAPTION, CENTER)
        return rect.left()


def chip_width(words: str, ink: Ink) -> float:
    """Return how wide a chip with these words is."""
    return width_of(words, CAPTION, ink) + ink.px(18)


def dots_width(count: int, ink: Ink) -> float:
    """Return how wide so many dots are."""
    return count * ink.px(DOT_WIDE + DOT_GAP) - ink.px(DOT_GAP)
