"""Full-text search over messages and titles, for any words a person may type."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from inglenook.core.ids import ChatId, NodeId
from inglenook.storage import sqlite
from inglenook.storage.text import storable

_MOST_WORDS = 16
_LONGEST_WORD = 64
_SNIPPET_WORDS = 16
_SNIPPET_LETTERS = 60
_LONGEST_SNIPPET = 400
_MOST_RANKED = 2000
"""Of more messages than these the newest come first: to rank 40,000 that all have the words
takes 0.16 s, and a rank among so many says little (measured 2026-11)."""
_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Japanese and Chinese letters."""
_LOOKED_THROUGH = 200_000
"""Characters of a document in which a match is looked for, to be shown."""
_LIKE_SIGNS = re.compile("[%_!]")

_IN_TITLES = """
SELECT chat.id, chat.title, NULL, snippet(chat_index, 0, char(2), char(3), '…', ?3),
    chat.archived_ms IS NOT NULL
FROM chat_index JOIN chat ON chat.row = chat_index.rowid
WHERE chat_index MATCH ?1 AND chat.removed_ms IS NULL
ORDER BY chat_index.rank, chat.updated_ms DESC LIMIT ?2"""
_IN_MESSAGES = """
SELECT chat.id, chat.title, message.id, snippet(message_index, 0, char(2), char(3), '…', ?3),
    chat.archived_ms IS NOT NULL
FROM message_index JOIN message ON message.row = message_index.rowid
JOIN chat ON chat.row = message.chat
WHERE message_index MATCH ?1 AND chat.removed_ms IS NULL
ORDER BY message_index.rank LIMIT ?2"""
_NEWEST_MESSAGES = _IN_MESSAGES.replace("message_index.rank", "message_index.rowid DESC")
_ARE_MANY = "SELECT 1 FROM message_index WHERE message_index MATCH ? LIMIT 1 OFFSET ?"
_IN_ATTACHMENTS = """
SELECT chat.id, chat.title, message.id,
    attachment.name || char(10) || substr(attachment.text, 1, ?3), chat.archived_ms IS NOT NULL
FROM attachment_index JOIN attachment ON attachment.row = attachment_index.rowid
JOIN message ON message.row = attachment.message
JOIN chat ON chat.row = message.chat
WHERE attachment_index MATCH ?1 AND chat.removed_ms IS NULL
ORDER BY attachment_index.rank LIMIT ?2"""

_ALL_MESSAGES = """
SELECT chat.id, chat.title, message.id, message.text, chat.archived_ms IS NOT NULL
FROM message JOIN chat ON chat.row = message.chat
WHERE chat.removed_ms IS NULL AND message.status <> 'writing'"""


@dataclass(frozen=True, slots=True)
class Hit:
    r"""One found message or title.

    Attributes:
        node: The message found, or None when the chat's title matched.
        snippet: Text around the match; matches stand between ``\x02`` and ``\x03``.
        is_archived: The chat was put aside.
    """

    chat: ChatId
    title: str
    node: NodeId | None
    snippet: str
    is_archived: bool = False


def find(connection: sqlite.Connection, query: str, limit: int) -> tuple[Hit, ...]:
    """Return hits: titles, then messages, then what is attached to them, best first."""
    words = words_of(query)
    if not words or limit < 1:
        return ()
    hits: list[Hit] = []
    pattern = " ".join(f'"{word}"*' for word in words)
    are_many = connection.execute(_ARE_MANY, (pattern, _MOST_RANKED)).fetchone()
    for statement in (_IN_TITLES, _NEWEST_MESSAGES if are_many else _IN_MESSAGES):
        rows = connection.execute(statement, (pattern, limit - len(hits), _SNIPPET_WORDS))
        hits += [
            Hit(chat, title, node, _short(near), bool(is_archived))
            for chat, title, node, near, is_archived in rows
        ]
    hits += _in_attachments(connection, pattern, words, limit - len(hits))
    if any(map(_WITHOUT_SPACES.search, words)):
        known = {hit.node for hit in hits}
        hits += [
            hit for hit in _in_running_text(connection, words, limit) if hit.node not in known
        ]
    return tuple(hits[:limit])


