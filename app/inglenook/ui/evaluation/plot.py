"""The chart of an evaluation on screen; a screen reader gets its table beside it."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inglenook.ui.evaluation.chart import Drawing
from inglenook.ui.evaluation.series import Chart
from inglenook.ui.style import Look

_SIZE = QSize(640, 440)


class Plot(QWidget):
    """Draws one chart in the room there is.

    Threads: the UI thread.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.chart: Chart | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.hide()

    def show_chart(self, chart: Chart) -> None:
        """Show another chart."""
        if chart == self.chart:
            return
        self.chart = chart
        best = max(
            ((spot.value, each.name) for each in chart.series for spot in each.spots),
            default=None,
        )
        told = f"{best[1]}: {best[0]:.0%}" if best else ""
        self.setAccessibleName(". ".join(e for e in (chart.title, chart.note, told) if e))
        self.setVisible(True)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIZE.width(), self._look.px(_SIZE.height()))

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self._look.px(_SIZE.height()))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.chart is not None:
            painter = QPainter(self)
            drawing = Drawing(painter, self.chart, self._look.palette, self._look)
            drawing.draw(QRectF(self.rect()))
