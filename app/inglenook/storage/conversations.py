"""Chats on disk: trees of messages that only grow, and a full-text index over them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError, NotFoundError
from inglenook.core.ids import ChatId, FolderId, NodeId
from inglenook.storage import attachments, search, sqlite
from inglenook.storage.comparison import comparison_from, comparison_text
from inglenook.storage.database import Database
from inglenook.storage.made import made_from, made_text
from inglenook.storage.search import Hit
from inglenook.storage.text import storable

_COLUMNS = (
    "id, parent, role, text, created_ms, status, thinking, model, note,"
    " prompt_tokens, reused_tokens, answer_tokens, first_token_s, tokens_per_s,"
    " left_out, needs_tokens, comparison, made"
)
_ADD_MESSAGE = f"""
INSERT INTO message(chat, writer, {_COLUMNS})
VALUES ((SELECT row FROM chat WHERE id = ?), {", ".join("?" * 19)})"""  # noqa: S608 - names of ours
_CHANGE_MESSAGE = """
UPDATE message SET text = ?, status = ?, thinking = ?, model = ?, note = ?, prompt_tokens = ?,
    reused_tokens = ?, answer_tokens = ?, first_token_s = ?, tokens_per_s = ?, left_out = ?,
    needs_tokens = ?, comparison = ?, made = ?, writer = ?
WHERE id = ? AND status = 'writing'"""
_GO_ON = """
UPDATE message SET status = 'writing', note = '', needs_tokens = 0, writer = ?
WHERE id = ? AND status IN ('stopped', 'cut', 'interrupted') AND NOT EXISTS (
    SELECT 1 FROM message AS reply
    WHERE reply.chat = message.chat AND reply.parent = message.id)"""
_SHOW = "UPDATE chat SET head = ?1 WHERE row = (SELECT chat FROM message WHERE id = ?1)"
_KEEP_CHAT = """
INSERT INTO chat(id, title, created_ms, updated_ms, head) VALUES (?1, '', ?2, ?2, ?3)
ON CONFLICT (id) DO UPDATE SET head = excluded.head"""
_ROLES = {str(role): role for role in Role}  # a third of the time of calling the enum
_STATES = {str(status): status for status in Status}


@dataclass(frozen=True, slots=True)
class ChatRow:
    """One chat as the side bar lists it.

    Attributes:
        updated_ms: When its newest message was added, in milliseconds since 1970.
        folder: Where it was put; None for nowhere.
        is_pinned: It stands above the others.
        is_archived: It was put aside.
    """

    id: ChatId
    title: str
    updated_ms: int
    folder: FolderId | None = None
    is_pinned: bool = False
    is_archived: bool = False


class Conversations:
    """Stored chats. A call that returns has everything on the disk.

    Threads: the database's owner. With a database opened to read, only the calls that read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def summaries(self) -> tuple[ChatRow, ...]:
        """Return every chat that was not removed, the one used last first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT chat.id, title, updated_ms, folder.id, pinned, archived_ms IS NOT NULL"
                " FROM chat LEFT JOIN folder ON folder.row = chat.folder"
                " WHERE removed_ms IS NULL ORDER BY updated_ms DESC, chat.id DESC"
            ).fetchall()
        return tuple(
            ChatRow(ChatId(id_), title, updated, folder, bool(is_pinned), bool(is_archived))
            for id_, title, updated, folder, is_pinned, is_archived in rows
        )

    def load(self, chat: ChatId) -> Conversation:
        """Return a chat with all its branches; a removed one too.

        Raises:
            NotFoundError: there is no such chat.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT row, title, created_ms, head FROM chat WHERE id = ?", (chat,)
            ).fetchone()
            if row is None:
                raise _no_such_chat(chat)
            messages = connection.execute(
                f"SELECT {_COLUMNS} FROM message WHERE chat = ? ORDER BY id",  # noqa: S608 - names of ours
                row[:1],
            ).fetchall()
            attached = attachments.of_chat(connection, row[0])
        _row, title, created_ms, head = row
        told = (attachments.joined(_message(each), attached) for each in messages)
        return Conversation.of(chat, told, title=title, created_ms=created_ms, head=head)

    def save_chat(self, conversation: Conversation) -> None:
        """Store title and head, and the chat itself if it is new; not its messages."""
        with self._database.writing() as connection:
            _keep_chat(connection, conversation)

    def grow(self, conversation: Conversation, messages: Iterable[Message]) -> None:
        """Store new messages, parents first, and the chat's title and head, all or nothing.

        Raises:
            StorageError: an id is taken or a parent is not in the chat; nothing was kept.
        """
        with self._database.writing() as connection:
            _keep_chat(connection, conversation)
            for message in messages:
                self._insert(connection, message, conversation.id)

    def add(self, message: Message, chat: ChatId) -> None:
        """Store a new message and make it the head of its chat.

        Raises:
            NotFoundError: there is no such chat.
            StorageError: its id is taken or its parent is not in the chat.
        """
        with self._database.writing() as connection:
            moved = connection.execute(
                "UPDATE chat SET head = ? WHERE id = ?", (message.id, chat)
            )
            if moved.rowcount == 0:
                raise _no_such_chat(chat)
            self._insert(connection, message, chat)

    def update(self, message: Message) -> None:
        """Store the present value of a message that is being written, or its last.

        Raises:
            NotFoundError: there is no such message.
            BadArgumentError: it is finished, and a finished message never changes.
        """
        with self._database.writing() as connection:
            changed = connection.execute(
                _CHANGE_MESSAGE, (*_what_grows(message), self._writer(message), message.id)
            )
            if changed.rowcount == 0:
                raise _why_not_changed(connection, message.id)
            search.index_message(connection, message.id)

    def go_on(self, message: Message) -> None:
        """Open an answer that stopped short of its end, to be written on, as the head.

        Raises:
            NotFoundError: there is no such message.
            BadArgumentError: it is complete, or something was said after it.
        """
        with self._database.writing() as connection:
            search.forget_message(connection, message.id)
            opened = connection.execute(_GO_ON, (self._database.token, message.id))
            if opened.rowcount == 0:
                raise _why_not_changed(connection, message.id)
            connection.execute(_SHOW, (message.id,))

    def set_head(self, chat: ChatId, head: NodeId | None) -> None:
        """Remember which branch is on screen.

        Raises:
            NotFoundError: there is no such chat.
        """
        self._change_chat("UPDATE chat SET head = ?2 WHERE id = ?1", chat, head)

    def interrupt_unfinished(self) -> int:
        """Mark answers whose writer died as interrupted, text kept; return how many.

        Another running instance that is writing keeps its own.
        """
        with self._database.writing() as connection:
            alive = self._database.living_writers()
            rows = connection.execute("SELECT id, writer FROM message WHERE status = 'writing'")
            orphans = [node for node, writer in rows.fetchall() if writer not in alive]
            for node in orphans:
                connection.execute(
                    "UPDATE message SET status = 'interrupted', writer = NULL WHERE id = ?",
                    (node,),
                )
                search.index_message(connection, node)
        return len(orphans)

    def search(self, query: str, limit: int = 50) -> tuple[Hit, ...]:
        """Find messages and titles with every word of the query, the last ones best first.

        Args:
            query: Any text; each word also finds longer words that begin with it.
            limit: The most hits returned.
        """
        with self._database.reading() as connection:
            return search.find(connection, query, limit)

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _writer(self, message: Message) -> str | None:
        return self._database.token if message.status is Status.WRITING else None

    def _insert(self, connection: sqlite.Connection, message: Message, chat: ChatId) -> None:
        text, *rest = _what_grows(message)
        place = (chat, self._writer(message), message.id, message.parent, message.role)
        connection.execute(_ADD_MESSAGE, (*place, text, message.created_ms, *rest))
        connection.execute(
            "UPDATE chat SET updated_ms = ? WHERE id = ?", (message.created_ms, chat)
        )
        attachments.keep(connection, message)
        search.index_message(connection, message.id)

    def _change_chat(self, statement: str, chat: ChatId, *values: object) -> None:
        with self._database.writing() as connection:
            if connection.execute(statement, (chat, *values)).rowcount == 0:
                raise _no_such_chat(chat)


