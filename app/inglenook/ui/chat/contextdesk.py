"""Joins the ring that tells how full the context is to the composer and the model."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from inglenook.chat.attachment import with_documents
from inglenook.chat.fill import fill_of
from inglenook.models.fit import Wish
from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.events import ConversationChanged, EngineChanged, EngineState
from inglenook.services.messagenews import SummaryWritten
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.contextring import ContextCard, ContextRing
from inglenook.ui.chat.readiness import reach_of
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.page import ChatPage

COUNT_AFTER_MS = 300
_NARROW = 620


class ContextDesk(QObject):
    """Counts what fills the context, and does something about it when asked.

    Threads: the UI thread.
    """

    def __init__(
        self, look: Look, services: "Services", page: "ChatPage", toast: Toast
    ) -> None:
        """Join the parts.

        Args:
            look: Colours and type.
            services: Load the model and write summaries.
            page: Whose chat is counted.
            toast: Says that a summary is being written.
        """
        super().__init__(page)
        self._look, self._services, self._page, self._toast = look, services, page, toast
        self._engine = EngineState()
        self._instructions = ""
        self.ring = ContextRing(look)
        page.composer.add_gauge(self.ring)
        page.composer.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(COUNT_AFTER_MS)
        self._timer.timeout.connect(self.count)
        page.composer.field.textChanged.connect(self._timer.start)
        page.composer.attached_changed.connect(self._timer.start)
        self.ring.clicked.connect(self.open_card)

    def listen(self, bridge: Bridge) -> None:
        """Follow the announcements about chats and the model."""
        bridge.conversation_opened.connect(self._timer.start)
        bridge.conversation_changed.connect(self._take_change)
        bridge.engine_changed.connect(self.take_engine)
        bridge.chat_briefed.connect(self._take_briefing)
        bridge.summary_written.connect(self._take_summary)

    def count(self) -> None:
        """Count anew what fills the context."""
        conversation = self._page.conversation
        path = conversation.path() if conversation is not None else ()
        tokens = reach_of(self._engine).context_tokens
        composer = self._page.composer
        draft = with_documents(composer.text(), composer.attached())
        fill = fill_of(path, tokens, instructions=self._instructions, draft=draft)
        self.ring.show_fill(fill)

    def open_card(self) -> None:
        """Show what fills the context."""
        self.count()
        self.card().open_above(self.ring)

    def card(self) -> ContextCard:
        """Return what fills the context now, with what can be done."""
        reach = reach_of(self._engine)
        can_be_longer = reach.longest_tokens > reach.context_tokens
        card = ContextCard(self._look, self._page, self.ring.fill, can_be_longer=can_be_longer)
        card.summary_asked.connect(self._summarise)
        card.longer_asked.connect(self._load_longer)
        return card

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            narrow = self._look.px(_NARROW)
            self.ring.set_short(is_short=self._page.composer.width() < narrow)
        return super().eventFilter(watched, event)

    # --- what people do ---

    def _summarise(self) -> None:
        if self._page.conversation is not None:
            self._services.summaries.write(self._page.conversation.id)
            stop = self._services.summaries.stop
            self._toast.show_message(tr("A summary is being written"), tr("Stop"), stop)

    def _load_longer(self) -> None:
        model, reach = self._engine.model, reach_of(self._engine)
        if model is not None:
            tokens = min(2 * reach.context_tokens, reach.longest_tokens)
            self._services.engine.load(model.path, Wish(context_tokens=tokens))

    # --- announcements ---

    def _take_change(self, event: ConversationChanged) -> None:
        now = self._page.conversation
        if now is not None and event.conversation.id == now.id:
            self._timer.start()

    def take_engine(self, event: EngineChanged) -> None:
        """Know the engine that the chat on screen has."""
        self._engine = event.state
        self._timer.start()

    def _take_briefing(self, event: ChatBriefed) -> None:
        now = self._page.conversation
        if now is not None and event.chat == now.id:
            texts = (event.assistant.instructions, event.instructions)
            self._instructions = "\n\n".join(each for each in texts if each.strip())
            self._timer.start()

    def _take_summary(self, event: SummaryWritten) -> None:
        if event.problem is not None:
            self._page.trouble.emit(event.problem)
            return
        chat = self._services.chat.create()
        head = tr("This is a summary of our earlier conversation:")
        self._services.drafts.keep(chat, f"{head}\n\n{event.text}\n\n")
        self._toast.show_message(tr("The summary waits in the message field"))
