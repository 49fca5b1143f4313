"""Found models as the rows of a list."""

from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from inglenook.downloads.page import FoundModel
from inglenook.services.events import HubSearched
from inglenook.ui.models.figures import (
    day_in_words,
    joined,
    times_fetched,
)
from inglenook.ui.models.findfilters import Filters
from inglenook.ui.units import parameters_in_words
from inglenook.ui.words import one_line, tr

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class Result:
    """A found model.

    Attributes:
        fits: It probably runs here; None if nothing is known.
        is_here: Some file of it is installed.
    """

    found: FoundModel
    fits: bool | None = None
    is_here: bool = False

    @property
    def name(self) -> str:
        """For people."""
        return one_line(self.found.name, 120) or one_line(self.found.repo, 120)

    @property
    def facts(self) -> str:
        """What is known about it, in one line."""
        found = self.found
        return joined(
            parameters_in_words(found.parameters),
            times_fetched(found.downloads),
            one_line(found.licence, 40),
            day_in_words(found.updated),
        )

    def in_words(self) -> str:
        """Return all of it for a screen reader."""
        fits = {True: tr("probably fits"), False: tr("probably too big"), None: ""}[self.fits]
        parts = (
            self.name,
            tr("by {maker}").format(maker=one_line(self.found.maker, 60)),
            self.facts.replace(" · ", ", "),
            fits,
            tr("installed") if self.is_here else "",
            tr("asks who you are") if self.found.gated else "",
        )
        return ", ".join(part for part in parts if part)


def results_of(told: HubSearched, filters: Filters) -> tuple[Result, ...]:
    """Return what of a search is let through."""
    fits = (*told.fits, *(None,) * (len(told.models) - len(told.fits)))
    rows = (
        Result(found, fit, found.repo in told.installed)
        for found, fit in zip(told.models, fits, strict=False)
    )
    return tuple(
        row for row in rows if filters.lets(row.found, fits=row.fits, is_here=row.is_here)
    )


class Results(QAbstractListModel):
    """What a search found.

    Threads: the UI thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Result, ...] = ()

    def show(self, rows: tuple[Result, ...]) -> None:
        """List other models."""
        if rows == self._rows:
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, index: Index) -> Result | None:
        """Return a row; None outside the list."""
        known = index.isValid() and index.row() < len(self._rows)
        return self._rows[index.row()] if known else None

    def index_of(self, repo: str) -> QModelIndex:
        """Return where a repository is; an invalid index if nowhere."""
        for number, row in enumerate(self._rows):
            if row.found.repo == repo:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> object:
        row = self.row(index)
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.in_words()
        return None
