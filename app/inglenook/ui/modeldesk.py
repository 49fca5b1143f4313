"""The models page in the window: opens and leaves it, and tells what is coming."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from inglenook.services.events import (
    DownloadFailed,
    DownloadFinished,
    DownloadsChanged,
    EngineState,
    ModelsChanged,
    SettingsChanged,
)
from inglenook.services.modelnews import ModelRemoved, ShelfChanged
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.sidebar import SideBar
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.words import one_line, tr, tr_told

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.models.page import ModelsPage

_FIND, _DOWNLOADS = 0, 2


class ModelDesk(QObject):
    """Passes between the services and the parts of the window that show models.

    Attributes:
        page: None until it is opened for the first time: a start shall not wait for it.
        is_open: It is what is on screen, or would be but for the first-run page.

    Signals:
        turned(): the page shall come, or go.
        file_asked(), link_asked(url), running_asked(path): as the page has them.

    Threads: the UI thread.
    """

    turned = Signal()
    file_asked = Signal()
    link_asked = Signal(str)
    running_asked = Signal(str)

    def __init__(
        self,
        look: Look,
        services: "Services",
        bridge: Bridge,
        stack: QStackedLayout,
        side: SideBar,
        toast: Toast,
    ) -> None:
        """Know the parts.

        Args:
            look: Colours and type.
            services: Asked for everything.
            bridge: Tells what happened.
            stack: Gets the page when there is one.
            side: Shows how many models there are, and what comes.
            toast: Offers to undo, and to use what has come.
        """
        super().__init__()
        self._look, self._services, self._bridge = look, services, bridge
        self._stack, self._side, self._toast = stack, side, toast
        self._engine = EngineState()
        self._installed = 0
        self._knows_shelf = False
        self.page: ModelsPage | None = None
        self.is_open = False
        side.models.clicked.connect(self.open_models)
        side.downloads.clicked.connect(self.open_downloads)
        bridge.models_changed.connect(self._take_models)
        bridge.shelf_changed.connect(self._take_shelf)
        bridge.downloads_changed.connect(self._take_downloads)
        bridge.download_finished.connect(self._take_finished)
        bridge.download_failed.connect(self._take_failed)
        bridge.model_removed.connect(self._offer_undo)
        bridge.settings_changed.connect(self._take_settings)

    def connect_actions(self, actions: Actions) -> None:
        """Connect the actions that open the page, and those that lead back to the chat."""
        actions.connect_all(
            models=partial(self._by_key, self.open_models),
            downloads=partial(self._by_key, self.open_downloads),
        )
        for name in ("new_chat", "next_chat", "previous_chat", "compose"):
            actions[name].triggered.connect(self._go_back)
        self._side.new_asked.connect(self.close)
        self._side.list.open_asked.connect(self._go_back)
        self._bridge.conversation_opened.connect(self._go_back)

    def open_models(self) -> None:
        """Open the page where it was left; the first time with what is to be found."""
        tab = self.page.tabs.currentIndex() if self.page is not None else _FIND
        self.open(tab)

    def open_find(self) -> None:
        """Open the page to look for a model."""
        self.open(_FIND)

    def open_downloads(self) -> None:
        """Open the page with what is coming."""
        self.open(_DOWNLOADS)

    def open(self, tab: int) -> None:
        """Open the page with a tab."""
        self.is_open = True
        page = self._made()
        page.choose(tab)
        self.turned.emit()
        if page.isVisible():  # behind the first-run page it must not take the keys
            page.come_forward()

    def close(self) -> None:
        """Leave the page, if it is open."""
        if self.is_open and self.page is not None:
            self.is_open = False
            self.page.leave()
            self.turned.emit()

    def shown_page(self) -> "ModelsPage | None":
        """Return the page if it is open."""
        return self.page if self.is_open else None

    def show_engine(self, state: EngineState) -> None:
        """Take what the engine does."""
        self._engine = state
        if self.page is not None:
            self.page.show_engine(state)

    def _by_key(self, open_page: Callable[[], None]) -> None:
        """Open the page and show where the keyboard is, as after any key."""
        open_page()
        focus: QWidget | None = self._side.window().focusWidget()  # Qt's stub forgets None
        if focus is not None:
            focus.clearFocus()
            focus.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _made(self) -> "ModelsPage":
        if self.page is None:
            from inglenook.ui.models.page import ModelsPage  # noqa: PLC0415  (opens faster)

            self.page = page = ModelsPage(self._look, self._services, self._bridge)
            page.show_engine(self._engine)
            page.show_installed(self._installed)
            page.show_downloads(self._services.downloads.downloads())
            page.closed.connect(self.close)
            page.file_asked.connect(self.file_asked)
            page.link_asked.connect(self.link_asked)
            page.running_asked.connect(self.running_asked)
            self._stack.addWidget(page)
        return self.page

    def _go_back(self, *_what: object) -> None:
        self.close()

    # --- announcements ---

    def _take_models(self, event: ModelsChanged) -> None:
        if not self._knows_shelf:
            self._count(len(event.models))

    def _take_shelf(self, event: ShelfChanged) -> None:
        # From now on it is told anew whenever something changes, with what is gone as well.
        self._knows_shelf = True
        self._count(len(event.models))

    def _count(self, installed: int) -> None:
        self._installed = installed
        self._side.models.show_count(installed)
        if self.page is not None:
            self.page.show_installed(installed)

    def _take_downloads(self, event: DownloadsChanged) -> None:
        self._side.downloads.show_downloads(event.downloads)
        if self.page is not None:
            self.page.show_downloads(event.downloads)

    def _take_finished(self, event: DownloadFinished) -> None:
        words = tr("{title} is ready").format(title=one_line(event.title, 60))
        self._toast.show_message(words, tr("Use it"), partial(self._use, event.path))

    def _take_failed(self, event: DownloadFailed) -> None:
        title = one_line(event.title, 60)
        words = tr("{title} did not come: {why}")
        words = words.format(title=title, why=one_line(tr_told(event.problem.title), 120))
        self._toast.show_message(words, tr("Downloads"), self.open_downloads)

    def _offer_undo(self, event: ModelRemoved) -> None:
        name = one_line(event.name, 60)
        deleted, removed = tr("Deleted “{name}”"), tr("Removed “{name}” from the list")
        words = (deleted if event.freed_bytes else removed).format(name=name)
        restore = partial(self._services.shelf.restore, event.path)
        self._toast.show_message(words, tr("Undo"), restore)

    def _take_settings(self, event: SettingsChanged) -> None:
        self._side.show_offline(is_offline=event.offline)

    def _use(self, path: str) -> None:
        self._services.engine.load(path)
