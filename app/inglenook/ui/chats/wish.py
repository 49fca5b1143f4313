"""What a person wants done with chats or folders in the list."""

from dataclasses import dataclass
from enum import Enum, auto

from inglenook.core.ids import ChatId, FolderId


class Act(Enum):
    """One thing that can be done."""

    PIN = auto()
    UNPIN = auto()
    MOVE = auto()
    NEW_FOLDER = auto()
    ARCHIVE = auto()
    UNARCHIVE = auto()
    REMOVE = auto()
    RESTORE = auto()
    ERASE = auto()
    DELETE_FOLDER = auto()
    FOLDER_UP = auto()
    FOLDER_DOWN = auto()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, and with what.

    Attributes:
        chats: All that are meant, in the order of the list.
        folder: The one that is meant, or where to; None for none.
    """

    act: Act
    chats: tuple[ChatId, ...] = ()
    folder: FolderId | None = None
