"""Chats as Claude exports them: conversations.json, each chat a list of messages.

What is known of the format comes from exports of 2024 to 2026. Older ones have a plain text,
newer ones content blocks beside it, and name the message that each one follows.
"""

from collections.abc import Iterator

from inglenook.chat.attachment import Attachment
from inglenook.chat.importing.fields import (
    Fields,
    fields,
    fields_or_none,
    listed,
    listed_or_none,
    moment_ms,
    text_or_none,
    whole,
)
from inglenook.chat.importing.growing import MISSING, Record, Said
from inglenook.chat.message import Role

SOURCE = "Claude"
_ROLES = {"human": Role.USER, "assistant": Role.ASSISTANT}


def is_chat(found: Fields) -> bool:
    """Tell whether it looks like a chat of this kind."""
    return isinstance(found.get("chat_messages"), list)


def read_record(found: Fields) -> Record:
    """Return one chat.

    Raises:
        ShapeError: it is damaged.
    """
    said: list[Said] = []
    for number, each in enumerate(map(fields, listed(found, "chat_messages"))):
        said.append(_said(each, number, said[-1].key if said else None))
    created_ms = moment_ms(found.get("created_at"))
    return Record(
        SOURCE,
        text_or_none(found.get("uuid")) or str(created_ms),
        text_or_none(found.get("name")),
        created_ms,
        said,
        text_or_none(found.get("current_leaf_message_uuid")) or None,
        moment_ms(found.get("updated_at")),
        is_pinned=found.get("is_starred") is True,
    )


def _said(row: Fields, number: int, before: str | None) -> Said:
    blocks = [fields_or_none(each) for each in listed_or_none(row, "content")]
    parts = [_block(each) for each in blocks]
    thoughts = [text_or_none(each.get("thinking")) for each in blocks]
    # The uuid of no message stands above a first one.
    parent = row.get("parent_message_uuid")
    return Said(
        text_or_none(row.get("uuid")) or f"message {number}",
        parent if isinstance(parent, str) else before,
        _ROLES.get(text_or_none(row.get("sender"))),
        "\n\n".join(filter(None, parts)) or text_or_none(row.get("text")),
        "\n\n".join(filter(None, thoughts)),
        created_ms=moment_ms(row.get("created_at")),
        files=tuple(_files(row)),
    )


def _block(block: Fields) -> str:
    return text_or_none(block.get("text")) if block.get("type") == "text" else ""


def _files(row: Fields) -> Iterator[Attachment]:
    taken = set()
    for each in map(fields_or_none, listed_or_none(row, "attachments")):
        name = text_or_none(each.get("file_name"))
        taken.add(name)
        body = text_or_none(each.get("extracted_content"))
        size = each.get("file_size")
        known = type(size) is int and size >= 0
        yield Attachment(
            name or "Attachment",
            size_bytes=whole(each, "file_size") if known else len(body),
            text=body,
            note="" if body else MISSING,
        )
    for each in map(fields_or_none, listed_or_none(row, "files")):
        name = text_or_none(each.get("file_name"))
        if name and name not in taken:
            yield Attachment(name, note=MISSING)
