"""What is announced about export, import, backup and restore."""

from dataclasses import dataclass

from inglenook.chat.importing.reading import Arrival, Refusal
from inglenook.chat.portable import PortableChat
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.storage.backup import Backup, Manifest


@dataclass(frozen=True, slots=True)
class Haul:
    """What was found in an exported file.

    Attributes:
        path: The file or folder.
        known: Chats that are here already; those in the trash are not, and can come back.
        twice: So many came a second time in the same file.
    """

    path: str
    arrivals: tuple[Arrival, ...]
    refusals: tuple[Refusal, ...]
    known: frozenset[ChatId]
    twice: int = 0

    @property
    def new(self) -> tuple[Arrival, ...]:
        """Chats that are not here yet, or in the trash."""
        return tuple(
            each for each in self.arrivals if each.chat.conversation.id not in self.known
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """The programs they come from."""
        return tuple(dict.fromkeys(each.source for each in self.arrivals))


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of an import.

    Attributes:
        came: Chats that were stored.
        known: So many were here already and were left as they are.
        restored: So many of these were in the trash and are back on the list.
        refusals: What could not be read or stored.
        is_stopped: The person stopped it; what had come stays.
    """

    came: tuple[ChatId, ...] = ()
    known: int = 0
    restored: int = 0
    refusals: tuple[Refusal, ...] = ()
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class ChatsRead:
    """Chats that were asked for, whole.

    Attributes:
        ticket: What the request named.
    """

    ticket: str
    chats: tuple[PortableChat, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ChatsExported:
    """An export is over.

    Attributes:
        place: The file, or the folder of several files.
        files: So many were written.
    """

    place: str
    files: int
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ImportRead:
    """An exported file was looked through; exactly one of haul and problem is there."""

    path: str
    haul: Haul | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ImportProgressed:
    """So many chats of an import are stored."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ChatsImported:
    """An import is over."""

    report: ImportReport


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup was written and checked, or could not be."""

    path: str
    backup: Backup | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class BackupChecked:
    """A backup that may be restored was looked through."""

    path: str
    backup: Backup | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class RestorePrepared:
    """All is ready: the next start of the services shows what was backed up.

    Attributes:
        manifest: Of the backup; None when a restore is undone.
    """

    manifest: Manifest | None = None
    problem: Problem | None = None
