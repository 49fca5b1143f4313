"""The database's layout: which version it has, and how it gets to ours."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from inglenook.core.errors import NewerSchemaError, StorageError
from inglenook.storage import sqlite
from inglenook.storage.files import private_file
from inglenook.storage.migrations import MIGRATIONS, Step
from inglenook.storage.sqlite_errors import damaged

APPLICATION_ID = 0x496E676C
"""``"Ingl"``, at a fixed place in the file's header."""

TABLES = ("chat", "message", "model")
"""The tables that hold a person's data; every version has them."""

LATER_TABLES = ("folder", "attachment", "assistant", "prompt", "draft", "queued", "endpoint")
"""More of a person's data, in the order of their steps; an older file lacks them."""


def migrate(
    connection: sqlite.Connection, path: Path, migrations: Sequence[Step] = MIGRATIONS
) -> None:
    """Bring the layout up to date, each step in one transaction.

    A database that already has data is copied first, to a file named by version and time.

    Raises:
        NewerSchemaError: a newer version wrote it; the file is untouched.
        DamagedDatabaseError: a table is gone.
        StorageError: the file is another program's database.
    """
    version = known_version(connection, path, migrations)
    if 0 < version < len(migrations):
        _copy(connection, path.with_name(f"{path.stem}-before-{version + 1}-{stamp()}.db"))
    for number, step in enumerate(migrations[version:], version + 1):
        _take(connection, step, number)


def known_version(
    connection: sqlite.Connection, path: Path, migrations: Sequence[Step] = MIGRATIONS
) -> int:
    """Return the layout's version, 0 for a new file, having changed nothing.

    Raises:
        NewerSchemaError: a newer version wrote it.
        DamagedDatabaseError: a table is gone.
        StorageError: the file is another program's database.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    if owner != APPLICATION_ID and (owner or version or tables):
        raise StorageError(
            "This database belongs to another program",
            f"Move {path.name} elsewhere or set INGLENOOK_HOME; the file was left as it is.",
            application_id=owner,
        )
    if version > len(migrations):
        raise NewerSchemaError(
            "Your chats were saved by a newer Inglenook",
            "Install the newest version; this one left the file as it is.",
            found=version,
            known=len(migrations),
        )
    if version and not tables.issuperset(TABLES):
        raise damaged(path, {"path": path, "tables": len(tables)})
    return version


def _copy(connection: sqlite.Connection, to: Path) -> None:
    private_file(to)
    sqlite.copy(connection, to)


def _take(connection: sqlite.Connection, step: Step, number: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another start may have taken this step while we waited for the lock.
        if connection.execute("PRAGMA user_version").fetchone()[0] < number:
            for statement in step:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    finally:
        connection.rollback()  # does nothing once it is committed


def stamp() -> str:
    """Return the time now for a file name, in UTC: ``"2026-11-22T04-10-00-123456"``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S-%f")
