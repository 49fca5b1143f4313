"""Chats as ChatGPT exports them: conversations.json, each chat a mapping of nodes.

What is known of the format comes from exports of 2023 to 2026: a node has a parent, children
and perhaps a message; a message has an author, a content of one of several types and metadata.
"""

from collections.abc import Iterator

from inglenook.chat.attachment import Attachment
from inglenook.chat.importing.fields import (
    MOST_ITEMS,
    Fields,
    ShapeError,
    fields,
    fields_or_none,
    listed_or_none,
    moment_ms,
    text_or_none,
)
from inglenook.chat.importing.growing import MISSING, Record, Said
from inglenook.chat.message import Role, Status

SOURCE = "ChatGPT"
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "tool": Role.ASSISTANT}
_OF_TOOLS = {"execution_output"}
"""What a tool says that belongs to the answer; its other notes are for the model alone."""
_STOPPED = {"interrupted", "user_interrupted", "client_stopped"}


def is_chat(found: Fields) -> bool:
    """Tell whether it looks like a chat of this kind."""
    return isinstance(found.get("mapping"), dict)


def read_record(found: Fields) -> Record:
    """Return one chat.

    Raises:
        ShapeError: it is damaged.
    """
    mapping = fields(found.get("mapping"))
    if len(mapping) > MOST_ITEMS:
        raise ShapeError("it has too many messages")
    key = text_or_none(found.get("conversation_id")) or text_or_none(found.get("id"))
    created_ms = moment_ms(found.get("create_time"))
    return Record(
        SOURCE,
        key or f"{created_ms} {next(iter(mapping), '')}",
        text_or_none(found.get("title")),
        created_ms,
        [_said(name, fields_or_none(mapping[name])) for name in _in_order(mapping)],
        text_or_none(found.get("current_node")) or None,
        moment_ms(found.get("update_time")),
        is_pinned=found.get("is_starred") is True,
        archived_ms=_archived_ms(found),
    )


def _archived_ms(found: Fields) -> int | None:
    is_archived = found.get("is_archived") is True
    return moment_ms(found.get("update_time")) if is_archived else None


def _in_order(mapping: Fields) -> list[str]:
    """Return the nodes, children in the order that their parent lists them."""
    rank: dict[str, int] = {}
    for node in mapping.values():
        for child in listed_or_none(fields_or_none(node), "children"):
            if isinstance(child, str):
                rank.setdefault(child, len(rank))
    return sorted(mapping, key=lambda name: rank.get(name, -1))


def _said(name: str, node: Fields) -> Said:
    message = fields_or_none(node.get("message"))
    metadata = fields_or_none(message.get("metadata"))
    content = fields_or_none(message.get("content"))
    kind = text_or_none(content.get("content_type"))
    body, thinking = _texts(kind, content)
    return Said(
        name,
        text_or_none(node.get("parent")) or None,
        _role(message, metadata, kind),
        body,
        thinking,
        text_or_none(metadata.get("model_slug")),
        moment_ms(message.get("create_time")),
        _status(metadata),
        tuple(_files(content, metadata)),
    )


def _role(message: Fields, metadata: Fields, kind: str) -> Role | None:
    author = text_or_none(fields_or_none(message.get("author")).get("role"))
    is_hidden = metadata.get("is_visually_hidden_from_conversation") is True
    is_note = author == "tool" and kind not in _OF_TOOLS
    if is_hidden or is_note or kind in {"user_editable_context", "model_editable_context"}:
        return None
    return _ROLES.get(author)


def _texts(kind: str, content: Fields) -> tuple[str, str]:
    """Return the answer's text and what was thought before."""
    if kind == "thoughts":
        thoughts = (fields_or_none(each) for each in listed_or_none(content, "thoughts"))
        return "", "\n\n".join(text_or_none(each.get("content")) for each in thoughts)
    if kind == "reasoning_recap":
        return "", ""
    if kind in {"code", "execution_output"}:
        return _as_code(content), ""
    parts = [_part(each) for each in listed_or_none(content, "parts")]
    return "\n\n".join(filter(None, parts)) or text_or_none(content.get("text")), ""


def _as_code(content: Fields) -> str:
    code = text_or_none(content.get("text"))
    language = text_or_none(content.get("language"))
    fence = "```" if "```" not in code else "~~~~"
    named = language if language.isalnum() and language != "unknown" else ""
    return f"{fence}{named}\n{code}\n{fence}" if code.strip() else ""


def _part(found: object) -> str:
    if isinstance(found, dict):  # an image, or what was said aloud
        return text_or_none(found.get("text"))
    return text_or_none(found)


def _status(metadata: Fields) -> Status:
    ending = text_or_none(fields_or_none(metadata.get("finish_details")).get("type"))
    if ending in _STOPPED:
        return Status.STOPPED
    return Status.CUT if ending == "max_tokens" else Status.COMPLETE


def _files(content: Fields, metadata: Fields) -> Iterator[Attachment]:
    for each in map(fields_or_none, listed_or_none(metadata, "attachments")):
        if name := text_or_none(each.get("name")):
            yield Attachment(name, note=MISSING)
    for part in map(fields_or_none, listed_or_none(content, "parts")):
        if text_or_none(part.get("content_type")) == "image_asset_pointer":
            yield Attachment("Picture", note=MISSING)
