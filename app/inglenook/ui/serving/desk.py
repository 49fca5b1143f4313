"""Passes what people want of the local server from the window to the service, and news back."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inglenook.core.errors import BadArgumentError
from inglenook.services.servingnews import (
    RequestServed,
    ServingChanged,
    ServingKey,
    ServingPhase,
)
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.pages import Pages
from inglenook.ui.serving.mark import ServingMark
from inglenook.ui.serving.words import port_of
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.topbar import TopBar
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.serving.page import ServingPage

PAGE = "serving"
ANY_MODEL = "default"
"""What the server takes for the model that is loaded, or was last."""


class ServingDesk(QObject):
    """Opens the page, shows on it what the service announces, and marks the top bar.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services", toast: Toast) -> None:
        super().__init__()
        self._look, self._services, self._toast = look, services, toast
        self._page: ServingPage | None = None
        self._model = ANY_MODEL
        self._state = services.serving.state
        self.mark = ServingMark(look)

    def furnish(self, pages: Pages, top: TopBar, bridge: Bridge, actions: Actions) -> None:
        """Join the parts."""
        pages.add(PAGE, self._make_page)
        top.add_mark(self.mark)
        self._pages = pages
        pages.turned.connect(self._show_all)
        self.mark.clicked.connect(self.open)
        bridge.serving_changed.connect(self._take)
        bridge.serving_key.connect(self._take_key)
        bridge.request_served.connect(self._take_served)
        bridge.settings_changed.connect(self._show)
        bridge.engine_changed.connect(self._take_model)
        bridge.models_changed.connect(self._take_model)
        actions.connect_all(serving=self.open)

    def open(self) -> None:
        """Open the page."""
        self._pages.open(PAGE)

    # --- the page ---

    def _make_page(self) -> "ServingPage":
        from inglenook.ui.serving.page import ServingPage  # noqa: PLC0415  (opens faster)

        serving = self._services.serving
        self._page = page = ServingPage(self._look)
        page.card.start_asked.connect(serving.start)
        page.card.stop_asked.connect(serving.stop)
        page.card.renew_asked.connect(serving.renew_key)
        page.terms.opened.connect(serving.open_to_network)
        page.terms.begins_chosen.connect(self._choose_begin)
        page.terms.port_chosen.connect(self._choose_port)
        page.clear_asked.connect(self._clear)
        page.end_asked.connect(serving.end_request)
        page.end_all_asked.connect(serving.end_requests)
        for part in (page.card, page.programs):
            part.copied.connect(self._toast.show_message)
        if self._state.phase is ServingPhase.ON:
            serving.read_key()
        return page

    def _show_all(self) -> None:
        """Show what has come while the page was not the one on screen."""
        self._take_model()
        self._show_log()

    def _show(self, _event: object = None) -> None:
        if self._page is not None and self._is_shown():
            self._page.take(self._state, self._services.settings.now, self._model)

    def _show_log(self, _event: object = None) -> None:
        if self._page is not None and self._is_shown():
            self._page.take_log(self._services.serving.log())

    def _is_shown(self) -> bool:
        """Tell whether the page is on screen: else it would be kept up to date for nobody."""
        return self._pages.shown is self._page

    # --- announcements ---

    def _take(self, event: ServingChanged) -> None:
        before, self._state = self._state, event.state
        self.mark.take(event.state)
        if self._page is None:
            return
        is_on = event.state.phase is ServingPhase.ON
        if is_on and before.phase is not ServingPhase.ON:
            self._services.serving.read_key()
        self._show()

    def _take_served(self, event: RequestServed) -> None:
        if event.request.by_person and self._is_shown():
            self._toast.show_message(tr("The request was ended"))
        self._show_log()

    def _take_key(self, event: ServingKey) -> None:
        if self._page is not None:
            self._page.take_key(event)

    def _take_model(self, _event: object = None) -> None:
        """Ask for the model that is loaded, in the programs to paste."""
        if self._page is not None and self._is_shown():
            models = self._services.api.models()
            loaded = (each.id for each in models if each.is_loaded and each.kind == "chat")
            self._model = next(loaded, ANY_MODEL)
            self._show()

    # --- what people do ---

    def _choose_begin(self, is_on: bool) -> None:
        self._services.settings.choose("serving", is_on)

    def _choose_port(self, text: str) -> None:
        if self._page is None:
            return
        try:
            self._services.serving.set_port(port_of(text))
        except BadArgumentError as error:
            self._page.terms.show_port_problem(error.problem)
        else:
            self._page.terms.show_port_problem(None)

    def _clear(self) -> None:
        self._services.serving.clear_log()
        self._show_log()
