"""Draws accuracy over computation: a line a strategy, its interval a band, its name beside."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from inglenook.ui.evaluation.axes import Axes, apart, axes_for, cost_in_words
from inglenook.ui.evaluation.series import Chart, Series, Spot
from inglenook.ui.fonts import Fonts
from inglenook.ui.style import Look
from inglenook.ui.theme import (
    CAPTION,
    H2,
    LABEL,
    NOTE,
    SPACE_1,
    SPACE_2,
    SPACE_4,
    SPACE_5,
    SPACE_6,
    SPACE_7,
    Palette,
    TypeStyle,
)
from inglenook.ui.words import tr

SIZE = QSize(920, 560)
_NAMES_WIDTH = 168
_BAND_ALPHA, _DOT, _LINE = 34, 4.0, 2.0
_WHISKER = 4.0


class Drawing:
    """One chart on one painter.

    Threads: that of the painter.
    """

    def __init__(
        self, painter: QPainter, chart: Chart, palette: Palette, fonts: Fonts | Look
    ) -> None:
        """Prepare; nothing is drawn yet."""
        self._painter, self._chart, self._palette = painter, chart, palette
        self._fonts = fonts
        self._axes: Axes = axes_for(chart)
        self._field = QRectF()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw(self, area: QRectF) -> None:
        """Draw into a rectangle, the ground included."""
        self._painter.fillRect(area, QColor(self._palette.ground))
        inner = area.adjusted(SPACE_6, SPACE_5, -SPACE_5, -SPACE_5)
        top = self._headings(inner)
        left = inner.left() + SPACE_6 + SPACE_2
        bottom = inner.bottom() - SPACE_7
        self._field = QRectF(
            QPointF(left, top + SPACE_7), QPointF(inner.right() - _NAMES_WIDTH, bottom)
        )
        self._scales()
        drawn = [each for each in self._chart.series if each.spots]
        for each in drawn:
            self._band(each)
        for each in reversed(drawn):
            self._curve(each)
        self._names(drawn)

    # --- around it ---

    def _headings(self, inner: QRectF) -> float:
        title = self._text(inner.left(), inner.top(), self._chart.title, H2, self._palette.text)
        return self._text(
            inner.left(), title + SPACE_1, self._chart.note, NOTE, self._palette.text_muted
        )

    def _text(self, left: float, top: float, text: str, style: TypeStyle, colour: str) -> float:
        """Draw a line of text; return where the next one may begin."""
        font = self._fonts.font(style)
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        metrics = QFontMetricsF(font)
        self._painter.drawText(QPointF(left, top + metrics.ascent()), text)
        return top + metrics.height()

    def _scales(self) -> None:
        painter, field = self._painter, self._field
        painter.setFont(self._fonts.font(CAPTION))
        for level in self._axes.levels():
            y = self._y(level)
            painter.setPen(QPen(QColor(self._palette.line), 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            box = QRectF(field.left() - SPACE_7 - SPACE_2, y - 8, SPACE_7, 16)
            painter.setPen(QColor(self._palette.text_faint))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, int(right), f"{level:.0%}")
        for cost in self._axes.costs():
            x = self._x(cost)
            painter.setPen(QPen(QColor(self._palette.edge), 1))
            painter.drawLine(QPointF(x, field.bottom()), QPointF(x, field.bottom() + SPACE_1))
            painter.setPen(QColor(self._palette.text_faint))
            box = QRectF(x - 40, field.bottom() + SPACE_2, 80, 16)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter), cost_in_words(cost))
        painter.setPen(QColor(self._palette.text_muted))
        below = QRectF(field.left(), field.bottom() + SPACE_6, field.width(), 16)
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), self._chart.cost)
        above = QPointF(field.left() - SPACE_6 - SPACE_2, field.top() - SPACE_4)
        painter.drawText(above, tr("Right answers"))
        self._level()

    def _level(self) -> None:
        """Draw what one greedy answer reaches, as a line right across."""
        if self._chart.level is None:
            return
        y = self._y(self._chart.level[1])
        pen = QPen(QColor(self._palette.text_muted), 1.5, Qt.PenStyle.DashLine)
        self._painter.setPen(pen)
        self._painter.drawLine(QPointF(self._field.left(), y), QPointF(self._field.right(), y))

    # --- the lines ---

    def _band(self, series: Series) -> None:
        """Draw the intervals: a band along a line, a whisker at a single spot."""
        colour = QColor(self._colour(series))
        if len(series.spots) == 1:
            self._whisker(series.spots[0], colour)
            return
        colour.setAlpha(_BAND_ALPHA)
        above = [QPointF(self._x(each.cost), self._y(each.high)) for each in series.spots]
        below = [QPointF(self._x(each.cost), self._y(each.low)) for each in series.spots]
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        self._painter.drawPolygon(QPolygonF([*above, *reversed(below)]))

    def _whisker(self, spot: Spot, colour: QColor) -> None:
        x, low, high = self._x(spot.cost), self._y(spot.low), self._y(spot.high)
        self._painter.setPen(QPen(colour, 1.5))
        self._painter.drawLine(QPointF(x, low), QPointF(x, high))
        for y in (low, high):
            self._painter.drawLine(QPointF(x - _WHISKER, y), QPointF(x + _WHISKER, y))

    def _curve(self, series: Series) -> None:
        colour = QColor(self._colour(series))
        points = [QPointF(self._x(each.cost), self._y(each.value)) for each in series.spots]
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(colour, _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._painter.setPen(pen)
        self._painter.drawPolyline(QPolygonF(points))
        # A ring of the ground keeps dots apart where lines cross.
        self._painter.setPen(QPen(QColor(self._palette.ground), _LINE))
        self._painter.setBrush(colour)
        for each in points:
            self._mark(each, is_alone=len(points) == 1)

    def _mark(self, at: QPointF, *, is_alone: bool) -> None:
        """Draw a dot, or a diamond for what has only one: shape tells it without colour."""
        if not is_alone:
            self._painter.drawEllipse(at, _DOT + 1, _DOT + 1)
            return
        reach = _DOT + 2.5
        offsets = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
        self._painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in offsets]))

    def _names(self, drawn: list[Series]) -> None:
        """Write each name beside the end of its line, none over another."""
        named = [(each.name, each.spots[-1].value, self._colour(each), each) for each in drawn]
        labels: list[tuple[str, float, str, Series | None]] = [*named]
        if self._chart.level is not None:
            labels.append((*self._chart.level, self._palette.text_muted, None))
        places = apart(
            [self._y(value) for _, value, _, _ in labels],
            20.0,
            low=self._field.top(),
            high=self._field.bottom(),
        )
        self._painter.setFont(self._fonts.font(LABEL))
        for (name, value, colour, series), y in zip(labels, places, strict=True):
            self._name(f"{name}  {value:.0%}", y, colour, series)

    def _name(self, text: str, y: float, colour: str, series: Series | None) -> None:
        left = self._field.right() + SPACE_4
        tone = QColor(colour)
        if series is not None:
            spot = series.spots[-1]
            start = QPointF(self._x(spot.cost) + _DOT + 3, self._y(spot.value))
            faint = QColor(tone)
            faint.setAlpha(90)
            self._painter.setPen(QPen(faint, 1))
            self._painter.drawLine(start, QPointF(left - SPACE_1, y))
        self._painter.setPen(tone)
        box = QRectF(left, y - 10, _NAMES_WIDTH, 20)
        self._painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), text)

    # --- where and in what colour ---

    def _x(self, cost: float) -> float:
        return self._field.left() + self._axes.across(cost) * self._field.width()

    def _y(self, value: float) -> float:
        return self._field.bottom() - self._axes.up(value) * self._field.height()

    def _colour(self, series: Series) -> str:
        palette = self._palette
        tones = (palette.accent, palette.info, palette.ok, palette.code_keyword, palette.warn)
        at = next(at for at, each in enumerate(self._chart.series) if each is series)
        return tones[at % len(tones)]


def picture_of(
    chart: Chart, palette: Palette, *, size: QSize = SIZE, ratio: float = 2.0
) -> QImage:
    """Return a chart as a picture, ``ratio`` pixels for each unit of its size."""
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    Drawing(painter, chart, palette, Fonts()).draw(QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return image
