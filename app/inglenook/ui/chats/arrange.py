"""Which rows stand in the side bar, in which order."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from inglenook.core.ids import ChatId, FolderId
from inglenook.services.chatnews import FolderSummary, TrashedSummary
from inglenook.services.events import ChatSummary, SearchHit
from inglenook.ui.chats.rows import ChatRow, FolderRow, Heading, HitRow, MoreRow, Place, Row
from inglenook.ui.days import by_day
from inglenook.ui.words import one_line, tr, tr_n

MOST_HITS_OF_A_CHAT = 3


@dataclass(slots=True)
class Sorted:
    """Chats by where they stand, each newest first.

    Attributes:
        inside: Those of each folder that are not pinned.
    """

    pinned: list[ChatSummary] = field(default_factory=list)
    inside: dict[FolderId, list[ChatSummary]] = field(default_factory=dict)
    loose: list[ChatSummary] = field(default_factory=list)
    archived: list[ChatSummary] = field(default_factory=list)

    def listed(self) -> list[ChatId]:
        """Return every chat that is not archived, in the order of the list."""
        inside = (each for chats in self.inside.values() for each in chats)
        return [each.id for each in (*self.pinned, *inside, *self.loose)]


def sort(chats: Sequence[ChatSummary], folders: Sequence[FolderSummary]) -> Sorted:
    """Return where each chat stands; one whose folder is unknown stands with the days."""
    found = Sorted(inside={each.id: [] for each in folders})
    for each in chats:
        if each.is_archived:
            found.archived.append(each)
        elif each.is_pinned:
            found.pinned.append(each)
        elif each.folder is not None and each.folder in found.inside:
            found.inside[each.folder].append(each)
        else:
            found.loose.append(each)
    return found


def chat_rows(
    found: Sorted, folders: Sequence[FolderSummary], unfolded: Collection[FolderId], today: date
) -> Iterator[Row]:
    """Yield pinned chats, folders with what is in the open ones, then the rest by day."""
    if found.pinned:
        yield Heading(tr("Pinned"))
        yield from (_row(each) for each in found.pinned)
    if folders:
        yield Heading(tr("Folders"))
    for folder in folders:
        chats, is_open = found.inside[folder.id], folder.id in unfolded
        yield FolderRow(folder.id, one_line(folder.name), len(chats), is_open)
        if is_open:
            yield from (_row(each, is_inside=True) for each in chats)
    for day, group in by_day(found.loose, today):
        yield Heading(day)
        yield from (_row(each) for each in group)


def archive_rows(found: Sorted, today: date) -> Iterator[Row]:
    """Yield what was put aside, by the day it was used last."""
    for day, group in by_day(found.archived, today):
        yield Heading(day)
        yield from (_row(each, place=Place.ARCHIVE) for each in group)


def trash_rows(chats: Sequence[TrashedSummary]) -> Iterator[Row]:
    """Yield what is in the trash, with how long it stays."""
    for each in chats:
        title = one_line(each.title) or tr("New chat")
        yield ChatRow(each.id, title, place=Place.TRASH, note=left_in_words(each.days_left))


def hit_rows(hits: Sequence[SearchHit], unfolded: Collection[ChatId]) -> Iterator[Row]:
    """Yield what was found, chats in the order of their best hit, few of each at first."""
    if hits:
        yield Heading(tr("Found in your chats"))
    for chat, found in _by_chat(hits).items():
        most = len(found) if chat in unfolded else MOST_HITS_OF_A_CHAT
        if len(found) == most + 1:
            most += 1  # the row that stands for a single one would take as much room
        for number, each in enumerate(found[:most]):
            title = one_line(each.title) or tr("New chat")
            yield HitRow(chat, title, each.node, each.snippet, not number, each.is_archived)
        if len(found) > most:
            yield MoreRow(chat, len(found) - most)


def left_in_words(days: int) -> str:
    """Return how long a chat stays in the trash."""
    if days == 0:
        return tr("until the next start")
    return tr_n("1 day left", "{days} days left", days).format(days=days)


def _by_chat(hits: Sequence[SearchHit]) -> Mapping[ChatId, list[SearchHit]]:
    """Return the hits of each chat; a title that was found is said by the first row anyway."""
    found: dict[ChatId, list[SearchHit]] = {}
    for each in hits:
        found.setdefault(each.chat, []).append(each)
    return {
        chat: [each for each in some if each.node is not None] or some
        for chat, some in found.items()
    }


def _row(each: ChatSummary, *, is_inside: bool = False, place: Place = Place.CHATS) -> ChatRow:
    title = one_line(each.title) or tr("New chat")
    return ChatRow(each.id, title, each.folder, each.is_pinned, is_inside, place)
