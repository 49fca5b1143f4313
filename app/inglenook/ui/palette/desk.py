"""Opens the palette, fills it at every key, and does what is chosen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from inglenook.services.assistantnews import AssistantsChanged, PromptsChanged
from inglenook.services.events import ChatListChanged, ModelsChanged, SearchFinished
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.pages import Pages
from inglenook.ui.style import Look
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.events import SearchHit
    from inglenook.services.installed import InstalledModel
    from inglenook.services.services import Services
    from inglenook.ui.palette.entries import Entry, Source
    from inglenook.ui.palette.panel import PalettePanel
    from inglenook.ui.palette.sources import Chats

_SEARCH_AFTER_MS = 150
_SHORTEST = 2
"""Letters before messages are searched: with one, nearly all would be found."""
_RECENT = 5


class PaletteDesk(QObject):
    """Knows what the palette can list; the palette itself is made when it is first opened.

    Attributes:
        panel: None until then.

    Signals:
        open_asked(chat id, node id or ""): a chat or a message was chosen.
        prompt_asked(text): a saved prompt was.

    Threads: the UI thread.
    """

    open_asked = Signal(str, str)
    prompt_asked = Signal(str)

    def __init__(
        self, look: Look, services: "Services", window: QWidget, actions: Actions, pages: Pages
    ) -> None:
        """Listen to the action.

        Args:
            look: Colours and type.
            services: Searches, and loads models.
            window: What the palette lies over.
            actions: Listed, and the one that opens the palette is connected.
            pages: The one with the settings is opened.
        """
        super().__init__(window)
        self._look, self._services = look, services
        self._window, self._actions, self._pages = window, actions, pages
        self.panel: PalettePanel | None = None
        self._others: list[Callable[[], Source]] = []
        self._chats: Chats | None = None
        self._listed: ChatListChanged = ChatListChanged(())
        self._models: tuple[InstalledModel, ...] = ()
        self._assistants = AssistantsChanged(())
        self._prompts = PromptsChanged(())
        self._hits: tuple[SearchHit, ...] = ()
        self._recent: list[str] = []
        self._sources: list[Source] = []
        self._before: QWidget | None = None
        self._searching = QTimer(self)
        self._searching.setSingleShot(True)
        self._searching.setInterval(_SEARCH_AFTER_MS)
        self._searching.timeout.connect(self._search)
        actions.connect_all(palette=self.toggle)

    def listen(self, bridge: Bridge) -> None:
        """Follow what there is."""
        bridge.chats_changed.connect(self._take_chats)
        bridge.models_changed.connect(self._take_models)
        bridge.search_finished.connect(self._take_hits)
        bridge.assistants_changed.connect(self._take_assistants)
        bridge.prompts_changed.connect(self._take_prompts)

    def add(self, make: Callable[[], "Source"]) -> None:
        """List something else as well; it is made anew each time the palette opens."""
        self._others.append(make)

    def toggle(self) -> None:
        """Open the palette, or close it."""
        if self.panel is not None and self.panel.isVisible():
            self.panel.leave()
        else:
            self.open()

    def open(self) -> None:
        """Open the palette with what was used last."""
        panel = self._made()
        focus: QWidget | None = self._window.window().focusWidget()  # Qt's stub forgets None
        self._before, self._hits = focus, ()
        self._sources = self._gathered()
        panel.open()
        self._fill("")

    # --- inside ---

    def _made(self) -> "PalettePanel":
        if self.panel is None:
            from inglenook.ui.palette.panel import PalettePanel  # noqa: PLC0415  (opens faster)
            from inglenook.ui.palette.sources import Chats  # noqa: PLC0415  (opens faster)

            self.panel = PalettePanel(self._look, self._window)
            self.panel.typed.connect(self._typed)
            self.panel.chosen.connect(self._do)
            self.panel.closed.connect(self._give_back)
            self._chats = Chats(self.open_asked.emit)
            self._chats.show_chats(self._listed.chats)
        return self.panel

    def _gathered(self) -> "list[Source]":
        from inglenook.ui.palette.others import (  # noqa: PLC0415  (opens faster)
            of_assistants,
            of_prompts,
            of_settings,
        )
        from inglenook.ui.palette.sources import of_actions, of_models  # noqa: PLC0415
        from inglenook.ui.settings.entries import all_entries  # noqa: PLC0415

        chats = [self._chats.source()] if self._chats is not None else []
        return [
            *chats,
            of_actions(self._actions),
            of_models(self._models, self._services.engine.load),
            of_assistants(self._assistants.assistants, self._begin_with),
            of_prompts(self._prompts.prompts, self.prompt_asked.emit),
            of_settings(all_entries(), self._pages),
            *(make() for make in self._others),
        ]

    def _begin_with(self, assistant: str) -> None:
        self._services.briefing.choose(self._services.chat.create(), assistant)

    def _typed(self, text: str) -> None:
        self._hits = ()
        self._fill(text)
        self._searching.start()

    def _fill(self, text: str, *, keeps_place: bool = False) -> None:
        from inglenook.ui.palette.entries import found_rows, idle_rows  # noqa: PLC0415
        from inglenook.ui.palette.sources import of_hits  # noqa: PLC0415

        if self.panel is None:
            return
        if not text.strip():
            rows = idle_rows(self._sources, self._recent, tr("Used last"))
        else:
            hits = [of_hits(self._hits, self.open_asked.emit)] if self._hits else []
            rows = found_rows([*self._sources, *hits], text, self._recent)
        self.panel.show_rows(rows, keeps_place=keeps_place)

    def _search(self) -> None:
        query = self.panel.field.text().strip() if self.panel is not None else ""
        if len(query) >= _SHORTEST and self.panel is not None and self.panel.isVisible():
            self._services.chat.search(query)

    def _do(self, entry: "Entry") -> None:
        self._give_back()
        if not entry.key.startswith("message "):
            known = [key for key in self._recent if key != entry.key]
            self._recent = [entry.key, *known][:_RECENT]
        entry.run()

    def _give_back(self) -> None:
        """Return the keyboard to where it was: what is done next may depend on it."""
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._before = None

    # --- announcements ---

    def _take_chats(self, event: ChatListChanged) -> None:
        self._listed = event
        if self._chats is not None:
            self._chats.show_chats(event.chats)

    def _take_models(self, event: ModelsChanged) -> None:
        self._models = event.models

    def _take_assistants(self, event: AssistantsChanged) -> None:
        self._assistants = event

    def _take_prompts(self, event: PromptsChanged) -> None:
        self._prompts = event

    def _take_hits(self, event: SearchFinished) -> None:
        panel = self.panel
        if panel is None or not panel.isVisible() or event.query != panel.field.text().strip():
            return
        self._hits = tuple(hit for hit in event.hits if hit.node is not None)
        self._fill(panel.field.text(), keeps_place=True)
