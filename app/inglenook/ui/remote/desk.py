"""Engines elsewhere in the window: choosing one for a chat, and marking what leaves."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from inglenook.chat.elsewhere import HERE, Choice, Endpoint, OfferedModel
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.elsewhere import state_elsewhere
from inglenook.services.endpointnews import EndpointsChanged
from inglenook.services.events import (
    EngineChanged,
    EnginePhase,
    EngineState,
    ModelsChanged,
    SettingsChanged,
)
from inglenook.ui.bridge import Bridge
from inglenook.ui.remote.awaybar import AwayBar
from inglenook.ui.remote.words import badge_words, host_of, mark_words, new_chats_words
from inglenook.ui.sidebar import SideBar
from inglenook.ui.style import Look
from inglenook.ui.topbar import TopBar
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, problem_words, tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.page import ChatPage
    from inglenook.ui.remote.consent import ConsentDialog

_GONE = Endpoint("", "", "", "")


class RemoteDesk(QObject):
    """Passes what people want of engines elsewhere to the services, and shows where chats go.

    What the composer and its neighbours are told of the engine is that of the chat on
    screen: for a chat that is answered elsewhere, of the engine there.

    Signals:
        setup_asked(): other engines shall be set up.

    Threads: the UI thread.
    """

    setup_asked = Signal()

    def __init__(
        self,
        look: Look,
        services: "Services",
        window: QWidget,
        side: SideBar,
        top: TopBar,
        page: "ChatPage",
    ) -> None:
        """Know the parts.

        Args:
            look: Colours and type.
            services: Asked for everything.
            window: Dialogs stand before it.
            side: Says at its foot where chats are.
            top: Has the pill and the badge.
            page: Has the chat on screen.
        """
        super().__init__()
        self._look, self._services, self._window = look, services, window
        self._side, self._top, self._page = side, top, page
        self._endpoints: dict[str, Endpoint] = {}
        self._choice = HERE
        self._engine = EngineState()
        self._local = ""
        self._is_offline = services.settings.is_offline
        self._for_new = services.settings.now.new_chats
        self._ears: Sequence[Callable[[EngineChanged], None]] = ()
        self.bar = AwayBar(look)
        page.composer.add_tray(self.bar)
        pill = top.pill
        pill.elsewhere_chosen.connect(self.choose)
        pill.engines_asked.connect(self.setup_asked)
        pill.model_chosen.connect(self.stay)
        pill.new_chats_asked.connect(self.use_for_new)
        self.bar.back_asked.connect(self.stay)
        self.bar.network_asked.connect(self._switch_on)
        page.here_asked.connect(self.answer_here)

    def listen(self, bridge: Bridge, ears: Sequence[Callable[[EngineChanged], None]]) -> None:
        """Follow the announcements; call it after those that follow the engine themselves.

        Args:
            bridge: Tells what happened.
            ears: Told of the engine that the chat on screen has.
        """
        self._ears = ears
        bridge.endpoints_changed.connect(self._take_endpoints)
        bridge.chat_briefed.connect(self._take_briefing)
        bridge.engine_changed.connect(self._take_engine)
        bridge.models_changed.connect(self._take_models)
        bridge.settings_changed.connect(self._take_settings)

    # --- what people do ---

    def choose(self, endpoint: str, model: str) -> None:
        """Have an engine elsewhere answer the chat on screen; the first time it is asked."""
        found = self._endpoints.get(endpoint)
        if found is None:
            return
        choice = Choice(endpoint, model)
        if found.is_agreed:
            self._use(choice)
        else:
            self.ask(found, choice).open()

    def ask(self, endpoint: Endpoint, choice: Choice) -> "ConsentDialog":
        """Return the question whether a chat may leave this computer."""
        from inglenook.ui.remote.consent import ConsentDialog  # noqa: PLC0415 (opens faster)

        dialog = ConsentDialog(self._look, self._window, endpoint)
        dialog.accepted.connect(partial(self._agree, choice))
        return dialog

    def stay(self, _path: str = "") -> None:
        """Have this computer answer the chat on screen."""
        if self._choice.is_elsewhere:
            self._use(HERE)

    def use_for_new(self) -> None:
        """Have new chats begin with the engine of this chat, or with this computer again."""
        wanted = HERE if self._choice == self._for_new else self._choice
        try:
            self._services.new_chats.choose(wanted)
        except BadArgumentError as error:  # it was taken out a moment ago
            self.bar.say(problem_words(error.problem))
            return
        speak(self._top.pill, self._words_for_new(wanted))

    def answer_here(self, node: NodeId) -> None:
        """Have this computer answer again what the other engine did not."""
        chat = self._chat()
        if chat is None:
            return
        self._use(HERE)
        if self._engine.phase in {EnginePhase.NO_MODEL, EnginePhase.FAILED}:
            first = self._services.models.first_choice(self._services.settings.now.last_model)
            if first:
                self._services.engine.load(first)
        self._services.chat.regenerate(chat, node)

    def _agree(self, choice: Choice) -> None:
        self._services.endpoints.agree(choice.endpoint)
        self._use(choice)

    def _use(self, choice: Choice) -> None:
        chat = self._chat()
        if chat is not None:
            self._services.briefing.use(chat, choice)

    def _switch_on(self) -> None:
        self._services.settings.set_offline(is_offline=False)

    def _chat(self) -> ChatId | None:
        conversation = self._page.conversation
        return conversation.id if conversation is not None else None

    # --- announcements ---

    def _take_endpoints(self, told: EndpointsChanged) -> None:
        self._endpoints = {each.id: each for each in told.endpoints}
        self._top.pill.show_endpoints(told.endpoints)
        self._show()

    def _take_briefing(self, told: ChatBriefed) -> None:
        if told.chat == self._chat():
            was, self._choice = self._choice, told.choice
            if was.is_elsewhere or self._choice.is_elsewhere:
                self._show()

    def _take_engine(self, told: EngineChanged) -> None:
        self._engine = told.state
        if told.state.model is not None:
            self._local = told.state.model.name
        self._page.set_local_model(self._local)
        if self._choice.is_elsewhere:
            self._show()

    def _take_models(self, told: ModelsChanged) -> None:
        if not self._local and told.models:
            self._local = told.models[0].name
            self._page.set_local_model(self._local)

    def _take_settings(self, told: SettingsChanged) -> None:
        self._is_offline = self._services.settings.is_offline or told.offline
        was, self._for_new = self._for_new, self._services.settings.now.new_chats
        conversation = self._page.conversation
        if was != self._for_new and conversation is not None and conversation.head is None:
            self._services.briefing.tell(conversation.id)  # nothing was asked: it is new still
        if self._choice.is_elsewhere:
            self._show()
        else:
            self._offer_for_new()

    # --- what is shown ---

    def _show(self) -> None:
        """Show where the chat on screen goes, and tell everybody about its engine."""
        composer, choice = self._page.composer, self._choice
        self._offer_for_new()
        composer.effort.setVisible(not choice.is_elsewhere)  # one draft is written elsewhere
        if not choice.is_elsewhere:
            self.bar.hide()
            composer.set_away("")
            self._page.greeting.show_away("")
            self._side.show_away(is_away=False)
            self._top.show_away("", "")
            self._top.pill.show_away("", "")
            self._tell(self._engine)
            return
        endpoint = self._endpoints.get(choice.endpoint, _GONE)
        if endpoint is _GONE:
            self.bar.say(tr("This chat's engine is no longer set up."))
        else:
            self.bar.say(mark_words(endpoint), is_off=self._is_offline)
        composer.set_away(host_of(endpoint) or "?")
        self._page.greeting.show_away(self.bar.words.text())
        self._side.show_away(is_away=True)
        self._top.show_away(badge_words(endpoint), mark_words(endpoint))
        self._top.pill.show_away(
            one_line(OfferedModel(choice.model).name, 60), host_of(endpoint)
        )
        self._tell(state_elsewhere(endpoint, choice.model))
        if self._is_offline:
            composer.set_blocked(tr("The network is switched off."))

    def _offer_for_new(self) -> None:
        words = ""
        if self._choice != self._for_new:
            words = tr("Use for new chats")
        if self._for_new.is_elsewhere and self._choice in {HERE, self._for_new}:
            words = tr("Use this computer for new chats")
        self._top.pill.offer_for_new(words)

    def _words_for_new(self, choice: Choice) -> str:
        endpoint = self._endpoints.get(choice.endpoint)
        if endpoint is None:
            return tr("New chats are answered on this computer.")
        return new_chats_words(endpoint)

    def _tell(self, state: EngineState) -> None:
        """Tell everybody around the composer about the engine of the chat on screen."""
        self._page.show_engine(state, is_away=self._choice.is_elsewhere)
        for ear in self._ears:
            ear(EngineChanged(state))
        is_away, model = self._choice.is_elsewhere, self._engine.model
        self._page.greeting.offer_models(
            is_offered=not is_away and (model is None or model.starter),
            has_model=is_away or model is not None,
        )
