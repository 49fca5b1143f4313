"""Our own exported chats, of every version, in again without a difference."""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import TypeVar

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.comparison import Comparison, Foretold, KeptDraft, KeptVote
from inglenook.chat.importing.fields import (
    Fields,
    ShapeError,
    fields,
    listed,
    listed_or_none,
    number,
    number_or_none,
    text,
    text_or_none,
    whole,
    word,
)
from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LONGEST_MADE = 1 << 20

Kept = TypeVar("Kept")


def read_chat(found: object) -> PortableChat:
    """Return one exported chat under its own ids.

    An answer that was being written when it was exported counts as interrupted.

    Raises:
        ShapeError: it is no chat of ours.
    """
    row = fields(found)
    messages = [fields(each) for each in listed(row, "messages")]
    nodes = [_message(each) for each in messages]
    created_ms = whole(row, "created_ms")
    head = row.get("head")
    conversation = Conversation.of(
        ChatId(_id(row) if "id" in row else _id_of(messages, created_ms)),
        nodes,
        title=text(row, "title"),
        created_ms=created_ms,
        head=NodeId(head) if isinstance(head, str) else None,
    )
    if len(conversation.nodes) != len(nodes):
        raise ShapeError("its messages do not hang together")
    titled = text_or_none(row.get("titled"))
    archived = row.get("archived_ms")
    newest_ms = max((each.created_ms for each in nodes), default=created_ms)
    return PortableChat(
        conversation,
        updated_ms=whole(row, "updated_ms", newest_ms),
        titled=titled if titled in {"model", "person"} else "",
        assistant=text_or_none(row.get("assistant")),
        folder=text_or_none(row.get("folder")),
        is_pinned=row.get("pinned") is True,
        archived_ms=None if archived is None else whole(row, "archived_ms"),
        files=_by_message(messages, nodes, _files),
        made=_by_message(messages, nodes, _made),
    )


def _by_message(
    rows: Sequence[Fields], nodes: Sequence[Message], take: Callable[[Fields], Kept]
) -> Mapping[NodeId, Kept]:
    pairs = ((node.id, take(row)) for row, node in zip(rows, nodes, strict=True))
    return {node: value for node, value in pairs if value}


def _id(row: Fields) -> str:
    found = text(row, "id")
    if not _ID.fullmatch(found):
        raise ShapeError("an id in it is none")
    return found


def _id_of(messages: list[Fields], created_ms: int) -> str:
    """Return an id for a chat of version 1, which did not tell its own."""
    together = "\0".join(text(each, "id") for each in messages).encode()
    bits = int.from_bytes(blake2b(together, digest_size=10).digest())
    return sortable_id(min(created_ms, 2**47), bits)


def _message(row: Fields) -> Message:
    status = word(row, "status", Status)
    return Message(
        id=NodeId(_id(row)),
        parent=None if row.get("parent") is None else NodeId(text(row, "parent")),
        role=word(row, "role", Role),
        text=text(row, "text"),
        created_ms=whole(row, "created_ms"),
        status=Status.INTERRUPTED if status is Status.WRITING else status,
        thinking=text(row, "thinking"),
        model=text(row, "model"),
        note=text(row, "note"),
        timings=None if row.get("timings") is None else _timings(fields(row["timings"])),
        # Older files do not say.
        left_out=whole(row, "left_out", 0),
        needs_tokens=whole(row, "needs_tokens", 0),
        comparison=_comparison(row.get("comparison")),
    )


def _timings(row: Fields) -> Timings:
    return Timings(
        prompt_tokens=whole(row, "prompt_tokens"),
        reused_tokens=whole(row, "reused_tokens"),
        answer_tokens=whole(row, "answer_tokens"),
        first_token_s=number(row, "first_token_s"),
        tokens_per_s=number(row, "tokens_per_s"),
    )


def _comparison(found: object) -> Comparison | None:
    if found is None:
        return None
    row = fields(found)
    return Comparison(
        kind=text(row, "kind"),
        most_drafts=whole(row, "most_drafts"),
        drafts=tuple(_draft(fields(each)) for each in listed(row, "drafts")),
        chosen=whole(row, "chosen"),
        votes=tuple(_vote(fields(each)) for each in listed(row, "votes")),
        reason=text(row, "reason"),
        is_decided=row.get("is_decided") is True,
        tokens=whole(row, "tokens"),
        judged_tokens=whole(row, "judged_tokens"),
        spent_s=number(row, "spent_s"),
        foretold=None if row.get("foretold") is None else _foretold(fields(row["foretold"])),
    )


def _foretold(row: Fields) -> Foretold:
    return Foretold(
        seconds=number(row, "seconds"),
        tokens=whole(row, "tokens"),
        most_s=number(row, "most_s"),
        memory_bytes=whole(row, "memory_bytes", 0),
    )


def _draft(row: Fields) -> KeptDraft:
    return KeptDraft(
        number=whole(row, "number"),
        text=text(row, "text"),
        thinking=text(row, "thinking"),
        answer=text(row, "answer"),
        score=number_or_none(row, "score"),
        tokens=whole(row, "tokens"),
        why=text(row, "why"),
        logprob=number_or_none(row, "logprob"),
        mean=number_or_none(row, "mean"),
        self_certainty=number_or_none(row, "self_certainty"),
        tail=number_or_none(row, "tail"),
    )


def _vote(row: Fields) -> KeptVote:
    drafts = tuple(whole({"draft": each}, "draft") for each in listed(row, "drafts"))
    return KeptVote(text(row, "answer"), number(row, "weight"), drafts)


def _made(row: Fields) -> str:
    made = text_or_none(row.get("made"))
    return made if len(made) <= _LONGEST_MADE else ""


def _files(row: Fields) -> tuple[Attachment, ...]:
    return tuple(_file(fields(each)) for each in listed_or_none(row, "attachments"))


def _file(row: Fields) -> Attachment:
    kind = text(row, "kind")
    if kind not in set(Kind):
        raise ShapeError("its attachment is of an unknown kind")
    return Attachment(
        name=text(row, "name"),
        kind=Kind(kind),
        media_type=text(row, "media_type"),
        size_bytes=whole(row, "size_bytes"),
        text=text(row, "text"),
        data=None if row.get("data") is None else _bytes(row.get("data")),
        note=text(row, "note"),
    )


def _bytes(found: object) -> bytes:
    try:
        return b64decode(found if isinstance(found, str) else "?", validate=True)
    except (binascii.Error, ValueError) as cause:
        raise ShapeError("its attachment cannot be read") from cause
