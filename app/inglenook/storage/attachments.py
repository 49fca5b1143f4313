"""What goes with messages, on disk: documents as they were given to the model, and pictures."""

from collections.abc import Mapping
from dataclasses import replace

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.message import Message
from inglenook.core.ids import NodeId
from inglenook.storage import sqlite
from inglenook.storage.text import storable

Attached = Mapping[NodeId, tuple[Attachment, ...]]

_OF_CHAT = """
SELECT message.id, attachment.name, attachment.kind, attachment.media_type,
    attachment.size_bytes, attachment.text, attachment.note, attachment.data
FROM attachment JOIN message ON message.row = attachment.message
WHERE message.chat = ? ORDER BY message.id, attachment.position"""
_KEEP = """
INSERT INTO attachment(message, position, name, kind, media_type, size_bytes, text, note, data)
VALUES ((SELECT row FROM message WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?)"""


def keep(connection: sqlite.Connection, message: Message) -> None:
    """Store what goes with a message that was just stored."""
    for position, each in enumerate(message.attachments):
        texts = map(storable, (each.text, each.note))
        about = (storable(each.name), each.kind, storable(each.media_type), each.size_bytes)
        connection.execute(_KEEP, (message.id, position, *about, *texts, each.data))


def of_chat(connection: sqlite.Connection, chat_row: int) -> Attached:
    """Return what goes with the messages of a chat, by message; most have nothing."""
    found: dict[NodeId, tuple[Attachment, ...]] = {}
    for node, name, kind, *rest in connection.execute(_OF_CHAT, (chat_row,)):
        one = Attachment(name, Kind(kind), *rest)
        found[node] = (*found.get(node, ()), one)
    return found


def joined(message: Message, attached: Attached) -> Message:
    """Return a message with what goes with it."""
    found = attached.get(message.id)
    return message if found is None else replace(message, attachments=found)
