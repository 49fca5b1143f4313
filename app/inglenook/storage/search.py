"""Full-text search over messages and titles, for any words a person may type."""

import sqlite3
import unicodedata
from dataclasses import dataclass

from inglenook.core.ids import ChatId, NodeId
from inglenook.storage.text import storable

_MOST_WORDS = 16
_LONGEST_WORD = 64
_SNIPPET_WORDS = 16

_IN_TITLES = """
SELECT chat.id, chat.title, NULL, snippet(chat_index, 0, char(2), char(3), '…', ?3)
FROM chat_index JOIN chat ON chat.row = chat_index.rowid
WHERE chat_index MATCH ?1 AND chat.removed_ms IS NULL
ORDER BY chat_index.rank, chat.updated_ms DESC LIMIT ?2"""
_IN_MESSAGES = """
SELECT chat.id, chat.title, message.id, snippet(message_index, 0, char(2), char(3), '…', ?3)
FROM message_index JOIN message ON message.row = message_index.rowid
JOIN chat ON chat.row = message.chat
WHERE message_index MATCH ?1 AND chat.removed_ms IS NULL
ORDER BY message_index.rank LIMIT ?2"""


@dataclass(frozen=True, slots=True)
class Hit:
    r"""One found message or title.

    Attributes:
        node: The message found, or None when the chat's title matched.
        snippet: Plain text around the match; matches stand between ``\x02`` and ``\x03``.
    """

    chat: ChatId
    title: str
    node: NodeId | None
    snippet: str


def find(connection: sqlite3.Connection, query: str, limit: int) -> tuple[Hit, ...]:
    """Return hits, titles first, then messages, each best first; none for no words."""
    pattern = as_pattern(query)
    if not pattern or limit < 1:
        return ()
    hits: list[Hit] = []
    for statement in (_IN_TITLES, _IN_MESSAGES):
        rows = connection.execute(statement, (pattern, limit - len(hits), _SNIPPET_WORDS))
        hits.extend(Hit(*row) for row in rows)
    return tuple(hits)


def as_pattern(query: str) -> str:
    """Return an FTS5 expression that asks for every word as a beginning; ``""`` for none."""
    words = unicodedata.normalize("NFC", storable(query)).replace('"', " ").replace("\0", " ")
    kept = [word[:_LONGEST_WORD] for word in words.split() if any(map(str.isalnum, word))]
    return " ".join(f'"{word}"*' for word in kept[:_MOST_WORDS])


def index_message(connection: sqlite3.Connection, node: NodeId) -> None:
    """Make a message findable that was just stored, if it is finished."""
    connection.execute(
        "INSERT INTO message_index(rowid, text)"
        " SELECT row, text FROM message WHERE id = ? AND status <> 'writing'",
        (node,),
    )


def index_title(connection: sqlite3.Connection, chat: ChatId, title: str) -> None:
    """Give a stored chat a title, findable in place of the old one."""
    row = _forget_title(connection, chat)
    connection.execute("UPDATE chat SET title = ? WHERE row = ?", (title, row))
    if title:
        connection.execute("INSERT INTO chat_index(rowid, title) VALUES (?, ?)", (row, title))


def forget_chat(connection: sqlite3.Connection, chat: ChatId) -> None:
    """Take a chat that is about to be deleted out of the index."""
    row = _forget_title(connection, chat)
    connection.execute(
        "INSERT INTO message_index(message_index, rowid, text)"
        " SELECT 'delete', row, text FROM message WHERE chat = ? AND status <> 'writing'",
        (row,),
    )


def _forget_title(connection: sqlite3.Connection, chat: ChatId) -> int:
    row, title = connection.execute(
        "SELECT row, title FROM chat WHERE id = ?", (chat,)
    ).fetchone()
    if title:  # the index has no empty titles, and deleting what it lacks would damage it
        connection.execute(
            "INSERT INTO chat_index(chat_index, rowid, title) VALUES ('delete', ?, ?)",
            (row, title),
        )
    return int(row)


def forget_deleted(connection: sqlite3.Connection) -> None:
    """Rewrite the index without the words of deleted rows; it keeps them until then."""
    for index in ("message_index", "chat_index"):
        connection.execute(f"INSERT INTO {index}({index}) VALUES ('optimize')")  # noqa: S608 - names of ours


def rebuild(connection: sqlite3.Connection) -> None:
    """Make the whole index anew from what is stored."""
    for index in ("message_index", "chat_index"):
        connection.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608 - names of ours
