"""The one door to SQLite: the library that can encrypt, opened with a key or without.

It is a drop-in for Python's own ``sqlite3``, which is why its types are taken from there. One
library does both, since two in one process would break each other's locks on a file.
"""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as library
else:
    from sqlcipher3 import dbapi2 as library

# What the library's own result codes and errors are called, for the rest of the storage.
DatabaseError = library.DatabaseError
Error = library.Error
IntegrityError = library.IntegrityError
OperationalError = library.OperationalError
ProgrammingError = library.ProgrammingError
SQLITE_BUSY = library.SQLITE_BUSY
SQLITE_CANTOPEN = library.SQLITE_CANTOPEN
SQLITE_CORRUPT = library.SQLITE_CORRUPT
SQLITE_ERROR = library.SQLITE_ERROR
SQLITE_FULL = library.SQLITE_FULL
SQLITE_IOERR = library.SQLITE_IOERR
SQLITE_LOCKED = library.SQLITE_LOCKED
SQLITE_NOTADB = library.SQLITE_NOTADB
SQLITE_PERM = library.SQLITE_PERM
SQLITE_READONLY = library.SQLITE_READONLY
Row = library.Row

CIPHER_KEY_BYTES, SALT_BYTES = 32, 16
KEY_BYTES = CIPHER_KEY_BYTES + SALT_BYTES
"""The key of the cipher, and the salt of the file, which a damaged file may have lost."""


class Connection(library.Connection):
    """A connection that remembers its key, so that copies are made with the same one.

    Threads: the one that opened it.

    Attributes:
        key: 48 bytes; empty if the file is not encrypted.
    """

    key: bytes = b""


def connect(
    database: Path | str,
    *,
    key: bytes = b"",
    timeout: float = 5.0,
    isolation_level: None = None,
    uri: bool = False,
) -> Connection:
    """Open a file; nothing is read of it yet, so a wrong key shows at the first query.

    Args:
        database: Its path, or with ``uri`` its address.
        key: 48 random bytes, used as they are; empty for a file that is not encrypted.
        timeout: Seconds to wait for another program that has it locked.
        isolation_level: None: transactions begin where they are begun.
        uri: ``database`` is an address.

    Raises:
        Error: it cannot be opened.
    """
    connection = library.connect(
        database, timeout, isolation_level=isolation_level, uri=uri, factory=Connection
    )
    if key:
        connection.key = key
        _set_up_cipher(connection)
        connection.execute(f'PRAGMA key = "{spelt(key)}"')
    return connection


def _set_up_cipher(connection: Connection) -> None:
    """Choose what holds for every key that is given from now on, in the whole process."""
    # By itself it writes what it finds to the standard error stream.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # Processors compute it faster than SHA-512: a page costs 5 instead of 7 microseconds to
    # read (2026-11), and a tag of 256 bits is as safe as the key.
    connection.execute("PRAGMA cipher_default_hmac_algorithm = HMAC_SHA256")


def spelt(key: bytes) -> str:
    """Return a key as SQLCipher reads it: used as it is, not stretched like a password.

    Source: SQLCipher API, "PRAGMA key", example 3: raw key data with an explicit salt.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes")
    return f"x'{key.hex()}'"


def copy(connection: Connection, to: Path) -> None:
    """Copy all of a database as it is now into an empty file, encrypted if it is.

    Raises:
        Error: it could not be copied.
    """
    with closing(connect(to, key=connection.key)) as target:
        connection.backup(target)


def export(connection: Connection, to: Path, key: bytes) -> None:
    """Copy all of a database into an empty file with another key, or with none.

    Source: SQLCipher API, "sqlcipher_export".

    Raises:
        Error: it could not be copied.
    """
    _set_up_cipher(connection)
    connection.execute("ATTACH ? AS fresh KEY ?", (str(to), spelt(key) if key else ""))
    try:
        connection.execute("PRAGMA fresh.synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("SELECT sqlcipher_export('fresh')")
            for number in ("user_version", "application_id"):
                value = int(connection.execute(f"PRAGMA main.{number}").fetchone()[0])
                connection.execute(f"PRAGMA fresh.{number} = {value}")
            connection.execute("COMMIT")
        finally:
            connection.rollback()  # does nothing once it is committed
    finally:
        connection.execute("DETACH fresh")
