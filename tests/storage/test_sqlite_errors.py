"""Every result code of SQLite becomes one of our errors."""

import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path

import pytest

from inglenook.core.errors import (
    BusyDatabaseError,
    DamagedDatabaseError,
    DiskFullError,
    ReadOnlyError,
    StorageError,
)
from inglenook.storage import sqlite
from inglenook.storage.database import Database
from inglenook.storage.sqlite_errors import database_errors

Usage = namedtuple("Usage", "total used free")


def fail(tmp_path: Path, code: int) -> StorageError:
    error = sqlite.OperationalError("it failed")
    error.sqlite_errorcode, error.sqlite_errorname = code, f"code {code}"
    with pytest.raises(StorageError) as caught, database_errors(tmp_path / "x.db"):
        raise error
    assert caught.value.problem.facts["code"] == f"code {code}"
    assert caught.value.__cause__ is error
    return caught.value


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, BusyDatabaseError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, BusyDatabaseError),
        (sqlite3.SQLITE_LOCKED, BusyDatabaseError),
        (sqlite3.SQLITE_CORRUPT_VTAB, DamagedDatabaseError),
        (sqlite3.SQLITE_NOTADB, DamagedDatabaseError),
        (sqlite3.SQLITE_FULL, DiskFullError),
        (sqlite3.SQLITE_READONLY_DIRECTORY, ReadOnlyError),
        (sqlite3.SQLITE_CANTOPEN, ReadOnlyError),
        (sqlite3.SQLITE_PERM, ReadOnlyError),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageError),
        (sqlite3.SQLITE_TOOBIG, StorageError),
    ],
)
def test_codes_have_their_kind_of_error(
    tmp_path: Path, code: int, kind: type[StorageError]
) -> None:
    assert type(fail(tmp_path, code)) is kind


def test_an_io_error_without_room_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, 4096))
    assert type(fail(tmp_path, sqlite3.SQLITE_IOERR_WRITE)) is DiskFullError


def test_our_own_mistakes_are_not_dressed_up(database: Database) -> None:
    with pytest.raises(sqlite.ProgrammingError), database.reading() as connection:
        connection.execute("SELECT ?", ())


def test_a_really_full_database_says_so(database: Database) -> None:
    with database.reading() as connection:
        connection.execute("PRAGMA max_page_count = 1")  # no more than there are
    with pytest.raises(DiskFullError), database.writing() as connection:
        connection.execute(
            "INSERT INTO chat(row, id, title, created_ms, updated_ms)"
            " VALUES (1, 'x', hex(zeroblob(99999)), 1, 1)"
        )
