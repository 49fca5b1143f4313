"""Announcements about the order of chats: folders, and what is in the trash."""

from dataclasses import dataclass

from inglenook.core.ids import ChatId, FolderId


@dataclass(frozen=True, slots=True)
class FolderSummary:
    """One folder of the side bar."""

    id: FolderId
    name: str


@dataclass(frozen=True, slots=True)
class FoldersChanged:
    """There are other folders, or they have other names or another order."""

    folders: tuple[FolderSummary, ...]


@dataclass(frozen=True, slots=True)
class FolderDeleted:
    """A folder is gone, its chats are not, and it can be brought back.

    Attributes:
        order: Every folder as it stood before, this one among them.
        chats: Those that were in it.
    """

    folder: FolderSummary
    order: tuple[FolderId, ...]
    chats: tuple[ChatId, ...]


@dataclass(frozen=True, slots=True)
class RemovedChat:
    """A chat that came into the trash."""

    id: ChatId
    title: str


@dataclass(frozen=True, slots=True)
class ChatsRemoved:
    """Chats are gone from the list, all in one step, and can be brought back."""

    chats: tuple[RemovedChat, ...]


@dataclass(frozen=True, slots=True)
class ChatsErased:
    """Chats are gone for good."""

    chats: tuple[ChatId, ...]


@dataclass(frozen=True, slots=True)
class TrashedSummary:
    """One chat in the trash.

    Attributes:
        days_left: In so many days it may be erased; 0 if the next start does it.
    """

    id: ChatId
    title: str
    days_left: int


@dataclass(frozen=True, slots=True)
class TrashListed:
    """What is in the trash, what came there last first."""

    chats: tuple[TrashedSummary, ...]
