"""The figures of an evaluation as a table: what the chart shows, for everybody to read."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from inglenook.effort.report import Figure, SetReport
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.units import grouped, seconds_in_words
from inglenook.ui.words import Words, tr

_NAMES: tuple[Words, ...] = ("Strategy", "Drafts", "Right", "95 % interval", "Tokens", "Time")
_ROW, _MOST_ROWS = 32, 12


class FigureTable(QTableWidget):
    """A row for each strategy and number of drafts; the arrow keys walk through it.

    Threads: the UI thread.
    """

    def __init__(self, look: Look) -> None:
        super().__init__(0, len(_NAMES))
        self._look = look
        self.setAccessibleName(tr("Figures"))
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, name in enumerate(_NAMES):
            head = QTableWidgetItem(tr(name))
            head.setTextAlignment(_side(place))
            self.setHorizontalHeaderItem(place, head)
        look.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_report(self, found: SetReport) -> None:
        """Show other figures; the row the keyboard is in stays."""
        here = self.currentRow()
        rows = [(line.strategy, figure) for line in found.lines for figure in line.figures]
        self.setRowCount(len(rows))
        for row, (name, figure) in enumerate(rows):
            for place, words in enumerate((tr(name), *cells(figure))):
                item = QTableWidgetItem(words)
                item.setTextAlignment(_side(place))
                self.setItem(row, place, item)
        self.setCurrentCell(min(max(here, 0), len(rows) - 1), 0)
        self._fit()
        self.setVisible(bool(rows))

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._look.px(_ROW))
        self.setStyleSheet(table_sheet(self._look))
        self._fit()

    def _fit(self) -> None:
        lines = min(self.rowCount(), _MOST_ROWS) + 1
        self.setFixedHeight(self._look.px(_ROW) * lines + self._look.px(8))


def cells(figure: Figure) -> tuple[str, ...]:
    """Return the figures of one row."""
    accuracy = figure.accuracy
    return (
        f"{figure.drafts:.3g}" if figure.drafts else "–",
        f"{accuracy.value:.0%}",
        tr("{} to {}").format(f"{accuracy.low:.0%}", f"{accuracy.high:.0%}"),
        grouped(round(figure.tokens)),
        seconds_in_words(figure.seconds) if figure.seconds else "–",
    )


def table_sheet(look: Look) -> str:
    """Return how tables of effort look."""
    colours = look.palette
    return f"""
QTableWidget {{ background: {colours.raised}; color: {colours.text};
    border: 1px solid {colours.line}; border-radius: {theme.RADIUS_FIELD}px; }}
QTableWidget:focus {{ border: 2px solid {colours.accent}; }}
QTableWidget::item {{ padding: 0 {look.px(8)}px; border: none; }}
QTableWidget::item:selected {{ background: {colours.accent_soft};
    color: {colours.on_accent_soft}; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{ background: transparent; color: {colours.text_muted}; border: none;
    border-bottom: 1px solid {colours.line}; padding: {look.px(6)}px {look.px(8) + 3}px; }}
"""


def _side(place: int) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
    return across | Qt.AlignmentFlag.AlignVCenter
