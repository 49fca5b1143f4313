"""Passes what people want of assistants and prompts from the window to the services."""

from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from inglenook.chat.assistant import MOST_TEXT_CHARS, PLAIN, Assistant, Prompt
from inglenook.core.ids import ChatId
from inglenook.services.assistantnews import AssistantsChanged, ChatBriefed, PromptsChanged
from inglenook.services.events import (
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
    ModelsChanged,
)
from inglenook.services.installed import InstalledModel
from inglenook.ui.actions import Actions
from inglenook.ui.assistants.menu import AssistantButton
from inglenook.ui.assistants.offer import ModelOffer
from inglenook.ui.assistants.words import name_of
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.slash import Slash
from inglenook.ui.language import name_of_language
from inglenook.ui.pages import Pages
from inglenook.ui.sidebar import SideBar
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.words import one_line, tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.assistants.menu import AssistantMenu
    from inglenook.ui.assistants.page import AssistantsPage
    from inglenook.ui.chat.page import ChatPage

PAGE = "assistants"
_ROOM_FOR_NAME = 440


class AssistantDesk(QObject):
    """Shows who answers in the chat on screen, and lets that be changed.

    Attributes:
        button: In the composer; says who answers.
        offer: Above the field; another model.
        slash: Prompts and commands at the press of "/".

    Threads: the UI thread.
    """

    def __init__(
        self, look: Look, services: "Services", page: "ChatPage", toast: Toast
    ) -> None:
        super().__init__()
        self._look, self._services, self._page, self._toast = look, services, page, toast
        self._assistants = AssistantsChanged(())
        self._prompts = PromptsChanged(())
        self._models = ModelsChanged(())
        self._engine = EngineState()
        self._briefed: ChatBriefed | None = None
        self._declined: set[tuple[ChatId, str]] = set()
        self._made: AssistantsPage | None = None
        self.button = AssistantButton(look)
        self.offer = ModelOffer(look)
        self.slash = Slash(look, page, services.briefing.values)
        page.composer.add_tool(self.button)
        page.composer.add_tray(self.offer)
        page.composer.installEventFilter(self)
        self.button.clicked.connect(self.open_menu)
        page.greeting.assistant.clicked.connect(self._open_greeting_menu)
        self.offer.load_asked.connect(services.engine.load)
        self.offer.declined.connect(self._decline)
        services.briefing.language = name_of_language()

    def furnish(self, bridge: Bridge, actions: Actions, side: SideBar, pages: Pages) -> None:
        """Join the parts."""
        self._bridge, self._side, self._pages = bridge, side, pages
        pages.add(PAGE, self._make_page)
        pages.turned.connect(self._mark_row)
        side.assistants.clicked.connect(self.open_page)
        bridge.conversation_opened.connect(self._ask_for_briefing)
        bridge.chat_briefed.connect(self._take_briefing)
        bridge.assistants_changed.connect(self._take_assistants)
        bridge.prompts_changed.connect(self._take_prompts)
        bridge.models_changed.connect(self._take_models)
        bridge.engine_changed.connect(self._take_engine)
        actions.connect_all(
            assistant=self.open_menu,
            assistants=self.open_page,
            prompts=self.open_prompts,
            save_prompt=self.save_prompt,
        )
        self.slash.take_actions(actions)

    # --- what people do ---

    def open_menu(self) -> None:
        """Show the assistants over the button of the composer."""
        self._pages.close()
        self.menu(self._page).open_above(self.button)

    def menu(self, parent: QWidget) -> "AssistantMenu":
        """Return the assistants that are offered now."""
        from inglenook.ui.assistants.menu import AssistantMenu  # noqa: PLC0415

        offered = [each.assistant for each in self._assistants.assistants if not each.is_hidden]
        menu = AssistantMenu(self._look, parent, offered, self._now().id)
        menu.chosen.connect(self._choose)
        menu.instruct_asked.connect(self.instruct)
        menu.manage_asked.connect(self.open_page)
        return menu

    def open_page(self) -> None:
        """Open the page with the assistant of this chat."""
        page = self._open(0)
        page.assistants.choose(self._now().id)

    def open_prompts(self) -> None:
        """Open the page with the saved prompts."""
        self._open(1)

    def instruct(self) -> None:
        """Let something be said in this chat alone."""
        from inglenook.ui.assistants.chatdialog import ChatInstructions  # noqa: PLC0415

        if self._briefed is not None:
            window = self._page.window()
            dialog = ChatInstructions(self._look, window, self._briefed.instructions)
            dialog.settled.connect(self._instruct)
            dialog.open()

    def save_prompt(self) -> None:
        """Keep the message that is being written as a prompt."""
        text = self._page.composer.text()
        if not text:
            self._toast.show_message(tr("Write a message first, then save it as a prompt"))
            return
        name = one_line(text, 40).rstrip("…")
        made = self._services.prompts.create(name, text[:MOST_TEXT_CHARS])
        words = tr("Saved as a prompt")
        self._toast.show_message(words, tr("Name it"), lambda: self._name_prompt(made))

    def _name_prompt(self, prompt: str) -> None:
        page = self._open(1)
        page.prompts.choose(prompt)
        page.prompts.editor.name.setFocus()
        page.prompts.editor.name.selectAll()

    def _open_greeting_menu(self) -> None:
        self.menu(self._page).open_above(self._page.greeting.assistant)

    def _choose(self, assistant: str) -> None:
        conversation = self._page.conversation
        if conversation is not None:
            self._services.briefing.choose(conversation.id, assistant)
        self._page.composer.field.setFocus()

    def _instruct(self, text: str) -> None:
        if self._briefed is not None:
            self._services.briefing.instruct(self._briefed.chat, text)

    def _begin_with(self, assistant: str) -> None:
        chat = self._services.chat.create()
        self._services.briefing.choose(chat, assistant)

    def _try_prompt(self, prompt: Prompt) -> None:
        self._pages.close()
        self.slash.insert(prompt.text)

    def _decline(self) -> None:
        if self._briefed is not None:
            self._declined.add((self._briefed.chat, self._briefed.assistant.model))

    # --- announcements ---

    def _ask_for_briefing(self, event: ConversationOpened) -> None:
        self._services.briefing.tell(event.conversation.id)

    def _take_briefing(self, event: ChatBriefed) -> None:
        conversation = self._page.conversation
        if conversation is None or conversation.id != event.chat:
            return
        self._briefed = event
        self.button.show_assistant(
            event.assistant, has_instructions=bool(event.instructions.strip())
        )
        self._page.greeting.show_assistant(event.assistant)
        self._offer_model()

    def _take_assistants(self, event: AssistantsChanged) -> None:
        self._assistants = event
        if self._made is not None:
            self._made.assistants.take(event)
        if self._briefed is not None:
            self._services.briefing.tell(self._briefed.chat)

    def _take_prompts(self, event: PromptsChanged) -> None:
        self._prompts = event
        self.slash.take_prompts(event.prompts)
        if self._made is not None:
            self._made.prompts.take(event)

    def _take_models(self, event: ModelsChanged) -> None:
        self._models = event
        if self._made is not None:
            self._made.assistants.take_models(event)
        self._offer_model()

    def _take_engine(self, event: EngineChanged) -> None:
        self._engine = event.state
        self._offer_model()

    # --- inside ---

    def _now(self) -> Assistant:
        if self._briefed is not None:
            return self._briefed.assistant
        return Assistant(PLAIN, "Inglenook", "flame")

    def _offer_model(self) -> None:
        briefed, wanted = self._briefed, self._wanted_model()
        if briefed is None or wanted is None:
            self.offer.withdraw()
        else:
            self.offer.offer(name_of(briefed.assistant), wanted.name, wanted.path)

    def _wanted_model(self) -> InstalledModel | None:
        """Return the installed model to offer: the assistant's, unless it is loaded."""
        if self._briefed is None or not self._briefed.assistant.model:
            return None
        file, loaded = self._briefed.assistant.model, self._engine.model
        is_there = loaded is not None and PurePath(loaded.path).name == file
        is_busy = self._engine.phase is EnginePhase.LOADING
        if is_there or is_busy or (self._briefed.chat, file) in self._declined:
            return None
        models = self._models.models
        return next((each for each in models if PurePath(each.path).name == file), None)

    def _open(self, tab: int) -> "AssistantsPage":
        if self._made is None:
            self._make_page()
        page = self._made
        assert page is not None
        page.show_tab(tab)
        self._pages.open(PAGE)
        return page

    def _make_page(self) -> "AssistantsPage":
        from inglenook.ui.assistants.page import AssistantsPage  # noqa: PLC0415

        if self._made is None:
            self._made = page = AssistantsPage(self._look, self._services, self._toast)
            page.assistants.take_models(self._models)
            page.assistants.take(self._assistants)
            page.prompts.take(self._prompts)
            page.use_asked.connect(self._begin_with)
            page.try_asked.connect(self._try_prompt)
        return self._made

    def _mark_row(self) -> None:
        is_open = self._made is not None and self._pages.shown is self._made
        self._side.assistants.setChecked(is_open)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._page.composer and event.type() == QEvent.Type.Resize:
            is_small = self._page.composer.width() < self._look.px(_ROOM_FOR_NAME)
            self.button.set_small(is_small=is_small)
        return False
