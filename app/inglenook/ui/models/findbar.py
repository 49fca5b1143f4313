"""The head of the page: the field to search with, the order, and the filters."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from inglenook.downloads.query import Sort
from inglenook.ui.models.findfilters import Filters
from inglenook.ui.searchfield import SearchField
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.filterchip import FilterChip
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.words import tr

WAIT_MS = 250
"""Between two keys while a word is typed pass 100 to 200 ms."""


class FindField(SearchField):
    """Searches the Hub once the person has stopped typing for a moment."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setPlaceholderText(tr("Search models"))
        self.setAccessibleName(tr("Search models"))
        self._timer.setInterval(WAIT_MS)

    def type(self, text: str) -> None:
        """Go on with what was typed elsewhere; "" takes a letter back."""
        if text:
            self.insert(text)
        else:
            self.backspace()

    def _paint_keys(self, painter: QPainter) -> None:
        """Paint none: Ctrl K leads to the chats."""


class FindBar(QWidget):
    """What to search for, in which order, and what to leave out.

    Attributes:
        field: The words.
        sort: Opens the menu of orders.

    Signals:
        words_changed(words): typed; "" when the search is over.
        filters_changed(): the order or a filter.
        left_down(): on to the results.
    """

    words_changed = Signal(str)
    filters_changed = Signal()
    left_down = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._sort = Sort.DOWNLOADS
        self.field = FindField(look)
        self.sort = Button(look, icon="chevron-down", text=" ", kind="outline", icon_size=16)
        self._sizes = {
            "small": FilterChip(look, tr("Small"), tr("Up to 4 billion parameters")),
            "medium": FilterChip(look, tr("Medium"), tr("4 to 16 billion parameters")),
            "large": FilterChip(look, tr("Large"), tr("16 billion parameters or more")),
        }
        self.fits = FilterChip(
            look, tr("Fits this computer"), tr("Judged by the usual 4-bit file of a model")
        )
        self.free = FilterChip(
            look, tr("Free for any use"), tr("Licences that ask for no more than credit")
        )
        self.here = FilterChip(look, tr("Installed"), tr("Some file of it is on this computer"))
        self.gated = FilterChip(
            look, tr("Hide gated"), tr("Leave out those that ask who you are")
        )
        self._lay_out()
        self.field.query_changed.connect(self.words_changed)
        self.field.left_down.connect(self.left_down)
        self.sort.clicked.connect(self._open_menu)
        for chip in self.chips:
            chip.toggled.connect(self._changed)
        self._name_sort()

    @property
    def chips(self) -> tuple[FilterChip, ...]:
        """All filters in their order."""
        return (self.fits, *self._sizes.values(), self.free, self.here, self.gated)

    @property
    def filters(self) -> Filters:
        """What is chosen."""
        return Filters(
            self._sort,
            self.fits.isChecked(),
            frozenset(name for name, chip in self._sizes.items() if chip.isChecked()),
            self.free.isChecked(),
            self.here.isChecked(),
            self.gated.isChecked(),
        )

    def clear_filters(self) -> None:
        """Let everything through; tell so once."""
        for chip in self.chips:
            chip.blockSignals(True)  # noqa: FBT003  (Qt's own)
            chip.setChecked(False)
            chip.blockSignals(False)  # noqa: FBT003
            chip.update()
        self.filters_changed.emit()

    def choose_sort(self, sort: Sort) -> None:
        """Take another order."""
        if sort is not self._sort:
            self._sort = sort
            self._name_sort()
            self.filters_changed.emit()

    def sort_menu(self) -> QMenu:
        """Return the menu of orders."""
        menu = QMenu(self)
        icons, colours = self._look.icons, self._look.palette
        for sort, words in _orders().items():
            action = menu.addAction(words)
            if sort is self._sort:
                action.setIcon(icons.icon("check", colours.accent))
            action.setData(sort)
        menu.triggered.connect(self._take_order)
        return menu

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.field, 1)
        head.addWidget(self.sort)
        chips = Flow(self._look.px(8))
        for chip in self.chips:
            chips.addWidget(chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(chips)

    def _open_menu(self) -> None:
        self.sort_menu().popup(self.sort.mapToGlobal(QPoint(0, self.sort.height() + 4)))

    def _take_order(self, action: QAction) -> None:
        self.choose_sort(Sort(action.data()))

    def _name_sort(self) -> None:
        words = _orders()[self._sort]
        self.sort.setText(words)
        self.sort.set_name(tr("Order: {order}").format(order=words))
        self.sort.updateGeometry()

    def _changed(self) -> None:
        self.filters_changed.emit()


def _orders() -> dict[Sort, str]:
    return {
        Sort.DOWNLOADS: tr("Most downloaded"),
        Sort.LIKES: tr("Most liked"),
        Sort.UPDATED: tr("Newest"),
        Sort.TRENDING: tr("Trending"),
    }
