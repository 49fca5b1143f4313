"""What sqlite3 reports, in our words: the one place that knows its result codes."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from inglenook.core.errors import BusyDatabaseError, DamagedDatabaseError, StorageError
from inglenook.storage import sqlite
from inglenook.storage.files import no_room, not_writable

_SMALLEST_ROOM_BYTES = 1024**2
"""With less than this an unexplained write error is taken for a full disk."""


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn every error of the database inside into one of ours.

    Misuse of sqlite3 (ProgrammingError) is our own mistake and passes through.

    Raises:
        StorageError: or the kind of it that fits.
    """
    try:
        yield
    except sqlite.ProgrammingError:
        raise
    except sqlite.DatabaseError as cause:
        raise _in_our_words(cause, path) from cause


def _in_our_words(cause: sqlite.DatabaseError, path: Path) -> StorageError:
    code = getattr(cause, "sqlite_errorcode", sqlite.SQLITE_ERROR)
    facts = {"path": path, "code": getattr(cause, "sqlite_errorname", type(cause).__name__)}
    return _KINDS.get(code & 0xFF, _unexplained)(path, facts)


def _busy(_path: Path, facts: dict[str, object]) -> StorageError:
    return BusyDatabaseError(
        "Another program is using your chats", "Close it, then try again.", **facts
    )


def damaged(_path: Path, facts: dict[str, object]) -> StorageError:
    """Return the error for a file that is not readable as a database."""
    return DamagedDatabaseError(
        "The file of your chats is damaged",
        "Start Inglenook again: it keeps the file aside and rescues what can be read.",
        **facts,
    )


def _full(_path: Path, facts: dict[str, object]) -> StorageError:
    return no_room(**facts)


def _read_only(path: Path, facts: dict[str, object]) -> StorageError:
    return not_writable(path.parent, **facts)


def _disk_trouble(path: Path, facts: dict[str, object]) -> StorageError:
    """A full disk hides behind a plain I/O error when a quota or the -shm file meets it."""
    if shutil.disk_usage(path.parent).free < _SMALLEST_ROOM_BYTES:
        return no_room(**facts)
    return StorageError(
        "The disk did not take your chats",
        "Check the disk's free space, quota and health, then try again.",
        **facts,
    )


def _unexplained(_path: Path, facts: dict[str, object]) -> StorageError:
    return StorageError(
        "The file of your chats answered unexpectedly",
        "Start Inglenook again; if it stays, keep a copy of the data folder.",
        **facts,
    )


_KINDS: dict[int, Callable[[Path, dict[str, object]], StorageError]] = {
    sqlite.SQLITE_BUSY: _busy,
    sqlite.SQLITE_LOCKED: _busy,
    sqlite.SQLITE_CORRUPT: damaged,
    sqlite.SQLITE_NOTADB: damaged,
    sqlite.SQLITE_FULL: _full,
    sqlite.SQLITE_READONLY: _read_only,
    sqlite.SQLITE_CANTOPEN: _read_only,
    sqlite.SQLITE_PERM: _read_only,
    sqlite.SQLITE_IOERR: _disk_trouble,
}
