"""Passes what people want about effort from the window to the services."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inglenook.core.ids import NodeId
from inglenook.effort.level import Level
from inglenook.effort.thinking import Thinking
from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.events import EngineChanged, SettingsChanged
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.effort.words import forecast_words, hint_words, level_name
from inglenook.ui.style import Look
from inglenook.ui.widgets.speak import speak

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.conversation_view import ConversationView
    from inglenook.ui.chat.page import ChatPage
    from inglenook.ui.effort.picker import EffortMenu


class EffortDesk(QObject):
    """Shows and remembers the usual effort, and asks for others.

    Signals:
        page_asked(): the page that measures whether effort pays.

    Threads: the UI thread.
    """

    page_asked = Signal()

    def __init__(self, look: Look, services: "Services") -> None:
        super().__init__()
        self._look, self._services = look, services
        self._page: ChatPage | None = None
        self._briefed: Level | None = None
        self._thinking: Thinking | None = None
        self._thinks = ""
        self._once: Level | None = None

    def watching(
        self, make_view: Callable[[], "ConversationView"]
    ) -> Callable[[], "ConversationView"]:
        """Return what makes the same view, heard from then on."""

        def make() -> "ConversationView":
            view = make_view()
            view.again_asked.connect(self._answer_again)
            view.leading_asked.connect(self._take_leading)
            view.drafts_asked.connect(self._show_drafts)
            return view

        return make

    def furnish(self, page: "ChatPage", bridge: Bridge, actions: Actions) -> None:
        """Join the parts."""
        self._page = page
        page.composer.effort.show_level(Level(self._services.settings.now.effort))
        page.composer.effort.clicked.connect(self.open_menu)
        bridge.settings_changed.connect(self._take_settings)
        bridge.chat_briefed.connect(self._take_briefing)
        bridge.engine_changed.connect(self._take_engine)
        page.effort_of_next = self.take_once
        actions.connect_all(effort=self.step)

    def open_menu(self) -> None:
        """Show the levels and what each takes."""
        if self._page is not None:
            menu = self.menu(self._page)
            menu.open_above(self._page.composer.effort)

    def menu(self, parent: QWidget) -> "EffortMenu":
        """Return the levels with what each takes now."""
        from inglenook.ui.effort.foot import EffortFoot  # noqa: PLC0415  (opens faster)
        from inglenook.ui.effort.picker import EffortMenu  # noqa: PLC0415  (opens faster)

        efforts = self._services.efforts
        foot = EffortFoot(
            self._look,
            hint=self._hint(),
            thinks=self._thinks,
            thinking=self._thinking or Thinking(self._services.settings.now.thinking),
        )
        menu = EffortMenu(self._look, parent, self._level(), efforts.foreseen(), foot)
        foot.once.setChecked(self._once is not None)
        foot.thinking_chosen.connect(self._think)
        foot.page_asked.connect(self.page_asked)
        menu.chosen.connect(self._choose)
        menu.chosen_once.connect(self._choose_once)
        return menu

    def step(self) -> None:
        """Take the next level, and say which it is."""
        levels = list(Level)
        level = levels[(levels.index(self._level()) + 1) % len(levels)]
        self._choose(level.value)
        if self._page is not None:
            cost = forecast_words(level, self._services.efforts.foreseen().get(level))
            speak(self._page.composer, f"{level_name(level)}. {cost}", at_once=True)

    def take_once(self) -> Level | None:
        """Return the effort that was chosen for the next message alone, which this is."""
        level, self._once = self._once, None
        if level is not None:
            self._show_usual()
        return level

    # --- inside ---

    def _hint(self) -> str:
        """Return what was measured: by questions with known answers, or else by counting."""
        from inglenook.ui.evaluation.words import gain_words  # noqa: PLC0415  (opens faster)

        found = self._services.evaluating.gain()
        return gain_words(found) if found else hint_words(*self._services.efforts.changes())

    def _show_usual(self) -> None:
        if self._page is not None:
            usual = Level(self._services.settings.now.effort)
            self._page.composer.effort.show_level(self._briefed or usual)

    def _think(self, name: str) -> None:
        conversation = self._page.conversation if self._page is not None else None
        if conversation is not None:
            self._services.briefing.think(conversation.id, Thinking(name))

    def _choose_once(self, level: str) -> None:
        self._once = Level(level)
        if self._page is not None:
            self._page.composer.effort.show_level(self._once, is_once=True)

    def _level(self) -> Level:
        return self._page.composer.effort.level if self._page is not None else Level.QUICK

    def _choose(self, level: str) -> None:
        self._once = None
        # Shown at once: the services answer a little later.
        if self._page is not None:
            self._page.composer.effort.show_level(Level(level))
            if self._briefed is not None and self._page.conversation is not None:
                # The chat's assistant has an effort of its own; this chat alone leaves it.
                self._services.briefing.prefer(self._page.conversation.id, Level(level))
                return
        self._services.settings.set_effort(Level(level))

    def _take_engine(self, event: EngineChanged) -> None:
        self._thinks = event.state.thinks

    def _take_settings(self, event: SettingsChanged) -> None:
        if self._page is not None and self._once is None:
            self._page.composer.effort.show_level(self._briefed or Level(event.effort))

    def _take_briefing(self, event: ChatBriefed) -> None:
        page = self._page
        if page is None or page.conversation is None or page.conversation.id != event.chat:
            return
        self._briefed, self._thinking = event.effort, event.thinking
        if self._once is None:
            self._show_usual()

    def _answer_again(self, node: str, level: str) -> None:
        conversation = self._page.conversation if self._page is not None else None
        if conversation is not None:
            chat = self._services.chat
            chat.regenerate(conversation.id, NodeId(node), effort=Level(level))

    def _take_leading(self) -> None:
        conversation = self._page.conversation if self._page is not None else None
        if conversation is not None:
            self._services.chat.take_leading(conversation.id)

    def _show_drafts(self, node: str) -> None:
        from inglenook.ui.effort.table import DraftTable  # noqa: PLC0415  (opens faster)

        conversation = self._page.conversation if self._page is not None else None
        if conversation is None or self._page is None:
            return
        message = conversation.message(NodeId(node))
        if message.comparison is not None:
            energy_j = message.made.energy_j if message.made else 0.0
            DraftTable(self._look, self._page, message.comparison, energy_j).open()
