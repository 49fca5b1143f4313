"""A conversation as a file to keep or to give away: Markdown out, JSON out and in again."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import TypeVar

from inglenook.chat.comparison import Comparison, KeptDraft, KeptVote
from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId, NodeId

FORMAT = "inglenook-chat"
VERSION = 1
_LARGEST = 2**53
"""Whole numbers up to here are the same in every JSON reader."""
_SPEAKERS = {Role.SYSTEM: "Instructions", Role.USER: "You", Role.ASSISTANT: "Assistant"}

Word = TypeVar("Word", bound=StrEnum)
Fields = Mapping[str, object]


def to_markdown(conversation: Conversation) -> str:
    """Return the branch on screen as a document: a heading a turn, text as it is."""
    parts = [f"# {' '.join(conversation.title.split()) or 'Chat'}"]
    for message in conversation.path():
        speaker = _SPEAKERS[message.role]
        parts.append(f"## {speaker} ({message.model})" if message.model else f"## {speaker}")
        if message.text.strip():
            parts.append(message.text.strip())
        if message.note:
            parts.append(f"*{message.note}*")
    return "\n\n".join(parts) + "\n"


def to_json(conversation: Conversation) -> str:
    """Return the whole tree, every branch and version, as :func:`from_json` reads it."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "title": conversation.title,
        "created_ms": conversation.created_ms,
        "head": conversation.head,
        "messages": [asdict(message) for message in conversation.nodes.values()],
    }
    return json.dumps(document, indent=1, allow_nan=False)


def from_json(text: str | bytes, new_id: Callable[[], str]) -> Conversation:
    """Return an exported chat as a new one, under new ids in the old order.

    An answer that was being written when it was exported counts as interrupted.

    Args:
        text: Any content; nothing in it is trusted.
        new_id: Gives ids that sort after each other.

    Raises:
        BadArgumentError: it is not an exported chat, or a newer version exported it.
    """
    try:
        document = _opened(text)
        return _conversation(document, new_id)
    except (ValueError, RecursionError, _NotOursError) as cause:
        raise BadArgumentError(
            "This file is not an exported chat", "Choose a JSON file that Inglenook exported."
        ) from cause


class _NotOursError(Exception):
    """A field is missing or is not what it should be."""


def _opened(text: str | bytes) -> Fields:
    document = _fields(json.loads(text))
    if document.get("format") != FORMAT:
        raise _NotOursError("format")
    if _whole(document, "version") > VERSION:
        raise _newer()
    return document


def _newer() -> BadArgumentError:
    return BadArgumentError(
        "This chat was exported by a newer Inglenook", "Install the newest version to read it."
    )


def _conversation(document: Fields, new_id: Callable[[], str]) -> Conversation:
    listed = document.get("messages")
    if not isinstance(listed, list):
        raise _NotOursError("messages")
    chat = ChatId(new_id())
    rows = sorted(map(_fields, listed), key=lambda row: _text(row, "id"))
    ids: dict[object, NodeId] = {_text(row, "id"): NodeId("") for row in rows}
    if len(ids) != len(rows):
        raise _NotOursError("two messages with one id")
    for old in ids:
        ids[old] = NodeId(new_id())
    head = document.get("head")
    return Conversation.of(
        chat,
        [_message(row, ids) for row in rows],
        title=_text(document, "title"),
        created_ms=_whole(document, "created_ms"),
        head=ids.get(head) if isinstance(head, str) else None,
    )


def _message(row: Fields, ids: Mapping[object, NodeId]) -> Message:
    parent = None if row.get("parent") is None else ids.get(_text(row, "parent"))
    if parent is None and row.get("parent") is not None:
        raise _NotOursError("a parent that is not there")
    status = _word(row, "status", Status)
    return Message(
        id=ids[row["id"]],
        parent=parent,
        role=_word(row, "role", Role),
        text=_text(row, "text"),
        created_ms=_whole(row, "created_ms"),
        status=Status.INTERRUPTED if status is Status.WRITING else status,
        thinking=_text(row, "thinking"),
        model=_text(row, "model"),
        note=_text(row, "note"),
        timings=None if row.get("timings") is None else _timings(_fields(row["timings"])),
        # Older files do not say.
        left_out=_whole({"left_out": 0, **row}, "left_out"),
        needs_tokens=_whole({"needs_tokens": 0, **row}, "needs_tokens"),
        comparison=_comparison(row.get("comparison")),
    )


def _comparison(found: object) -> Comparison | None:
    if found is None:
        return None
    row = _fields(found)
    return Comparison(
        kind=_text(row, "kind"),
        most_drafts=_whole(row, "most_drafts"),
        drafts=tuple(_draft(_fields(each)) for each in _list(row, "drafts")),
        chosen=_whole(row, "chosen"),
        votes=tuple(_vote(_fields(each)) for each in _list(row, "votes")),
        reason=_text(row, "reason"),
        is_decided=row.get("is_decided") is True,
        tokens=_whole(row, "tokens"),
        judged_tokens=_whole(row, "judged_tokens"),
        spent_s=_number(row, "spent_s"),
    )


def _draft(row: Fields) -> KeptDraft:
    return KeptDraft(
        number=_whole(row, "number"),
        text=_text(row, "text"),
        thinking=_text(row, "thinking"),
        answer=_text(row, "answer"),
        score=None if row.get("score") is None else _number(row, "score"),
        tokens=_whole(row, "tokens"),
        why=_text(row, "why"),
    )


def _vote(row: Fields) -> KeptVote:
    drafts = tuple(_whole({"draft": each}, "draft") for each in _list(row, "drafts"))
    return KeptVote(_text(row, "answer"), _number(row, "weight"), drafts)


def _timings(row: Fields) -> Timings:
    return Timings(
        prompt_tokens=_whole(row, "prompt_tokens"),
        reused_tokens=_whole(row, "reused_tokens"),
        answer_tokens=_whole(row, "answer_tokens"),
        first_token_s=_number(row, "first_token_s"),
        tokens_per_s=_number(row, "tokens_per_s"),
    )


def _fields(found: object) -> Fields:
    if not isinstance(found, dict):
        raise _NotOursError("no object")
    return found


def _list(row: Fields, name: str) -> list[object]:
    found = row.get(name)
    if not isinstance(found, list):
        raise _NotOursError(name)
    return found


def _text(row: Fields, name: str) -> str:
    found = row.get(name)
    if not isinstance(found, str):
        raise _NotOursError(name)
    return found


def _word(row: Fields, name: str, words: type[Word]) -> Word:
    return words(_text(row, name))


def _whole(row: Fields, name: str) -> int:
    found = row.get(name)
    if type(found) is not int or not 0 <= found <= _LARGEST:
        raise _NotOursError(name)
    return found


def _number(row: Fields, name: str) -> float:
    found = row.get(name)
    if type(found) not in {int, float} or not math.isfinite(number := float(str(found))):
        raise _NotOursError(name)
    return number
