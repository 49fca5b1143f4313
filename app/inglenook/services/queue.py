"""Messages that wait in a chat until the answer that is being written has ended."""

import threading
from collections.abc import Callable
from functools import partial

from inglenook.chat.message import Message, Status
from inglenook.core.ids import ChatId
from inglenook.services.bus import Bus
from inglenook.services.messagenews import QueueChanged
from inglenook.services.store import Store
from inglenook.storage.drafts import Drafts

_WHOLE = {Status.COMPLETE, Status.CUT}


class QueueService:
    """A queue for each chat, kept over restarts.

    The next message is sent when an answer comes to its end. After one that was stopped or
    failed the queue stays as it is, until its messages are sent by hand or the next answer
    comes to its end.

    Threads: every public method returns at once and may be called from any thread, except
    ``ended``; the work is done on the store's worker.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        send: Callable[[ChatId, str], None],
        is_answering: Callable[[ChatId], bool],
    ) -> None:
        """Read nothing yet.

        Args:
            bus: Told of each change.
            store: Keeps the queues; closed by its owner.
            send: Sends a message; what is being written in the chat ends then.
            is_answering: Tells on the store's worker whether something is.
        """
        self._bus, self._store = bus, store
        self._send, self._is_answering = send, is_answering
        self._lock = threading.Lock()
        self._queues: dict[ChatId, tuple[str, ...]] = {}  # guarded by the lock

    def start(self) -> None:
        """Read what is kept."""
        self._store.post(self._read)

    def of(self, chat: ChatId) -> tuple[str, ...]:
        """Return what waits in a chat, the next first."""
        with self._lock:
            return self._queues.get(chat, ())

    def add(self, chat: ChatId, text: str) -> None:
        """Have a message wait; it is sent at once if nothing is being written any more."""
        self._store.post(partial(self._add, chat, text))

    def arrange(self, chat: ChatId, texts: tuple[str, ...], *, was: tuple[str, ...]) -> None:
        """Put other messages, or the same in another order, in the place of a queue.

        Args:
            chat: Whose queue.
            texts: What shall wait.
            was: The queue as the person saw it; nothing changes if it is another by now.
        """
        self._store.post(partial(self._arrange, chat, texts, was))

    def send_now(self, chat: ChatId, place: int, text: str) -> None:
        """Stop what is being written and send a message of the queue.

        Args:
            chat: Whose queue.
            place: Where it stands, 0 for the next.
            text: What it says; nothing happens if something else stands there by now.
        """
        self._store.post(partial(self._send_now, chat, place, text))

    # --- on the store's worker ---

    def ended(self, chat: ChatId, answer: Message) -> None:
        """Send the next message after an answer that came to its end."""
        waiting = self.of(chat)
        if waiting and answer.status in _WHOLE:
            self._send_from(chat, waiting, 0)

    def _read(self) -> None:
        kept = Drafts(self._store.database).queues()
        with self._lock:
            self._queues = {**kept, **self._queues}
        for chat in kept:
            self._bus.publish(QueueChanged(chat, self.of(chat)))

    def _add(self, chat: ChatId, text: str) -> None:
        if self._is_answering(chat):
            self._become(chat, (*self.of(chat), text))
        else:
            self._send(chat, text)

    def _arrange(self, chat: ChatId, texts: tuple[str, ...], was: tuple[str, ...]) -> None:
        if self.of(chat) == was:
            self._become(chat, texts)

    def _send_now(self, chat: ChatId, place: int, text: str) -> None:
        waiting = self.of(chat)
        if waiting[place : place + 1] == (text,):
            self._send_from(chat, waiting, place)

    def _send_from(self, chat: ChatId, waiting: tuple[str, ...], place: int) -> None:
        self._become(chat, waiting[:place] + waiting[place + 1 :])
        self._send(chat, waiting[place])

    def _become(self, chat: ChatId, texts: tuple[str, ...]) -> None:
        with self._lock:
            self._queues[chat] = texts
        self._bus.publish(QueueChanged(chat, texts))
        Drafts(self._store.database).keep_queue(chat, texts)
