"""Whole chats out of the database and into it: what export and import are made of."""

import itertools
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.message import Message
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.storage import search, sqlite
from inglenook.storage.comparison import comparison_text
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.text import storable

_ABOUT = """
SELECT chat.row, updated_ms, titled, assistant, folder.name, pinned, archived_ms
FROM chat LEFT JOIN folder ON folder.row = chat.folder WHERE chat.id = ?"""
_FILES = """
SELECT message.id, name, kind, media_type, size_bytes, attachment.text, attachment.note, data
FROM attachment JOIN message ON message.row = attachment.message
WHERE message.chat = ? ORDER BY message.row, position"""
_ADD_CHAT = """
INSERT INTO chat(id, title, created_ms, updated_ms, head, titled, assistant, folder, pinned,
    archived_ms)
VALUES (?, '', ?, ?, ?, ?, ?, (SELECT min(row) FROM folder WHERE name = ?), ?, ?)"""
_ADD_MESSAGE = """
INSERT INTO message(chat, id, parent, role, text, created_ms, status, thinking, model, note,
    prompt_tokens, reused_tokens, answer_tokens, first_token_s, tokens_per_s,
    left_out, needs_tokens, comparison, made)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_FILE = """
INSERT INTO attachment(message, position, name, kind, media_type, size_bytes, text, data, note)
VALUES ((SELECT row FROM message WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_FOLDER = """
INSERT INTO folder(id, name, position, created_ms)
SELECT ?1, ?2, (SELECT 1 + coalesce(max(position), 0) FROM folder), ?3
WHERE NOT EXISTS (SELECT 1 FROM folder WHERE name = ?2)"""
_LATEST_MS = 1 << 47
_DICE_BITS = 78


class PortableChats:
    """Stored chats with all that belongs to them.

    Threads: the database's owner. With a database opened to read, only the calls that read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._conversations = Conversations(database)

    def load(self, chat: ChatId) -> PortableChat:
        """Return a chat.

        Raises:
            NotFoundError: there is no such chat.
        """
        conversation = self._conversations.load(chat)
        with self._database.reading() as connection:
            row, updated, titled, assistant, folder, pinned, archived = connection.execute(
                _ABOUT, (chat,)
            ).fetchone()
            files: dict[NodeId, tuple[Attachment, ...]] = {}
            for node, name, kind, *about in connection.execute(_FILES, (row,)):
                file = Attachment(name, Kind(kind), *about)
                files[node] = (*files.get(node, ()), file)
            made = connection.execute(
                "SELECT id, made FROM message WHERE chat = ? AND made IS NOT NULL", (row,)
            ).fetchall()
        return PortableChat(
            _alone(conversation),
            updated,
            titled,
            assistant,
            folder or "",
            bool(pinned),
            archived,
            files,
            dict(made),
        )

    def known(self, chats: Iterable[ChatId]) -> frozenset[ChatId]:
        """Return which of these chats are here already, in the trash or not."""
        with self._database.reading() as connection:
            return frozenset(
                chat
                for chat in chats
                if connection.execute("SELECT 1 FROM chat WHERE id = ?", (chat,)).fetchone()
            )

    def every(self) -> tuple[ChatId, ...]:
        """Return all chats that are not in the trash, archived ones too, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM chat WHERE removed_ms IS NULL ORDER BY created_ms, id"
            ).fetchall()
        return tuple(ChatId(row[0]) for row in rows)

    def add(self, chat: PortableChat) -> None:
        """Store a chat with everything in it, or nothing.

        If another chat has a message with one of its ids, all its messages get new ones.

        Raises:
            StorageError: a chat with its id is here already; nothing was kept.
        """
        with self._database.writing() as connection:
            if _is_taken(connection, chat):
                chat = chat.renumbered(_ids_after(chat))
            _add(connection, chat)


def _alone(conversation: Conversation) -> Conversation:
    """Return a chat whose messages do not have what a portable chat has beside them."""
    return Conversation.of(
        conversation.id,
        [replace(each, made=None, attachments=()) for each in conversation.nodes.values()],
        title=conversation.title,
        created_ms=conversation.created_ms,
        head=conversation.head,
    )


def _is_taken(connection: sqlite.Connection, chat: PortableChat) -> bool:
    return any(
        connection.execute("SELECT 1 FROM message WHERE id = ?", (node,)).fetchone()
        for node in chat.conversation.nodes
    )


def _ids_after(chat: PortableChat) -> Callable[[], str]:
    """Return what gives new ids: of the chat's time, in their order, with new dice."""
    began_ms = min(chat.conversation.created_ms, _LATEST_MS)
    first = secrets.randbits(_DICE_BITS)
    numbers = itertools.count(first)
    return lambda: sortable_id(began_ms, next(numbers))


def _add(connection: sqlite.Connection, chat: PortableChat) -> None:
    conversation = chat.conversation
    if chat.folder:
        name = storable(chat.folder)
        folder = sortable_id(min(chat.updated_ms, _LATEST_MS), secrets.randbits(_DICE_BITS))
        connection.execute(_ADD_FOLDER, (folder, name, chat.updated_ms))
    about = (chat.titled, storable(chat.assistant), storable(chat.folder))
    row = connection.execute(
        _ADD_CHAT,
        (
            conversation.id,
            conversation.created_ms,
            chat.updated_ms,
            conversation.head,
            *about,
            chat.is_pinned,
            chat.archived_ms,
        ),
    ).lastrowid
    search.index_title(connection, conversation.id, storable(conversation.title))
    for message in conversation.nodes.values():
        connection.execute(_ADD_MESSAGE, (row, *_columns(message, chat.made.get(message.id))))
        search.index_message(connection, message.id)
        _add_files(connection, message.id, chat)


def _add_files(connection: sqlite.Connection, node: NodeId, chat: PortableChat) -> None:
    for place, file in enumerate(chat.files.get(node, ())):
        name, media, text, note = map(
            storable, (file.name, file.media_type, file.text, file.note)
        )
        connection.execute(
            _ADD_FILE,
            (node, place, name, file.kind, media, file.size_bytes, text, file.data, note),
        )


def _columns(message: Message, made: str | None) -> tuple[object, ...]:
    cost = message.timings
    numbers: tuple[float | None, ...] = (None,) * 5
    if cost is not None:
        tokens = (cost.prompt_tokens, cost.reused_tokens, cost.answer_tokens)
        numbers = (*tokens, cost.first_token_s, cost.tokens_per_s)
    texts = (message.status, message.thinking, message.model, message.note)
    return (
        message.id,
        message.parent,
        message.role,
        storable(message.text),
        message.created_ms,
        *map(storable, texts),
        *numbers,
        message.left_out,
        message.needs_tokens,
        comparison_text(message.comparison),
        None if made is None else storable(made),
    )
