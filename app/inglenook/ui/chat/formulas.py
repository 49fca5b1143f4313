"""Drawn formulas as the window keeps them: measures at once, pictures when they are painted."""

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from inglenook.services.formulas import COLOUR, Drawing, Formula, FormulaDrawn

MOST_DRAWINGS, MOST_PICTURES = 2_000, 200
MOST_PIXELS = 4_000_000
"""A bigger picture is drawn at a lower density."""


class Formulas:
    """What is known of the formulas on screen; asks for what is not.

    Threads: the window's.
    """

    def __init__(self) -> None:
        self._ask: Callable[[Formula], object] | None = None
        self._asked: set[Formula] = set()
        self._known: OrderedDict[Formula, Drawing | None] = OrderedDict()
        self._pictures: OrderedDict[tuple[Formula, float, str, float], QPixmap] = OrderedDict()

    def ask_of(self, ask: Callable[[Formula], object]) -> None:
        """Know who draws; until then the source of every formula is shown."""
        self._ask = ask

    def drawing(self, formula: Formula) -> Drawing | None:
        """Return a drawing; None while it is not there, or if there will be none."""
        if formula in self._known:
            self._known.move_to_end(formula)
            return self._known[formula]
        if self._ask is not None and formula not in self._asked:
            if len(self._asked) > MOST_DRAWINGS:
                self._asked.clear()
            self._asked.add(formula)
            self._ask(formula)
        return self._known.get(formula)

    def take(self, drawn: FormulaDrawn) -> bool:
        """Remember a result; return whether there is something new to show."""
        before = self._known.get(drawn.formula)
        self._known[drawn.formula] = drawn.drawing
        if len(self._known) > MOST_DRAWINGS:
            self._known.popitem(last=False)
        return drawn.drawing is not None and before is None

    def picture(self, formula: Formula, size: float, colour: str, ratio: float) -> QPixmap:
        """Return a drawn formula as a picture.

        Args:
            formula: One whose drawing is there.
            size: Of the type around it, in pixels.
            colour: ``#RRGGBB``.
            ratio: Device pixels to a pixel.
        """
        key = (formula, size, colour, ratio)
        if key not in self._pictures:
            drawing = self._known.get(formula)
            self._pictures[key] = (
                _rendered(drawing, size, colour, ratio) if drawing is not None else QPixmap()
            )
            if len(self._pictures) > MOST_PICTURES:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        return self._pictures[key]


def _rendered(drawing: Drawing, size: float, colour: str, ratio: float) -> QPixmap:
    wide, high = drawing.width * size, (drawing.above + drawing.below) * size
    ratio = min(ratio, (MOST_PIXELS / max(wide * high, 1.0)) ** 0.5)
    pixmap = QPixmap(max(1, round(wide * ratio)), max(1, round(high * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    svg = drawing.svg.replace(COLOUR.encode(), colour.encode())
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
