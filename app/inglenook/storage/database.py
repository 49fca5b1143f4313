"""The one database file: opened safely, checked after a crash, healed when damaged."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from inglenook.core.errors import DamagedDatabaseError, Problem, StorageError
from inglenook.storage import presence, rekey, rooms, salvage, sqlite
from inglenook.storage.files import disk_errors, private_file, private_folder
from inglenook.storage.migrations import MIGRATIONS, Step
from inglenook.storage.schema import known_version, migrate
from inglenook.storage.sqlite_errors import damaged, database_errors
from inglenook.storage.unlocking import require_key

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # a power cut loses no committed row (with NORMAL it may)
    "fullfsync = 1",  # macOS: fsync alone stops at the drive's cache
    "checkpoint_fullfsync = 1",
    "foreign_keys = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",  # no message text in temporary files
)


class Database:
    """An open database.

    Threads: the one that opened it; others open their own with :meth:`open_to_read`.

    Attributes:
        path: The file; its ``-wal`` and ``-shm`` companions have the same permissions, 0600.
        notices: What happened while opening that the person should read.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite.Connection,
        own: presence.Presence | None = None,
        notices: tuple[Problem, ...] = (),
    ) -> None:
        self.path = path
        self.notices = notices
        self._connection = connection
        self._presence = own
        self._is_sound = True

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        key: bytes = b"",
        busy_timeout_s: float = 5.0,
        migrations: Sequence[Step] = MIGRATIONS,
    ) -> "Database":
        """Open the database, or create it.

        After a crash the file is checked. A damaged one is kept aside under a dated name
        and its readable rows are carried over; ``notices`` says so. A change of the key that
        a crash broke off is brought to its end before.

        Args:
            path: The file.
            key: What it is encrypted with; empty for nothing.
            busy_timeout_s: How long to wait for another program that has it locked.
            migrations: The layouts, the newest last.

        Raises:
            LockedError: it is encrypted with another key, or not as it should be.
            NewerSchemaError: a newer version wrote it; the file is untouched.
            BusyDatabaseError: another program holds it for longer than the time-out.
            DamagedDatabaseError: it is damaged and cannot be healed now, or not ours.
            ReadOnlyError: the folder or the file cannot be written.
            DiskFullError: no room is left.
        """
        private_folder(path.parent)
        own = presence.Presence.begin(path)
        crashed = True
        is_open = False
        try:
            crashed = presence.sweep(path)
            if crashed and not presence.living(path) - {own.token}:
                with disk_errors(path):
                    rooms.clear(path.parent, rooms.BACKUP, rooms.RESCUE)
            rekey.recover(path)
            require_key(path, key)
            connection, notices = _open_or_heal(
                path, own, _Way(key, busy_timeout_s, migrations, crashed)
            )
            is_open = True
        finally:
            if not is_open:
                own.end(clean=not crashed)
        return cls(path, connection, own, notices)

    @classmethod
    def open_to_read(
        cls, path: Path, *, key: bytes = b"", busy_timeout_s: float = 5.0
    ) -> "Database":
        """Open an existing database for reading, on another thread than the owner's.

        Raises:
            LockedError: it is encrypted with another key.
            StorageError: it cannot be opened.
        """
        require_key(path, key)
        with database_errors(path):
            address = f"{path.absolute().as_uri()}?mode=ro"
            connection = sqlite.connect(address, key=key, timeout=busy_timeout_s, uri=True)
            connection.execute("PRAGMA query_only = ON")
        return cls(path, connection)

    @property
    def token(self) -> str:
        """Names this opening among all; empty for one that only reads."""
        return "" if self._presence is None else self._presence.token

    def living_writers(self) -> frozenset[str]:
        """Return the tokens of every process that has the database open to write."""
        return presence.living(self.path)

    @contextmanager
    def reading(self) -> Iterator[sqlite.Connection]:
        """Give the connection for queries that all see the same moment.

        Raises:
            StorageError: a query failed.
        """
        with self._inside("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite.Connection]:
        """Give the connection for one transaction: at the end all of it is on the disk.

        Raises:
            StorageError: nothing of it was kept.
        """
        with self._inside("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _inside(self, begin: str) -> Iterator[sqlite.Connection]:
        connection = self._connection
        try:
            with database_errors(self.path):
                connection.execute(begin)
                try:
                    yield connection
                    connection.execute("COMMIT")
                finally:
                    connection.rollback()  # does nothing once it is committed
        except DamagedDatabaseError:
            self._is_sound = False
            raise

    def forget_freed(self) -> None:
        """Empty the write-ahead file too, so that what was purged is nowhere any more."""
        with database_errors(self.path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close; a second time does nothing."""
        with suppress(sqlite.Error):  # the last checkpoint may fail; all rows are in the -wal
            self._connection.close()
        if self._presence is not None:
            self._presence.end(clean=self._is_sound)


@dataclass(frozen=True, slots=True)
class _Way:
    """How to open: the key, how long to wait, the layout to reach, whether to look closer."""

    key: bytes
    busy_timeout_s: float
    migrations: Sequence[Step]
    check: bool


def _open_or_heal(
    path: Path, own: presence.Presence, way: _Way
) -> tuple[sqlite.Connection, tuple[Problem, ...]]:
    try:
        return _open_file(path, way), ()
    except DamagedDatabaseError as damage:
        if presence.living(path) - {own.token}:
            raise DamagedDatabaseError(
                "The file of your chats is damaged",
                "Close every other Inglenook, then start again to rescue what can be read.",
            ) from damage
    with database_errors(path):
        rescue = salvage.heal(path, way.key)
    return _open_file(path, way), (rescue.in_words(),)


def _open_file(path: Path, way: _Way) -> sqlite.Connection:
    private_file(path)
    with database_errors(path):
        connection = sqlite.connect(path, key=way.key, timeout=way.busy_timeout_s)
        try:
            known_version(connection, path, way.migrations)
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
            if way.check:
                _check(connection, path)
            migrate(connection, path, way.migrations)
        except (sqlite.Error, StorageError):
            connection.close()
            raise
    return connection


def _check(connection: sqlite.Connection, path: Path) -> None:
    answer = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer is None or answer[0] != "ok":
        raise damaged(path, {"path": path, "check": answer and answer[0]})
