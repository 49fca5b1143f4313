"""Joins what is not sent yet to the composer: drafts of each chat, and queued messages."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from inglenook.core.ids import ChatId
from inglenook.services.events import ChatsAnswering, ConversationOpened
from inglenook.services.messagenews import QueueChanged
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.queuetray import QueueTray
from inglenook.ui.style import Look
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.page import ChatPage

WRITE_AFTER_MS = 600
"""So long after the last key a draft is kept: a crash costs few words, and no key waits."""


class UnsentDesk(QObject):
    """Keeps drafts, and has messages wait while an answer is written.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services", page: "ChatPage") -> None:
        """Join the parts.

        Args:
            look: Colours and type.
            services: Keep both over restarts.
            page: Where messages are written.
        """
        super().__init__(page)
        self._drafts, self._queue = services.drafts, services.queue
        self._page, self._chat = page, ChatId("")
        self._answering: frozenset[ChatId] = frozenset()
        self.tray = QueueTray(look)
        page.composer.add_tray(self.tray)
        page.recall, page.remember = self._drafts.of, self._drafts.keep
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_AFTER_MS)
        self._timer.timeout.connect(page.keep_draft)
        page.composer.field.textChanged.connect(self._timer.start)
        page.composer.queued.connect(self._add)
        self.tray.arranged.connect(self._arrange)
        self.tray.edit_asked.connect(self._edit)
        self.tray.now_asked.connect(self._send_now)

    def listen(self, bridge: Bridge) -> None:
        """Follow the announcements about chats and queues."""
        bridge.conversation_opened.connect(self._take_chat)
        bridge.queue_changed.connect(self._take_queue)
        bridge.chats_answering.connect(self._take_answering)

    # --- what people do ---

    def _add(self, text: str) -> None:
        self._queue.add(self._chat, text)
        self._page.composer.clear()
        speak(self._page.composer, tr("The message waits for the answer to end"))

    def _arrange(self, texts: tuple[str, ...]) -> None:
        self._queue.arrange(self._chat, texts, was=self._queue.of(self._chat))
        self._page.composer.field.setFocus()

    def _edit(self, place: int) -> None:
        waiting = self._queue.of(self._chat)
        if place >= len(waiting):
            return
        composer = self._page.composer
        if written := composer.text():  # what is being written waits in its stead
            texts = (*waiting[:place], written, *waiting[place + 1 :])
        else:
            texts = waiting[:place] + waiting[place + 1 :]
        composer.put(waiting[place])
        self._arrange(texts)

    def _send_now(self, place: int) -> None:
        waiting = self._queue.of(self._chat)
        if place < len(waiting):
            self._queue.send_now(self._chat, place, waiting[place])
            self._page.composer.field.setFocus()

    # --- announcements ---

    def _take_chat(self, event: ConversationOpened) -> None:
        self._chat = event.conversation.id
        self._show()

    def _take_queue(self, event: QueueChanged) -> None:
        if event.chat == self._chat:
            self._show()

    def _take_answering(self, event: ChatsAnswering) -> None:
        self._answering = event.chats
        self._show()

    def _show(self) -> None:
        waiting = self._queue.of(self._chat)
        self.tray.show_queue(waiting, is_answering=self._chat in self._answering)
