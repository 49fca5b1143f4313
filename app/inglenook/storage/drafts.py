"""What was written and is not sent yet: the drafts of chats, and messages that are queued."""

from collections.abc import Sequence

from inglenook.core.ids import ChatId
from inglenook.storage.database import Database
from inglenook.storage.text import storable

_FORGET_STRAYS = (
    "DELETE FROM draft WHERE chat <> ? AND chat NOT IN (SELECT id FROM chat)",
    "DELETE FROM queued WHERE chat <> ? AND chat NOT IN (SELECT id FROM chat)",
)


class Drafts:
    """Unsent texts by chat. A call that returns has everything on the disk.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[ChatId, str]:
        """Return every draft."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT chat, text FROM draft").fetchall()
        return {ChatId(chat): text for chat, text in rows}

    def keep(self, chat: ChatId, text: str, now_ms: int) -> None:
        """Keep what is being written in a chat, in place of what was; ``""`` for nothing."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM draft WHERE chat = ?", (chat,))
            if text:
                connection.execute(
                    "INSERT INTO draft(chat, text, changed_ms) VALUES (?, ?, ?)",
                    (chat, storable(text), now_ms),
                )

    def queues(self) -> dict[ChatId, tuple[str, ...]]:
        """Return every queue, the next message first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT chat, text FROM queued ORDER BY chat, position"
            ).fetchall()
        found: dict[ChatId, tuple[str, ...]] = {}
        for chat, text in rows:
            found[ChatId(chat)] = (*found.get(ChatId(chat), ()), text)
        return found

    def keep_queue(self, chat: ChatId, texts: Sequence[str]) -> None:
        """Keep the queue of a chat, in place of what it was."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM queued WHERE chat = ?", (chat,))
            connection.executemany(
                "INSERT INTO queued(chat, position, text) VALUES (?, ?, ?)",
                [(chat, place, storable(text)) for place, text in enumerate(texts)],
            )

    def forget_strays(self, but: ChatId) -> None:
        """Erase what was written in chats that are gone, or were never sent anything.

        Args:
            but: A chat that is about to be opened although it is not stored yet.
        """
        with self._database.writing() as connection:
            for statement in _FORGET_STRAYS:
                connection.execute(statement, (but,))