def _short(snippet: str) -> str:
    """Return a snippet cut to a bearable length: sixteen words may be of any length."""
    if len(snippet) <= _LONGEST_SNIPPET:
        return snippet
    start = max(0, snippet.find("\x02") - _SNIPPET_LETTERS // 2)
    piece = snippet[start : start + _LONGEST_SNIPPET]
    is_open = piece.count("\x02") > piece.count("\x03")
    return f"{piece}\x03…" if is_open else f"{piece}…"


def words_of(query: str) -> list[str]:
    """Return the words to look for, few and short enough; none if there are only signs."""
    plain = unicodedata.normalize("NFC", storable(query)).replace('"', " ").replace("\0", " ")
    kept = [word[:_LONGEST_WORD] for word in plain.split() if any(map(str.isalnum, word))]
    return kept[:_MOST_WORDS]


def _in_attachments(
    connection: sqlite.Connection, pattern: str, words: list[str], limit: int
) -> Iterator[Hit]:
    """Return hits in documents.

    SQLite's own snippets took 3.4 s for twenty documents of 190 KB with a frequent word.
    """
    rows = connection.execute(_IN_ATTACHMENTS, (pattern, limit, _LOOKED_THROUGH))
    for chat, title, node, text, is_archived in rows:
        near = " ".join(_around(text, words).split())
        yield Hit(chat, title, node, near, bool(is_archived))


def _in_running_text(
    connection: sqlite.Connection, words: list[str], limit: int
) -> Iterator[Hit]:
    """Look through every message, newest first, for scripts that put no spaces between words.

    The index has such a run of letters as one word and finds only how it begins.
    """
    everywhere = " AND ".join(["message.text LIKE ? ESCAPE '!'"] * len(words))
    likes = ["%" + _LIKE_SIGNS.sub(r"!\g<0>", word) + "%" for word in words]
    rows = connection.execute(
        f"{_ALL_MESSAGES} AND {everywhere} ORDER BY message.id DESC LIMIT ?",
        (*likes, limit),
    )
    for chat, title, node, text, is_archived in rows:
        yield Hit(chat, title, node, _around(text, words), bool(is_archived))


def _around(text: str, words: list[str]) -> str:
    """Return the text near the first of the words found, with every word in it marked."""
    either = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    first = either.search(text)
    start = max(0, first.start() - _SNIPPET_LETTERS // 2) if first else 0
    piece = text[start : start + _SNIPPET_LETTERS]
    marked = either.sub("\x02\\g<0>\x03", piece.replace("\x02", " ").replace("\x03", " "))
    before = "…" if start else ""
    return f"{before}{marked}{'…' if start + len(piece) < len(text) else ''}"


def index_message(connection: sqlite.Connection, node: NodeId) -> None:
    """Make a message findable that was just stored, if it is finished."""
    connection.execute(
        "INSERT INTO message_index(rowid, text)"
        " SELECT row, text FROM message WHERE id = ? AND status <> 'writing'",
        (node,),
    )


def forget_message(connection: sqlite.Connection, node: NodeId) -> None:
    """Take a finished message that is about to be written on out of the index."""
    connection.execute(
        "INSERT INTO message_index(message_index, rowid, text)"
        " SELECT 'delete', row, text FROM message WHERE id = ? AND status <> 'writing'",
        (node,),
    )


def index_title(connection: sqlite.Connection, chat: ChatId, title: str) -> None:
    """Give a stored chat a title, findable in place of the old one."""
    row = _forget_title(connection, chat)
    connection.execute("UPDATE chat SET title = ? WHERE row = ?", (title, row))
    if title:
        connection.execute("INSERT INTO chat_index(rowid, title) VALUES (?, ?)", (row, title))


def forget_chat(connection: sqlite.Connection, chat: ChatId) -> None:
    """Take a chat that is about to be deleted out of the index."""
    row = _forget_title(connection, chat)
    connection.execute(
        "INSERT INTO message_index(message_index, rowid, text)"
        " SELECT 'delete', row, text FROM message WHERE chat = ? AND status <> 'writing'",
        (row,),
    )


def _forget_title(connection: sqlite.Connection, chat: ChatId) -> int:
    row, title = connection.execute(
        "SELECT row, title FROM chat WHERE id = ?", (chat,)
    ).fetchone()
    if title:  # the index has no empty titles, and deleting what it lacks would damage it
        connection.execute(
            "INSERT INTO chat_index(chat_index, rowid, title) VALUES ('delete', ?, ?)",
            (row, title),
        )
    return int(row)


def forget_deleted(connection: sqlite.Connection) -> None:
    """Rewrite the index without the words of deleted rows; it keeps them until then."""
    for index in ("message_index", "chat_index", "attachment_index"):
        connection.execute(f"INSERT INTO {index}({index}) VALUES ('optimize')")  # noqa: S608 - names of ours


def rebuild(connection: sqlite.Connection) -> None:
    """Make the whole index anew from what is stored."""
    for index in ("message_index", "chat_index", "attachment_index"):
        connection.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608 - names of ours
