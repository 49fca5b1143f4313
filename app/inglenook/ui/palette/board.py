"""The lines of the palette as a list model."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from inglenook.ui.palette.entries import Heading, Item, Row
from inglenook.ui.words import tr

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)


class Board(QAbstractListModel):
    """Headings and entries.

    Threads: the UI thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[Row] = ()
        self.count = 0
        """Entries, without the headings."""

    def show_rows(self, rows: Sequence[Row]) -> None:
        """List others."""
        self.beginResetModel()
        self._rows = rows
        self.count = sum(isinstance(row, Item) for row in rows)
        self.endResetModel()

    def item(self, index: Index) -> Item | None:
        """Return the entry at an index; None for a heading or nothing."""
        row = self._rows[index.row()] if index.isValid() else None
        return row if isinstance(row, Item) else None

    def at(self, number: int) -> QModelIndex:
        """Return the index of an entry by its number from 1; the nearest there is."""
        number = max(1, min(number, self.count))
        for place, row in enumerate(self._rows):
            if isinstance(row, Item) and row.number == number:
                return self.index(place)
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text if isinstance(row, Heading) else row.entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole and isinstance(row, Item):
            return in_words(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag
        if self.item(index) is None:
            return flags.NoItemFlags
        return flags.ItemIsEnabled | flags.ItemIsSelectable


def in_words(item: Item) -> str:
    """Return a line as a screen reader says it."""
    entry = item.entry
    switched = tr("switched on") if entry.is_on else ""
    parts = (entry.text, switched, entry.why or entry.detail, entry.keys)
    return ". ".join(part for part in parts if part)
