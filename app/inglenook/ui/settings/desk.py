"""Joins the settings to the window: opens the page, and lets what was chosen take effect."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from inglenook.services.events import EngineChanged, EngineState
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.pages import FullPage, Pages
from inglenook.ui.settings.around import Around
from inglenook.ui.settings.keymap import KeyMap
from inglenook.ui.sidebar import SideBar
from inglenook.ui.style import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from inglenook.services.services import Services
    from inglenook.ui.chat.page import ChatPage
    from inglenook.ui.settings.page import SettingsPage

PAGE = "settings"


class SettingsDesk(QObject):
    """Opens the page of settings, and applies those that other parts only obey.

    Threads: the UI thread.
    """

    def __init__(
        self,
        look: Look,
        services: "Services",
        bridge: Bridge,
        show_running: "Callable[[str], None]",
    ) -> None:
        super().__init__()
        self._look, self._services, self._bridge = look, services, bridge
        self._show_running = show_running
        self._engine = EngineState()
        self._page_made: SettingsPage | None = None
        bridge.engine_changed.connect(self._take_engine)

    def furnish(self, pages: Pages, side: SideBar, page: "ChatPage", actions: Actions) -> None:
        """Join the parts."""
        self._pages, self._page, self._keys = pages, page, KeyMap(actions)
        self._leave = actions["quit"].trigger
        self._show_server = actions["serving"].trigger
        self._side = side
        pages.add(PAGE, self._make)
        pages.turned.connect(self._mark)
        side.settings.clicked.connect(self.open)
        actions.connect_all(settings=self.open)
        self._bridge.settings_changed.connect(self._apply)
        self._apply()

    def open(self) -> None:
        """Open the page, or come back to it."""
        self._pages.open(PAGE)

    def open_setting(self, key: str) -> None:
        """Open the page where a setting stands."""
        self.open()
        page = self._page_made
        if page is not None:
            page.show_setting(next(each for each in page.settings if each.key == key))

    def _make(self) -> FullPage:
        from inglenook.ui.settings.page import SettingsPage  # noqa: PLC0415  (opens faster)

        around = Around(
            self._look, self._services, self._bridge, self._keys, self._show_running,
            self._show_server, lambda: self._engine, self._leave,
        )  # fmt: skip
        self._page_made = SettingsPage(around)
        return self._page_made

    def _mark(self) -> None:
        """Mark the row of the side bar while the page is on screen."""
        shown = self._pages.shown
        self._side.settings.setChecked(shown is not None and shown is self._page_made)

    def _apply(self, _event: object = None) -> None:
        now = self._services.settings.now
        self._keys.wear(now.keys)
        self._page.composer.send_with(with_control=now.send_with == "ctrl+enter")

    def _take_engine(self, event: EngineChanged) -> None:
        self._engine = event.state
