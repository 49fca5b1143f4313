"""The models page: find one, see what is installed and what is coming, and where it is kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inglenook.services.events import Download, EngineState
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.widgets.tabs import Tabs
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

FIND, INSTALLED, DOWNLOADS, STORAGE = range(4)
_ROOM_FOR_TITLE = 640


class _Pane(Protocol):
    """What the page asks of the pane of a tab."""

    def come_forward(self) -> None:
        """Be on screen now, and take the keyboard."""

    def leave(self) -> None:
        """Be on screen no more."""


class ModelsPage(QWidget):
    """Four panes behind tabs; each is built when it is first opened.

    Signals:
        closed(): the person goes back to the chat.
        file_asked(): a model file shall be opened.
        running_asked(path): how does this model run.
        link_asked(url): a link in a model's description was pressed.

    Threads: the UI thread.
    """

    closed = Signal()
    file_asked = Signal()
    running_asked = Signal(str)
    link_asked = Signal(str)

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__()
        self._look, self._services, self._bridge = look, services, bridge
        self._engine = EngineState()
        self._panes: dict[int, QWidget] = {}
        self._open: int | None = None
        self._find_field: QWidget | None = None
        self.back = Button(look, icon="chevron-left", name=tr("Back to the chat"))
        self.back.set_name(tr("Back to the chat"), "Esc")
        self._title = Label(look, tr("Models"), theme.H2, display=True)
        titles = (tr("Find"), tr("Installed"), tr("Downloads"), tr("Storage & network"))
        self.tabs = Tabs(look, tr("Models"), titles)
        self._stack = QStackedWidget()
        self.foot = QWidget()
        self._lay_out()
        self.back.clicked.connect(self.closed)
        self.tabs.currentChanged.connect(self.come_forward)

    def choose(self, tab: int) -> None:
        """Mark a tab as the one to show when the page comes forward."""
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(tab)

    def come_forward(self) -> None:
        """Show the pane of the marked tab and give it the keyboard, unless that is so."""
        tab = self.tabs.currentIndex()
        if tab == self._open:
            return
        on_tabs, by_key = self.tabs.hasFocus(), self.tabs.wears_ring()
        self.leave()
        self._open = tab
        pane = self.pane(tab)
        self._stack.setCurrentWidget(pane)
        self._as_pane(tab).come_forward()
        if on_tabs:
            # Whoever walks along the tabs stays on them; Tab leads into the pane.
            reason = (
                Qt.FocusReason.TabFocusReason if by_key else Qt.FocusReason.MouseFocusReason
            )
            self.tabs.setFocus(reason)
        elif self._find_field is not None and self._find_field.isVisible():
            self._find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Tell the pane that the page is not on screen any more."""
        if self._open is not None:
            self._as_pane(self._open).leave()
            self._open = None

    def show_engine(self, state: EngineState) -> None:
        """Take what the engine does, before a pane is there that hears of it."""
        self._engine = state

    def show_installed(self, count: int) -> None:
        """Show how many models are installed; no number for none."""
        self.tabs.set_count(INSTALLED, count or None)

    def show_downloads(self, downloads: tuple[Download, ...]) -> None:
        """Show how many are coming; no number for none."""
        self.tabs.set_count(DOWNLOADS, len(downloads) or None)

    def pane(self, tab: int) -> QWidget:
        """Return the pane of a tab; it is built if need be."""
        if tab not in self._panes:
            pane = self._make(tab)
            self._panes[tab] = pane
            self._stack.addWidget(pane)
        return self._panes[tab]

    def _lay_out(self) -> None:
        head = Surface(self._look, "ground", line="bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 4, 16, 1)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self._title)
        row.addSpacing(12)
        row.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)
        column.addWidget(self.foot)
        self.foot.setFixedHeight(0)

    def _as_pane(self, tab: int) -> _Pane:
        return cast("_Pane", self.pane(tab))

    def _make(self, tab: int) -> QWidget:
        makers: tuple[Callable[[], QWidget], ...] = (
            self._make_find,
            self._make_shelf,
            self._make_queue,
            self._make_storage,
        )
        return makers[tab]()

    def _make_find(self) -> QWidget:
        from inglenook.ui.models.findpane import FindPane  # noqa: PLC0415  (opens faster)

        pane = FindPane(self._look, self._services, self._bridge)
        pane.link_asked.connect(self.link_asked)
        self._find_field = pane.bar.field
        return pane

    def _make_shelf(self) -> QWidget:
        from inglenook.ui.models.shelf import ShelfPane  # noqa: PLC0415  (opens faster)

        pane = ShelfPane(self._look, self._services, self._bridge)
        pane.show_engine(self._engine)
        pane.find_asked.connect(self._find)
        pane.file_asked.connect(self.file_asked)
        pane.running_asked.connect(self.running_asked)
        return pane

    def _make_queue(self) -> QWidget:
        from inglenook.ui.models.queue import QueuePane  # noqa: PLC0415  (opens faster)

        pane = QueuePane(self._look, self._services, self._bridge)
        pane.find_asked.connect(self._find)
        return pane

    def _make_storage(self) -> QWidget:
        from inglenook.ui.models.storage import StoragePane  # noqa: PLC0415  (opens faster)

        return StoragePane(self._look, self._services, self._bridge)

    def _find(self) -> None:
        self.choose(FIND)
        self.come_forward()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._title.setVisible(self.width() >= self._look.px(_ROOM_FOR_TITLE))
