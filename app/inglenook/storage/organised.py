"""How stored chats are kept in order: folder, pin, archive, who named them, and the trash.

Every call takes several chats and changes all of them in one transaction, or none. Chats that
are gone are passed over: another window may have erased one of them meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from inglenook.core.ids import ChatId, FolderId
from inglenook.storage import search, sqlite
from inglenook.storage.database import Database
from inglenook.storage.folders import no_such_folder
from inglenook.storage.text import storable

Author = Literal["", "model", "person"]
"""Who named a chat: nobody (then it is called by its first question), a model, or a person."""


@dataclass(frozen=True, slots=True)
class TrashedChat:
    """One chat in the trash.

    Attributes:
        removed_ms: When it came there, in milliseconds since 1970.
    """

    id: ChatId
    title: str
    removed_ms: int


class Organised:
    """The order of stored chats. A call that returns has everything on the disk.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def pin(self, chats: Iterable[ChatId], *, is_pinned: bool) -> None:
        """Have chats stand above the others, or no longer."""
        self._change("UPDATE chat SET pinned = ?1 WHERE id = ?2", is_pinned, chats)

    def archive(self, chats: Iterable[ChatId], now_ms: int) -> None:
        """Put chats aside; they are kept and found, but not on the list."""
        put_aside = "UPDATE chat SET archived_ms = ?1, pinned = 0 WHERE id = ?2"
        self._change(put_aside, now_ms, chats)

    def unarchive(self, chats: Iterable[ChatId]) -> None:
        """Bring chats back that were put aside."""
        self._change("UPDATE chat SET archived_ms = ?1 WHERE id = ?2", None, chats)

    def move(self, chats: Iterable[ChatId], folder: FolderId | None) -> None:
        """Put chats into a folder, or into none.

        Raises:
            NotFoundError: there is no such folder; every chat is where it was.
        """
        with self._database.writing() as connection:
            row = None
            if folder is not None:
                row = connection.execute(
                    "SELECT row FROM folder WHERE id = ?", (folder,)
                ).fetchone()
                if row is None:
                    raise no_such_folder(folder)
            connection.executemany(
                "UPDATE chat SET folder = ?1 WHERE id = ?2",
                [(row and row[0], chat) for chat in chats],
            )

    def name(self, chat: ChatId, title: str, author: Author, *, over: Sequence[Author]) -> bool:
        """Give a chat a title, if who named it before is among ``over``; tell whether.

        A chat that is not stored keeps its title in memory alone.
        """
        with self._database.writing() as connection:
            row = connection.execute("SELECT titled FROM chat WHERE id = ?", (chat,)).fetchone()
            if row is None or row[0] not in over:
                return False
            search.index_title(connection, chat, storable(title))
            connection.execute("UPDATE chat SET titled = ? WHERE id = ?", (author, chat))
        return True

    def remove(self, chats: Iterable[ChatId], now_ms: int) -> tuple[TrashedChat, ...]:
        """Put chats into the trash; return those that were not there yet."""
        removed = []
        with self._database.writing() as connection:
            for chat in chats:
                row = connection.execute(
                    "UPDATE chat SET removed_ms = ? WHERE id = ? AND removed_ms IS NULL"
                    " RETURNING title",
                    (now_ms, chat),
                ).fetchone()
                if row is not None:
                    removed.append(TrashedChat(chat, row[0], now_ms))
        return tuple(removed)

    def restore(self, chats: Iterable[ChatId]) -> tuple[ChatId, ...]:
        """Take chats out of the trash, to where they were; return those that were in it."""
        with self._database.writing() as connection:
            return tuple(
                chat
                for chat in chats
                if connection.execute(
                    "UPDATE chat SET removed_ms = NULL WHERE id = ? AND removed_ms IS NOT NULL",
                    (chat,),
                ).rowcount
            )

    def trash(self) -> tuple[TrashedChat, ...]:
        """Return what is in the trash, what came there last first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id, title, removed_ms FROM chat WHERE removed_ms IS NOT NULL"
                " ORDER BY removed_ms DESC, id DESC"
            ).fetchall()
        return tuple(TrashedChat(ChatId(id_), title, when) for id_, title, when in rows)

    def erase(self, chats: Iterable[ChatId]) -> tuple[ChatId, ...]:
        """Erase chats of the trash for good: rows, index, drafts, and the bytes they took.

        Chats that are not in the trash stay. Returns those that are gone.
        """
        with self._database.writing() as connection:
            once = dict.fromkeys(chats)
            gone = tuple(chat for chat in once if _is_in_trash(connection, chat))
            erase(connection, gone)
        if gone:
            self._database.forget_freed()
        return gone

    def erase_removed_before(self, moment_ms: int) -> tuple[ChatId, ...]:
        """Erase what came into the trash before a moment; return which chats that were."""
        old = [each.id for each in self.trash() if each.removed_ms < moment_ms]
        return self.erase(old) if old else ()

    def _change(self, statement: str, value: object, chats: Iterable[ChatId]) -> None:
        with self._database.writing() as connection:
            connection.executemany(statement, [(value, chat) for chat in chats])


def erase(connection: sqlite.Connection, chats: Sequence[ChatId]) -> None:
    """Delete chats with everything that belongs to them, inside a transaction."""
    for chat in chats:
        search.forget_chat(connection, chat)
        connection.execute("DELETE FROM chat WHERE id = ?", (chat,))
        connection.execute("DELETE FROM draft WHERE chat = ?", (chat,))
        connection.execute("DELETE FROM queued WHERE chat = ?", (chat,))
        connection.execute("DELETE FROM queued WHERE chat = ?", (chat,))
    if chats:
        search.forget_deleted(connection)


def _is_in_trash(connection: sqlite.Connection, chat: ChatId) -> bool:
    found = connection.execute(
        "SELECT 1 FROM chat WHERE id = ? AND removed_ms IS NOT NULL", (chat,)
    )
    return found.fetchone() is not None
