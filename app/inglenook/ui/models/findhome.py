"""Searching for models, with what is recommended while nothing is searched for."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from inglenook.downloads.page import FoundModel
from inglenook.downloads.query import Query
from inglenook.services.events import HubSearched
from inglenook.services.modelnews import RecommendationsLookedUp
from inglenook.services.modelpage import Looked
from inglenook.ui.bridge import Bridge
from inglenook.ui.models.findbar import FindBar
from inglenook.ui.models.finddesk import FindServices
from inglenook.ui.models.findnote import Deal, Plight
from inglenook.ui.models.findresults import FindResults
from inglenook.ui.models.orders import if_there
from inglenook.ui.models.pane import WIDTH
from inglenook.ui.models.recommended import Recommended
from inglenook.ui.models.recommendedwords import offer_of
from inglenook.ui.models.stock import Stock
from inglenook.ui.style import Look

_SIDES = 24


class FindHome(QWidget):
    """The field, the filters, and below them one of two lists.

    Attributes:
        bar: The field, the order and the filters.
        recommended: Shown while nothing is searched for.
        results: Shown while something is.

    Signals:
        open_asked(repo): a model's page is wanted.
        online_asked(): the network is to be switched on.

    Threads: the UI thread.
    """

    open_asked = Signal(str)
    online_asked = Signal()

    def __init__(self, look: Look, services: FindServices, bridge: Bridge) -> None:
        super().__init__()
        self._look, self._services = look, services
        self._stock = Stock()
        self._query: Query | None = None
        self._is_complete = False
        self._offline: Plight | None = None
        self.bar = FindBar(look)
        self.recommended = Recommended(look)
        self.results = FindResults(look)
        self._lists = QStackedLayout()
        self._lay_out()
        self._connect(bridge)

    @property
    def is_searching(self) -> bool:
        """Words or filters say what to look for."""
        return bool(self._words) or not self.bar.filters.is_empty

    def come_forward(self) -> None:
        """Look up what is recommended, unless all of that is known."""
        if self._offline is None and not self._is_complete:
            self.recommend()

    def recommend(self, *, again: bool = False) -> None:
        """Look up what is recommended; again means all of it anew."""
        self.recommended.show_waiting()
        if again:
            self._services.browse.recommend(again=True)
        else:
            self._services.browse.recommend()

    def show_offline(self, plight: Plight | None) -> None:
        """Say that the network is switched off; None when it is on again."""
        self._offline = plight
        self.recommended.show_plight(plight)
        if self.is_searching or plight is None:
            self.results.show_plight(plight)

    def go_on(self) -> None:
        """Do what could not be done while the network was off."""
        self.show_offline(None)
        self.recommend()
        if self.is_searching:
            self._query = None
            self._search()

    def show_stock(self, stock: Stock) -> None:
        """Show what is on its way or here."""
        self._stock = stock
        self.recommended.show_stock(stock)

    def found(self, repo: str) -> FoundModel | None:
        """Return what a list says of a repository; None if it is in none."""
        return next((row.found for row in self.results.rows if row.found.repo == repo), None)

    def wears_ring(self) -> bool:
        """Tell whether the keyboard is in a list, and came there by a key."""
        if self.results.list.wears_ring() or self.recommended.card.more.wears_ring():
            return True
        return any(row.wears_ring() for row in self.recommended.rows)

    def return_to(self, repo: str) -> None:
        """Give the keyboard back to the row that a page was opened from."""
        if self._lists.currentWidget() is self.results:
            self.results.list.enter(repo)
        else:
            self.recommended.return_to(repo)

    @property
    def _words(self) -> str:
        return self.bar.field.text().strip()

    def _search(self) -> None:
        self._lists.setCurrentWidget(self.results if self.is_searching else self.recommended)
        if not self.is_searching:
            self._query = None
            self._services.browse.cancel_search()
            return
        query = self.bar.filters.query(self._words)
        if query == self._query:
            self.results.show_filters(self.bar.filters)
        elif self._offline is not None:
            self.results.show_plight(self._offline)
        else:
            self._query = query
            self.results.show_waiting()
            self._services.browse.search(query)

    def _act(self, plight: Plight) -> None:
        match plight.deal:
            case Deal.GO_ONLINE:
                self.online_asked.emit()
            case Deal.CLEAR_FILTERS:
                self.bar.clear_filters()
            case Deal.TRY_AGAIN if self.is_searching:
                self._query = None
                self._search()
            case Deal.TRY_AGAIN:
                self.recommended.show_plight(None)
                self.recommend(again=True)

    def _get_best(self, looked: Looked) -> None:
        offer = offer_of(looked)
        if looked.page is not None and offer is not None:
            self._services.browse.get(looked.page, offer)

    def _take_searched(self, told: HubSearched) -> None:
        if told.query == self._query:
            self.results.show_found(told, self.bar.filters)

    def _take_recommended(self, told: RecommendationsLookedUp) -> None:
        self._is_complete = told.is_complete and told.problem is None
        self.recommended.show_found(told)
        self.recommended.show_stock(self._stock)
        if self._offline is not None:
            self.recommended.show_plight(self._offline)

    def _go_down(self) -> None:
        if self._lists.currentWidget() is self.results:
            if self.results.rows:
                self.results.list.enter()
        else:
            self.recommended.enter()

    def _type_on(self, text: str) -> None:
        self._enter_field()
        self.bar.field.type(text)

    def _enter_field(self) -> None:
        self.bar.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        across = QHBoxLayout()
        across.setContentsMargins(_SIDES, 16, _SIDES, 12)
        across.addStretch(1)
        across.addWidget(self.bar, 1000)
        across.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(across)
        column.addLayout(self._lists, 1)
        # Not earlier: a stack without a parent shows its first part as a window.
        self._lists.addWidget(self.recommended)
        self._lists.addWidget(self.results)
        self._look.changed.connect(self._resize)
        self._resize()

    def _connect(self, bridge: Bridge) -> None:
        self.bar.words_changed.connect(self._search)
        self.bar.filters_changed.connect(self._search)
        self.bar.left_down.connect(self._go_down)
        self.results.list.typed.connect(self._type_on)
        self.results.list.left_up.connect(self._enter_field)
        self.results.list.open_asked.connect(self.open_asked)
        self.recommended.open_asked.connect(self.open_asked)
        self.recommended.get_asked.connect(self._get_best)
        get, downloads = self.recommended.card.get, self._services.downloads
        get.pause_asked.connect(partial(if_there, downloads.pause))
        get.resume_asked.connect(partial(if_there, downloads.resume))
        get.use_asked.connect(self._services.engine.load)
        self.recommended.acted.connect(self._act)
        self.results.acted.connect(self._act)
        bridge.hub_searched.connect(self._take_searched)
        bridge.recommendations_looked_up.connect(self._take_recommended)

    def _resize(self) -> None:
        self.bar.setMaximumWidth(self._look.px(WIDTH))
