"""What is being written in each chat, kept over restarts."""

import threading
from functools import partial

from inglenook.core.ids import ChatId
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.storage.drafts import Drafts


class DraftService:
    """One unsent text for each chat.

    Threads: every public method returns at once and may be called from any thread; texts are
    written on the store's worker.
    """

    def __init__(self, store: Store) -> None:
        """Read nothing yet.

        Args:
            store: Keeps the drafts; closed by its owner.
        """
        self._store = store
        self._stamps = Stamps()
        self._lock = threading.Lock()
        self._texts: dict[ChatId, str] = {}  # guarded by the lock

    def start(self, last: ChatId | None) -> None:
        """Read what is kept; chats that are opened after this call have their drafts.

        Args:
            last: The chat that was on screen last, which need not be stored.
        """
        self._store.post(partial(self._read, last))

    def of(self, chat: ChatId) -> str:
        """Return what is being written in a chat, or ``""``."""
        with self._lock:
            return self._texts.get(chat, "")

    def keep(self, chat: ChatId, text: str) -> None:
        """Keep what is being written in a chat; ``""`` once it is sent or given up."""
        with self._lock:
            if self._texts.get(chat, "") == text:
                return
            self._texts[chat] = text
        self._store.post(partial(self._write, chat, text))

    # --- on the store's worker ---

    def _read(self, last: ChatId | None) -> None:
        drafts = Drafts(self._store.database)
        drafts.forget_strays(last or ChatId(""))
        with self._lock:
            # What was written meanwhile is newer.
            self._texts = {**drafts.all(), **self._texts}

    def _write(self, chat: ChatId, text: str) -> None:
        if self.of(chat) == text:  # else a later call writes what is newer
            Drafts(self._store.database).keep(chat, text, self._stamps.now_ms())
