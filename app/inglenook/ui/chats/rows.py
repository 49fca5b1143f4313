"""The rows that the side bar lists, as values, and the parts of a row that Qt asks for."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

from inglenook.core.ids import ChatId, FolderId, NodeId
from inglenook.ui.words import mark

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = int(Qt.ItemDataRole.UserRole)
OPEN_ROLE = ROW_ROLE + 1
"""Whether the row belongs to the chat on screen."""
MARK_ROLE = ROW_ROLE + 2
"""What goes on in a chat that is not on screen, a Mark."""


class Place(StrEnum):
    """What the list shows while nothing is searched for."""

    CHATS = mark("Chats")
    ARCHIVE = mark("Archived")
    TRASH = mark("Trash")


class Mark(StrEnum):
    """What goes on in a chat that is not on screen."""

    NONE = ""
    WRITING = mark("An answer is being written")
    ARRIVED = mark("A new answer is there")


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that groups the rows below it."""

    text: str


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder.

    Attributes:
        count: Chats in it that are on the list.
        is_open: They are shown below it.
    """

    folder: FolderId
    title: str
    count: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat.

    Attributes:
        folder: Where it is; None for nowhere.
        is_pinned: It stands above the others.
        is_inside: It is shown below its folder.
        place: Which list it is in.
        note: What is said beside it, such as how long it stays in the trash.
    """

    chat: ChatId
    title: str
    folder: FolderId | None = None
    is_pinned: bool = False
    is_inside: bool = False
    place: Place = Place.CHATS
    note: str = ""


@dataclass(frozen=True, slots=True)
class HitRow:
    """A found message, or a chat whose title was found.

    Attributes:
        is_first: The first of its chat, which says the chat's title.
        is_archived: Its chat was put aside.
    """

    chat: ChatId
    title: str
    node: NodeId | None
    snippet: str
    is_first: bool = True
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class MoreRow:
    """Stands for what else was found in a chat."""

    chat: ChatId
    count: int


Row = Heading | FolderRow | ChatRow | HitRow | MoreRow
