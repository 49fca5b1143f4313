"""The middle of the window: the first run, the models, a full page, or the chat."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.page import ChatPage
from inglenook.ui.frame import Frame
from inglenook.ui.modeldesk import ModelDesk
from inglenook.ui.pages import FullPage, Pages
from inglenook.ui.sidebar import SideBar
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.topbar import TopBar

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.firstrun.page import FirstRun
    from inglenook.ui.models.page import ModelsPage


class Stage(QObject):
    """Decides which page is on screen, and hands the keyboard to it.

    Attributes:
        welcome: The first-run page; None unless it was needed.

    Signals:
        compose_asked(): the chat is on screen and the message field shall have the keys.
        file_asked(): the person has a model file of their own.

    Threads: the UI thread.
    """

    compose_asked = Signal()
    file_asked = Signal()

    def __init__(
        self,
        look: Look,
        services: "Services",
        bridge: Bridge,
        stack: QStackedLayout,
        pages: Pages,
        page: ChatPage,
        models: ModelDesk,
    ) -> None:
        """Know the pages.

        Args:
            look: Colours and type.
            services: Remembers that the first run is over.
            bridge: Tells the first-run page what was found.
            stack: Where the pages lie, one over the other.
            pages: The full pages.
            page: The chat.
            models: The models page.
        """
        super().__init__()
        self._look, self._services, self._bridge = look, services, bridge
        self._stack, self._pages, self._page, self._models = stack, pages, page, models
        self._is_welcome = False
        self.welcome: FirstRun | None = None
        models.turned.connect(self.turn)
        models.turned.connect(self._close_pages)
        pages.turned.connect(self.turn)

    def furnish(self, frame: Frame, side: SideBar, top: TopBar, toast: Toast) -> None:
        """Know what stands around the pages and follows them."""
        self._frame, self._side, self._top, self._toast = frame, side, top, toast
        self._models.turned.connect(frame.close_overlay)
        self._pages.turned.connect(frame.close_overlay)

    def shown_full(self) -> "ModelsPage | FullPage | None":
        """Return the page that stands in the place of the chat."""
        return self._models.shown_page() or self._pages.shown

    def show_welcome(self, *, is_welcome: bool) -> None:
        """Show the first-run page alone, or leave it."""
        if is_welcome and self.welcome is None:
            from inglenook.ui.firstrun.page import FirstRun  # noqa: PLC0415  (seldom needed)

            self.welcome = FirstRun(self._look, self._services, self._bridge)
            self.welcome.start_asked.connect(self._services.settings.set_welcomed)
            self.welcome.open_file_asked.connect(self.file_asked)
            self.welcome.find_asked.connect(self._find_first)
            self._stack.addWidget(self.welcome)
        self._is_welcome = is_welcome
        self._top.setVisible(not is_welcome)
        self._frame.set_bare(is_bare=is_welcome)
        self.turn()

    def turn(self) -> None:
        """Show the page that belongs on screen."""
        if self._pages.shown is not None:
            self._models.close()
        full = self.shown_full()
        shown: QWidget = full or self._page
        if self._is_welcome and self.welcome is not None:
            shown = self.welcome
        is_other = self._stack.currentWidget() is not shown
        self._stack.setCurrentWidget(shown)
        self._top.set_page(is_chat=shown is self._page)
        self._side.models.setChecked(shown is self._models.shown_page())
        self._side.list.show_covered(is_covered=full is not None)
        self._toast.stand_on(self._page.composer if full is None else full.foot)
        if is_other:
            self.give_focus()

    def close_full(self) -> bool:
        """Go back to the chat; tell whether something else was open."""
        is_open = self.shown_full() is not None
        self._models.close()
        self._pages.close()
        return is_open

    def give_focus(self) -> None:
        """Let the keyboard go on with what the page is for: starting, finding, or writing."""
        if self.welcome is not None and self._stack.currentWidget() is self.welcome:
            self.welcome.take_keyboard()
        elif (page := self.shown_full()) is not None:
            page.come_forward()
        else:
            self.compose_asked.emit()

    def _close_pages(self) -> None:
        if self._models.is_open:
            self._pages.close()

    def _find_first(self) -> None:
        self._services.settings.set_welcomed()
        self._models.open_find()
