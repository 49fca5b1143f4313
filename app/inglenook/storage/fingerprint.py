"""What two databases hold, compared to the last byte: layout, numbers and rows."""

import hashlib

from inglenook.storage import sqlite

_LAYOUT = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
# A virtual table has no rows of its own: they are in its shadow tables.
_TABLES = (
    "SELECT name FROM sqlite_schema WHERE type = 'table'"
    " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
)
_NUMBERS = ("user_version", "application_id")


def differences(one: sqlite.Connection, other: sqlite.Connection) -> list[str]:
    """Return the names of what is not the same in both; empty if all is.

    Raises:
        Error: one of them cannot be read.
    """
    found = [
        number
        for number in _NUMBERS
        if one.execute(f"PRAGMA {number}").fetchone()
        != other.execute(f"PRAGMA {number}").fetchone()
    ]
    if one.execute(_LAYOUT).fetchall() != other.execute(_LAYOUT).fetchall():
        return [*found, "layout"]
    tables = [str(name) for (name,) in one.execute(_TABLES)]
    return found + [name for name in tables if _rows(one, name) != _rows(other, name)]


def _rows(connection: sqlite.Connection, table: str) -> tuple[int, bytes]:
    """Return how many rows there are, and a hash of them in their order."""
    count, digest = 0, hashlib.sha256()
    name = table.replace('"', '""')
    for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - a name, quoted
        digest.update(repr(row).encode("utf-8", "surrogatepass"))
        count += 1
    return count, digest.digest()
