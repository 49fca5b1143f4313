"""Whole branches of a stored chat: taken out, put back, copied into a new chat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inglenook.core.errors import NotFoundError
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage import search, sqlite
from inglenook.storage.database import Database

_BELOW = """
WITH RECURSIVE below(row, id, chat) AS (
    SELECT message.row, message.id, message.chat
    FROM message JOIN chat ON chat.row = message.chat WHERE message.id = ?1 AND chat.id = ?2
    UNION ALL
    SELECT message.row, message.id, message.chat
    FROM message JOIN below ON message.chat = below.chat AND message.parent = below.id)
INSERT INTO pruned(message) SELECT row FROM below"""
_NEW_CHAT = """
INSERT INTO chat(id, title, created_ms, updated_ms, head, folder, assistant, instructions,
    engine, engine_model)
SELECT ?1, '', ?2, ?2, ?3, folder, assistant, instructions, engine, engine_model
FROM chat WHERE id = ?4"""

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Pruned:
    """A branch that was taken out, with all that belongs to it.

    Attributes:
        messages: Their columns, parents first.
        attachments: Columns of what was attached, by the message's id.
        head: What was shown before.
    """

    chat: ChatId
    messages: tuple[Row, ...]
    attachments: tuple[tuple[NodeId, Row], ...]
    head: NodeId | None


class Branches:
    """Changes to stored chats that concern more than one message.

    A call that returns has everything on the disk, all or nothing.

    Threads: the database's owner.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def prune(self, chat: ChatId, node: NodeId, head: NodeId | None) -> Pruned:
        """Erase a message and all that was said after it, on every branch below.

        Args:
            chat: Whose it is.
            node: Where the branch begins.
            head: What is shown from now on.

        Raises:
            NotFoundError: it is not there.
        """
        with self._database.writing() as connection:
            shown = connection.execute("SELECT head FROM chat WHERE id = ?", (chat,))
            before = shown.fetchone()
            if connection.execute(_BELOW, (node, chat)).rowcount < 1:
                raise NotFoundError(
                    "This message is no longer there", "Open the chat again.", node=node
                )
            taken = _taken(connection, chat, before[0])
            for message in taken.messages:
                search.forget_message(connection, NodeId(str(message["id"])))
            # Shown first: the chat must not point at a message that is gone.
            connection.execute("UPDATE chat SET head = ?2 WHERE id = ?1", (chat, head))
            connection.execute("DELETE FROM message WHERE row IN (SELECT message FROM pruned)")
            connection.execute("DELETE FROM pruned")
            search.forget_deleted(connection)
        self._database.forget_freed()
        return taken

    def put_back(self, pruned: Pruned) -> None:
        """Store a branch again that was taken out, and show what was shown before.

        Raises:
            StorageError: the message above it is gone; nothing was kept.
        """
        with self._database.writing() as connection:
            chat = _row_of_chat(connection, pruned.chat)
            rows = {}
            for message in pruned.messages:
                node = NodeId(str(message["id"]))
                rows[node] = _insert(connection, "message", {**message, "chat": chat})
                search.index_message(connection, node)
            for node, attachment in pruned.attachments:
                _insert(connection, "attachment", {**attachment, "message": rows[node]})
            connection.execute(
                "UPDATE chat SET head = ?2 WHERE id = ?1", (pruned.chat, pruned.head)
            )

    def copy(
        self, chat: ChatId, nodes: Sequence[tuple[NodeId, NodeId]], to: ChatId, now_ms: int
    ) -> None:
        """Store the beginning of a branch as a new chat, with what was attached to it.

        Args:
            chat: Where the branch is.
            nodes: Its messages and the ids of their copies, from the first message on.
            to: The new chat; it has no title yet, and the folder, assistant
                and engine of the other.
            now_ms: When it was made.

        Raises:
            NotFoundError: a message is not there.
        """
        copies = dict(nodes)
        with self._database.writing() as connection:
            connection.execute(_NEW_CHAT, (to, now_ms, nodes[-1][1], chat))
            row = _row_of_chat(connection, to)
            for node, copy in nodes:
                message = _message(connection, node)
                parent = copies.get(NodeId(str(message["parent"])))
                attached = _attached(connection, int(str(message.pop("row"))))
                told = {**message, "chat": row, "id": copy, "parent": parent}
                new = _insert(connection, "message", told)
                search.index_message(connection, copy)
                for each in attached:
                    _insert(connection, "attachment", {**each, "message": new})


def _taken(connection: sqlite.Connection, chat: ChatId, head: NodeId | None) -> Pruned:
    messages = _rows(
        connection,
        "SELECT * FROM message WHERE row IN (SELECT message FROM pruned) ORDER BY id",
    )
    attachments = [
        (NodeId(str(message["id"])), each)
        for message in messages
        for each in _attached(connection, int(str(message["row"])))
    ]
    bare = [{name: each[name] for name in each if name != "row"} for each in messages]
    return Pruned(chat, tuple(bare), tuple(attachments), head)


def _message(connection: sqlite.Connection, node: NodeId) -> dict[str, object]:
    found = _rows(connection, "SELECT * FROM message WHERE id = ?", node)
    if not found:
        raise NotFoundError(
            "This message is no longer there", "Open the chat again.", node=node
        )
    return found[0]


def _attached(connection: sqlite.Connection, message: int) -> list[dict[str, object]]:
    rows = _rows(
        connection, "SELECT * FROM attachment WHERE message = ? ORDER BY position", message
    )
    return [{name: each[name] for name in each if name != "row"} for each in rows]


def _rows(
    connection: sqlite.Connection, statement: str, *values: object
) -> list[dict[str, object]]:
    cursor = connection.execute(statement, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _insert(connection: sqlite.Connection, table: str, values: Row) -> int:
    names, places = ", ".join(values), ", ".join("?" * len(values))
    cursor = connection.execute(
        f"INSERT INTO {table}({names}) VALUES ({places})",  # noqa: S608 - names of ours
        tuple(values.values()),
    )
    return int(cursor.lastrowid or 0)


def _row_of_chat(connection: sqlite.Connection, chat: ChatId) -> int:
    found = connection.execute("SELECT row FROM chat WHERE id = ?", (chat,)).fetchone()
    if found is None:
        raise NotFoundError("This chat is no longer there", "Choose another one.", chat=chat)
    return int(found[0])
