"""Requests in a table: those that are being answered, or the log of those that are over."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
)

from inglenook.ui import theme
from inglenook.ui.style import Look

_FRAME, _MOST_ROWS = 14, 10
_NARROW = 640


class RequestTable(QTreeWidget):
    """A row for each request; the arrow keys walk through it.

    The first column takes the room that is left. Where there is little, the columns that
    matter least are not shown.

    Threads: the UI thread.
    """

    def __init__(
        self, look: Look, name: str, heads: Sequence[str], least: Sequence[int]
    ) -> None:
        """Begin with none.

        Args:
            look: Colours and type.
            name: What it is about, for screen readers.
            heads: Of the columns.
            least: The columns that are left out where it is narrow.
        """
        super().__init__()
        self._look, self._least = look, least
        self.setObjectName("log")
        self.setAccessibleName(name)
        self.setColumnCount(len(heads))
        self.setHeaderLabels(list(heads))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        head = self.header()
        head.setSectionsMovable(False)
        head.setStretchLastSection(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        look.changed.connect(self._restyle)
        self._restyle()

    def show_rows(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Show other rows; the place of the keyboard stays as it is."""
        while self.topLevelItemCount() > len(rows):
            self.takeTopLevelItem(self.topLevelItemCount() - 1)
        while self.topLevelItemCount() < len(rows):
            self.addTopLevelItem(QTreeWidgetItem())
        for place, cells in enumerate(rows):
            item = self.topLevelItem(place)
            for column, words in enumerate(cells):
                if item is not None and item.text(column) != words:
                    item.setText(column, words)
        self._widen()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < self._look.px(_NARROW)
        for column in self._least:
            if self.isColumnHidden(column) is not is_narrow:
                self.setColumnHidden(column, is_narrow)
                self._widen()

    def _restyle(self) -> None:
        self.setFont(self._look.font(theme.NOTE))
        self.header().setFont(self._look.font(theme.CAPTION))
        for column in range(1, self.columnCount()):
            self.header().resizeSection(column, self.header().sectionSizeHint(column))
        self._widen()
        self._fit()

    def _widen(self) -> None:
        """Give columns the room they need; none of it goes, so that nothing trembles."""
        head = self.header()
        for column in range(1, self.columnCount()):
            needed = max(self.sizeHintForColumn(column), head.sectionSizeHint(column))
            if needed > head.sectionSize(column) and not self.isColumnHidden(column):
                head.resizeSection(column, needed)

    def _fit(self) -> None:
        lines = min(self.topLevelItemCount(), _MOST_ROWS)
        row = max(self.sizeHintForRow(0), 0)
        self.setFixedHeight(self.header().sizeHint().height() + row * lines + _FRAME)
