"""Who has the database open: each process keeps a locked file beside it.

A file whose lock can be taken was left by a process that died. So the same small file
tells which half-written answers nobody is writing any more, and that the database was not
closed properly.
"""

import secrets
from contextlib import suppress
from pathlib import Path

from inglenook.core.errors import BusyDatabaseError
from inglenook.storage.files import disk_errors
from inglenook.storage.lock import FileLock

_ENDING = ".open"
_TRIES = 10


class Presence:
    """This process's own file.

    Threads: the database's owner.

    Attributes:
        token: Names this opening of the database; never used twice.
    """

    def __init__(self, token: str, lock: FileLock) -> None:
        self.token = token
        self._lock = lock

    @classmethod
    def begin(cls, database: Path) -> "Presence":
        """Show that the database is open.

        Raises:
            StorageError: the folder cannot be written.
        """
        for _ in range(_TRIES):  # another start may sweep the new file before it is locked
            token = secrets.token_hex(8)
            lock = FileLock.take(database.with_name(f"{database.name}.{token}{_ENDING}"))
            if lock is not None:
                return cls(token, lock)
        raise BusyDatabaseError(
            "Files cannot be locked here", "Keep your data on a local disk."
        )

    def end(self, *, clean: bool) -> None:
        """Show that the database is closed; if not clean, the next start looks closer."""
        self._lock.release(remove=clean)


def living(database: Path) -> frozenset[str]:
    """Return the tokens of all who have the database open now, this process included."""
    return frozenset(token for token, path in _files(database) if not _is_left(path))


def sweep(database: Path) -> bool:
    """Remove what dead processes left; tell whether there was any."""
    found = False
    for _token, path in _files(database):
        lock = FileLock.take(path)
        if lock is not None:
            lock.release(remove=True)
            found = True
    return found


def _is_left(path: Path) -> bool:
    lock = FileLock.take(path) if path.exists() else None
    if lock is not None:
        lock.release()
        return True
    return not path.exists()


def _files(database: Path) -> list[tuple[str, Path]]:
    start = f"{database.name}."
    with disk_errors(database.parent), suppress(FileNotFoundError):
        return [
            (path.name.removeprefix(start).removesuffix(_ENDING), path)
            for path in database.parent.iterdir()
            if path.name.startswith(start) and path.name.endswith(_ENDING)
        ]
    return []