def _keep_chat(connection: sqlite.Connection, chat: Conversation) -> None:
    connection.execute(_KEEP_CHAT, (chat.id, chat.created_ms, chat.head))
    search.index_title(connection, chat.id, storable(chat.title))


def _what_grows(message: Message) -> tuple[str | float | None, ...]:
    """Return the columns that may change while an answer is written."""
    texts = (message.text, message.status, message.thinking, message.model, message.note)
    cost = message.timings
    numbers: tuple[float | None, ...] = (None,) * 5
    if cost is not None:
        tokens = (cost.prompt_tokens, cost.reused_tokens, cost.answer_tokens)
        numbers = (*tokens, cost.first_token_s, cost.tokens_per_s)
    rest = (message.left_out, message.needs_tokens)
    made = (comparison_text(message.comparison), made_text(message.made))
    return (*map(storable, texts), *numbers, *rest, *made)


def _message(row: tuple[Any, ...]) -> Message:
    node, parent, role, text, created_ms, status, thinking, model, note, *rest = row
    *cost, left_out, needs_tokens, comparison, made = rest
    return Message(
        id=node,
        parent=parent,
        role=_ROLES[role],
        text=text,
        created_ms=created_ms,
        status=_STATES[status],
        thinking=thinking,
        model=model,
        note=note,
        # SQLite keeps "not a number" as NULL.
        timings=None if cost[0] is None else Timings(*(number or 0 for number in cost)),
        left_out=left_out,
        needs_tokens=needs_tokens,
        comparison=comparison_from(comparison),
        made=made_from(made),
    )


def _no_such_chat(chat: ChatId) -> NotFoundError:
    return NotFoundError("This chat is no longer there", "Choose another one.", chat=chat)


def _why_not_changed(
    connection: sqlite.Connection, node: NodeId
) -> NotFoundError | BadArgumentError:
    if connection.execute("SELECT 1 FROM message WHERE id = ?", (node,)).fetchone():
        return BadArgumentError(
            "A finished message is never changed", "Add a new version of it.", node=node
        )
    return NotFoundError("This message is no longer there", "Open the chat again.", node=node)
