"""Chats as Jan keeps them: a folder each, with thread.json and messages.jsonl.

What is known of the format comes from versions 0.4 to 0.7. The messages are one below the
other; their moments are in seconds in some versions and in milliseconds in others.
"""

from collections.abc import Sequence

from inglenook.chat.importing.fields import (
    Fields,
    ShapeError,
    fields,
    fields_or_none,
    listed_or_none,
    moment_ms,
    text_or_none,
)
from inglenook.chat.importing.growing import Record, Said
from inglenook.chat.message import Role, Status

SOURCE = "Jan"
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM}
_STATES = {"stopped": Status.STOPPED, "error": Status.FAILED, "pending": Status.INTERRUPTED}


def is_message(found: Fields) -> bool:
    """Tell whether it looks like a line of messages.jsonl."""
    return found.get("object") == "thread.message" or (
        "thread_id" in found and "role" in found and "content" in found
    )


def read_record(thread: Fields, messages: Sequence[object]) -> Record:
    """Return one chat.

    Args:
        thread: What thread.json says; may be empty.
        messages: The lines of messages.jsonl.

    Raises:
        ShapeError: it is damaged.
    """
    rows = [fields(each) for each in messages]
    if not rows:
        raise ShapeError("it has no messages")
    model = _model(thread)
    said: list[Said] = []
    for number, row in enumerate(rows):
        said.append(_said(row, number, said[-1].key if said else None, model))
    title = text_or_none(thread.get("title"))
    metadata = fields_or_none(thread.get("metadata"))
    return Record(
        SOURCE,
        text_or_none(thread.get("id")) or text_or_none(rows[0].get("thread_id")) or said[0].key,
        title or text_or_none(metadata.get("title")),
        moment_ms(thread.get("created")),
        said,
        said[-1].key,
        moment_ms(thread.get("updated")),
        is_pinned=thread.get("isFavorite") is True or metadata.get("is_favorite") is True,
    )


def _said(row: Fields, number: int, before: str | None, model: str) -> Said:
    role = _ROLES.get(text_or_none(row.get("role")))
    metadata = fields_or_none(row.get("metadata"))
    return Said(
        text_or_none(row.get("id")) or f"message {number}",
        before,
        role,
        _text(row),
        model=text_or_none(metadata.get("modelId")) or model if role is Role.ASSISTANT else "",
        created_ms=moment_ms(row.get("created_at")),
        status=_STATES.get(text_or_none(row.get("status")), Status.COMPLETE),
    )


def _text(row: Fields) -> str:
    if isinstance(row.get("content"), str):
        return text_or_none(row.get("content"))
    parts = []
    for each in map(fields_or_none, listed_or_none(row, "content")):
        told = each.get("text")
        parts.append(text_or_none(fields_or_none(told).get("value") or told))
    return "\n\n".join(filter(None, parts))


def _model(thread: Fields) -> str:
    for each in map(fields_or_none, listed_or_none(thread, "assistants")):
        if name := text_or_none(fields_or_none(each.get("model")).get("id")):
            return name
    return text_or_none(fields_or_none(thread.get("model")).get("id"))
