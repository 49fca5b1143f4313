"""Chats as our own JSON: every branch and version, with nothing left out.

The format is described in docs/chat-format.md; importing/ours.py reads it.
"""

import json
import math
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Message
from inglenook.chat.portable import PortableChat

FORMAT = "inglenook-chats"
VERSION = 2
"""Version 1 held a single chat, without what was attached; it is still read."""
_MAY_BE_MISSING = {"score", "logprob", "mean", "self_certainty", "tail"}


def to_json(chats: Iterable[PortableChat]) -> str:
    """Return chats as one document."""
    return "".join(pieces(chats))


def pieces(chats: Iterable[PortableChat]) -> Iterator[str]:
    """Return the same document piece by piece, a chat a piece, in ASCII."""
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "chats": ['
    for number, chat in enumerate(chats):
        yield (",\n" if number else "\n") + json.dumps(_chat(chat), allow_nan=False)
    yield "\n]}\n"


def _chat(chat: PortableChat) -> dict[str, object]:
    conversation = chat.conversation
    return {
        "id": conversation.id,
        "title": conversation.title,
        "titled": chat.titled,
        "created_ms": conversation.created_ms,
        "updated_ms": chat.updated_ms,
        "archived_ms": chat.archived_ms,
        "pinned": chat.is_pinned,
        "folder": chat.folder,
        "assistant": chat.assistant,
        "head": conversation.head,
        "messages": [_message(each, chat) for each in conversation.nodes.values()],
    }


def _message(message: Message, chat: PortableChat) -> dict[str, object]:
    made = chat.made.get(message.id)
    return {
        "id": message.id,
        "parent": message.parent,
        "role": message.role,
        "status": message.status,
        "created_ms": message.created_ms,
        "text": message.text,
        "thinking": message.thinking,
        "model": message.model,
        "note": message.note,
        "timings": message.timings and _finite(asdict(message.timings)),
        "left_out": message.left_out,
        "needs_tokens": message.needs_tokens,
        "comparison": message.comparison and _finite(asdict(message.comparison)),
        "made": made,
        "attachments": [_file(each) for each in chat.files.get(message.id, ())],
    }


def _finite(value: object, name: str = "") -> object:
    """Return a value with every number that JSON does not have replaced."""
    if isinstance(value, dict):
        return {key: _finite(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None if name in _MAY_BE_MISSING else 0.0
    return value


def _file(file: Attachment) -> dict[str, object]:
    told = asdict(file)
    told["data"] = None if file.data is None else b64encode(file.data).decode()
    return told
