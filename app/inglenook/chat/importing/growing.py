"""What another program recorded, grown into one of our trees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from inglenook.chat.attachment import Attachment
from inglenook.chat.importing.fields import MOST_ITEMS, ShapeError
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id

_HASH_BYTES = 7
_ORDINAL_SHIFT = 8 * _HASH_BYTES
_LONGEST_TITLE, _LONGEST_MODEL = 300, 200
MISSING = "The export does not contain this file."


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of another program's record.

    Attributes:
        key: Its name there; of two with one name the first counts.
        parent: What it follows there; None for a first one.
        role: Who speaks; None for what people do not see, which is passed over.
        created_ms: Milliseconds since 1970; 0 if nobody knows.
    """

    key: str
    parent: str | None
    role: Role | None
    text: str = ""
    thinking: str = ""
    model: str = ""
    created_ms: int = 0
    status: Status = Status.COMPLETE
    files: tuple[Attachment, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to read."""
        return self.role is not None and bool(self.text or self.thinking or self.files)


@dataclass(frozen=True, slots=True)
class Record:
    """One chat as another program recorded it.

    Attributes:
        source: The program.
        key: The chat's name there: the same chat gets the same ids every time.
        said: In an order in which older versions come first.
        current: The key of the last entry on screen there; None if nobody knows.
    """

    source: str
    key: str
    title: str
    created_ms: int
    said: Sequence[Said]
    current: str | None = None
    updated_ms: int = 0
    is_pinned: bool = False
    archived_ms: int | None = None


@dataclass(slots=True)
class _Turn:
    """One message of ours, grown from one or more entries."""

    parent: str | None
    parts: list[Said] = field(default_factory=list)


def grow(record: Record, now_ms: int) -> PortableChat:
    """Return the chat as ours.

    Answers that another program keeps in several entries become one message each.

    Args:
        record: Nothing in it is trusted: parents may be missing or go in circles.
        now_ms: No message is younger.

    Raises:
        ShapeError: there is nothing to read in it, or too much.
    """
    if len(record.said) > MOST_ITEMS:
        raise ShapeError("it has too many messages")
    entries = {each.key: each for each in reversed(record.said)}
    shown = [each for each in reversed(entries.values()) if each.is_shown]
    if not shown:
        raise ShapeError("it has no messages")
    above = _ancestors(entries)
    parents = _without_circles({each.key: _place(each.parent, above) for each in shown})
    turns, place = _turns(shown, parents)
    began_ms = _began_ms(record, shown, now_ms)
    chat = ChatId(sortable_id(began_ms, _hash(10, record.source, record.key)))
    ids = {
        key: NodeId(sortable_id(began_ms, (number << _ORDINAL_SHIFT) | _hash(7, chat, key)))
        for number, key in enumerate(turns)
    }
    messages = _messages(turns, ids, began_ms, now_ms)
    current = _place(record.current, above)
    conversation = Conversation.of(
        chat,
        messages,
        title=" ".join(record.title.split())[:_LONGEST_TITLE],
        created_ms=began_ms,
        head=ids[place[current]] if current is not None else None,
    )
    newest_ms = max(each.created_ms for each in messages)
    return PortableChat(
        conversation,
        updated_ms=min(max(record.updated_ms, newest_ms), now_ms),
        titled="person" if conversation.title else "",
        is_pinned=record.is_pinned,
        archived_ms=record.archived_ms,
        files={ids[key]: files for key, turn in turns.items() if (files := _files(turn))},
    )


def _place(key: str | None, above: Mapping[str, str | None]) -> str | None:
    return None if key is None else above.get(key)


def _ancestors(entries: Mapping[str, Said]) -> dict[str, str | None]:
    """Return for each entry itself if it is shown, else the nearest one above that is."""
    found: dict[str, str | None] = {}
    for start in entries:
        trail: list[str] = []
        key: str | None = start
        seen: set[str] = set()
        while key is not None and key in entries and key not in found and key not in seen:
            seen.add(key)
            trail.append(key)
            if entries[key].is_shown:
                break
            key = entries[key].parent
        is_there = bool(trail) and entries[trail[-1]].is_shown
        last = trail[-1] if is_there else _place(key, found)
        for each in trail:
            found[each] = last
    return found


def _without_circles(parents: dict[str, str | None]) -> dict[str, str | None]:
    """Return the parents, with each circle cut open at its first entry."""
    settled: set[str] = set()
    cut = dict(parents)
    for start in parents:
        trail: dict[str, None] = {}
        key: str | None = start
        while key is not None and key not in settled:
            if key in trail:
                cut[key] = None
                break
            trail[key] = None
            key = cut[key]
        settled.update(trail)
    return cut


def _turns(
    shown: Sequence[Said], parents: Mapping[str, str | None]
) -> tuple[dict[str, _Turn], dict[str, str]]:
    """Return turns by the key of their first entry, and which turn each entry is in.

    An answer goes on in the next entry if that is the only one that follows.
    """
    children: dict[str | None, list[Said]] = {}
    for each in shown:
        children.setdefault(parents[each.key], []).append(each)
    turns: dict[str, _Turn] = {}
    place: dict[str, str] = {}
    waiting = children.get(None, [])[::-1]
    while waiting:
        said = waiting.pop()
        above = parents[said.key]
        turn = turns[place[above]] if above is not None else None
        goes_on = turn is not None and len(children[above]) == 1
        if turn is not None and goes_on and _is_answer(said) and _is_answer(turn.parts[0]):
            turn.parts.append(said)
            place[said.key] = turn.parts[0].key
        else:
            turns[said.key] = _Turn(None if above is None else place[above], [said])
            place[said.key] = said.key
        waiting.extend(reversed(children.get(said.key, [])))
    return turns, place


def _is_answer(said: Said) -> bool:
    return said.role is Role.ASSISTANT


def _messages(
    turns: Mapping[str, _Turn], ids: Mapping[str, NodeId], began_ms: int, now_ms: int
) -> list[Message]:
    messages = []
    for key, turn in turns.items():
        first, last = turn.parts[0], turn.parts[-1]
        messages.append(
            Message(
                ids[key],
                None if turn.parent is None else ids[turn.parent],
                first.role or Role.ASSISTANT,
                _joined(each.text for each in turn.parts),
                min(first.created_ms or began_ms, now_ms),
                last.status,
                thinking=_joined(each.thinking for each in turn.parts),
                model=_model(turn),
            )
        )
    return messages


def _model(turn: _Turn) -> str:
    name = next((each.model for each in turn.parts if each.model), "")
    return " ".join(name.split())[:_LONGEST_MODEL]


def _joined(texts: Iterable[str]) -> str:
    return "\n\n".join(each for each in texts if each)


def _files(turn: _Turn) -> tuple[Attachment, ...]:
    return tuple(file for part in turn.parts for file in part.files)


def _began_ms(record: Record, shown: Sequence[Said], now_ms: int) -> int:
    known = [each.created_ms for each in shown if each.created_ms]
    return min(record.created_ms or min(known, default=now_ms), now_ms)


def _hash(size: int, *parts: str) -> int:
    together = "\0".join(parts).encode("utf-8", "replace")
    return int.from_bytes(blake2b(together, digest_size=size).digest())
