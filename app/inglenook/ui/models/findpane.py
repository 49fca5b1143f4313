"""Finding models: what is recommended, what a search finds, and a model's own page."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from inglenook.models.offers import Offer
from inglenook.services.events import DownloadsChanged, ModelsChanged, SettingsChanged
from inglenook.services.modelnews import ReadmeRead, RepositoryRead
from inglenook.services.modelpage import ModelPage
from inglenook.ui.bridge import Bridge
from inglenook.ui.models.findbar import FindBar
from inglenook.ui.models.finddesk import FindServices
from inglenook.ui.models.findhome import FindHome
from inglenook.ui.models.findnote import Deal, Plight, offline
from inglenook.ui.models.orders import if_there
from inglenook.ui.models.repositoryview import RepositoryView
from inglenook.ui.models.stock import Stock
from inglenook.ui.style import Look


class FindPane(QWidget):
    """Shows what the Hub has, and asks the services for it.

    Attributes:
        home: The field and the lists.
        page: A model's page, over them.

    Signals:
        link_asked(address): a page on the web is wanted; nothing is opened before asking.

    Threads: the UI thread.
    """

    link_asked = Signal(str)

    def __init__(self, look: Look, services: FindServices, bridge: Bridge) -> None:
        super().__init__()
        self._services = services
        # It is built when it is first opened, and has heard nothing of what was told before.
        self._stock = Stock(services.downloads.downloads())
        self._is_offline = services.settings.is_offline
        self._went_online = False
        self._is_in_front = False
        self._is_token_given = False
        self.home = FindHome(look, services, bridge)
        self.page = RepositoryView(look)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.home)
        self._stack.addWidget(self.page)
        self._connect()
        self._listen(bridge)
        self.home.show_stock(self._stock)
        self.page.show_stock(self._stock)
        services.models.refresh()

    @property
    def bar(self) -> FindBar:
        """The field, the order and the filters."""
        return self.home.bar

    @property
    def is_on_page(self) -> bool:
        """A model's page is open."""
        return self._stack.currentWidget() is self.page

    def come_forward(self) -> None:
        """Take the stage: look up what is not known yet."""
        self._is_in_front = True
        if self._is_offline:
            self.home.show_offline(self._offline())
        self.home.come_forward()
        if self.is_on_page:
            self.page.back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.bar.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Go behind: what is being searched for is not wanted any more."""
        self._is_in_front = False
        self._services.browse.cancel_search()

    def open_model(self, repo: str) -> None:
        """Open a model's page."""
        self.page.open(repo, self.home.found(repo))
        reasons = Qt.FocusReason
        by_keyboard = self.home.wears_ring() or self.page.back.wears_ring()
        if (focus := self.focusWidget()) is not None:
            focus.clearFocus()  # else Qt hands it on as if Tab had been pressed
        self._stack.setCurrentWidget(self.page)
        reason = reasons.OtherFocusReason if by_keyboard else reasons.MouseFocusReason
        self.page.back.setFocus(reason)
        if self._is_offline:
            self.page.show_plight(self._offline())
            return
        self._services.browse.look(repo)
        self._services.browse.read_readme(repo)

    def go_back(self) -> None:
        """Return from a model's page to where it was opened."""
        self._stack.setCurrentWidget(self.home)
        self.home.return_to(self.page.repo)

    def _act_on_page(self, plight: Plight) -> None:
        if plight.deal is Deal.GO_ONLINE:
            self._go_online()
        else:
            self._look_again()

    def _go_online(self) -> None:
        self._went_online = True
        self._services.settings.set_offline(is_offline=False)

    def _look_again(self) -> None:
        self.open_model(self.page.repo)

    def _get(self, page: ModelPage, offer: Offer) -> None:
        self._services.browse.get(page, offer)

    def _give_token(self, token: str) -> None:
        # The keyring takes its time: the settings are announced when it has the token.
        self._is_token_given = True
        self._services.browse.give_token(token)

    def _take_token(self) -> None:
        is_kept = bool(self._services.browse.has_token())
        self.page.show_token(is_kept=is_kept)
        if is_kept and self._is_token_given:
            self._is_token_given = False
            self._services.browse.look(self.page.repo)
            self._services.browse.read_readme(self.page.repo)

    def _open_on_hub(self, path: str) -> None:
        self.link_asked.emit(f"{self._services.settings.endpoint.rstrip('/')}/{path}")

    def _take_repository(self, told: RepositoryRead) -> None:
        if told.repo != self.page.repo:
            return
        # The keyring is not asked for models that want no token.
        is_gated = told.page is not None and told.page.found.gated
        has_token = is_gated and bool(self._services.browse.has_token())
        self.page.show_read(told, has_token=has_token)

    def _take_readme(self, told: ReadmeRead) -> None:
        if told.repo == self.page.repo:
            self.page.show_readme(told)

    def _take_downloads(self, told: DownloadsChanged) -> None:
        self._show_stock(Stock(told.downloads, self._stock.installed))

    def _take_models(self, told: ModelsChanged) -> None:
        self._show_stock(Stock(self._stock.downloads, told.models))

    def _take_settings(self, told: SettingsChanged) -> None:
        if self.is_on_page and self.page.is_shut:
            self._take_token()
        was_offline, self._is_offline = self._is_offline, told.offline
        if told.offline:
            self.home.show_offline(self._offline())
            if self.is_on_page:
                self.page.show_plight(self._offline())
        elif was_offline:
            self._go_on()

    def _go_on(self) -> None:
        self._went_online = False
        self.home.show_offline(None)
        if self._is_in_front:
            self.home.go_on()
        if self.is_on_page:
            self._look_again()

    def _offline(self) -> Plight:
        return offline(is_forced=self._went_online)

    def _show_stock(self, stock: Stock) -> None:
        if stock != self._stock:
            self._stock = stock
            self.home.show_stock(stock)
            self.page.show_stock(stock)

    def _connect(self) -> None:
        self.home.open_asked.connect(self.open_model)
        self.home.online_asked.connect(self._go_online)
        page = self.page
        page.left.connect(self.go_back)
        page.get_asked.connect(self._get)
        page.pause_asked.connect(partial(if_there, self._services.downloads.pause))
        page.resume_asked.connect(partial(if_there, self._services.downloads.resume))
        page.use_asked.connect(self._services.engine.load)
        page.hub_asked.connect(self._open_on_hub)
        page.link_asked.connect(self.link_asked)
        page.acted.connect(self._act_on_page)
        page.gate.token_given.connect(self._give_token)
        page.gate.forget_asked.connect(self._services.browse.forget_token)
        page.gate.again_asked.connect(self._look_again)

    def _listen(self, bridge: Bridge) -> None:
        bridge.repository_read.connect(self._take_repository)
        bridge.readme_read.connect(self._take_readme)
        bridge.downloads_changed.connect(self._take_downloads)
        bridge.models_changed.connect(self._take_models)
        bridge.settings_changed.connect(self._take_settings)
