"""Whether a database is encrypted, and whether it may be opened with the key that is here.

An encrypted database is never opened as if it were not, healed as if it were damaged, or
replaced by a new one in clear: without its key it stays closed.
"""

import math
from collections import Counter
from pathlib import Path

from inglenook.core.errors import LockedError
from inglenook.storage.files import disk_errors
from inglenook.storage.keyfile import key_file_of
from inglenook.storage.pages import MARK, PAGE_BYTES

_SAMPLE_BYTES = 16 * 1024
_LEAST_BITS = 7.5
"""Of entropy a byte: 4,096 random bytes have 7.95, pages of text and numbers below 6.5."""


def is_sealed(database: Path) -> bool:
    """Tell whether the chats are encrypted, or shall be: they have a key beside them.

    Raises:
        StorageError: the folder cannot be read.
    """
    with disk_errors(database):
        return key_file_of(database).exists() or _looks_encrypted(database, _start_of(database))


def require_key(database: Path, key: bytes) -> None:
    """Refuse to open a database otherwise than it was closed.

    Args:
        database: Its file; may be missing or empty.
        key: What is to be tried; empty for none.

    Raises:
        LockedError: it needs a key, or has none though it should.
        StorageError: the folder cannot be read.
    """
    with disk_errors(database):
        start = _start_of(database)
        has_key_file = key_file_of(database).exists()
        is_lost = not key and not has_key_file and _looks_encrypted(database, start)
    if start.startswith(MARK) and has_key_file:
        raise LockedError(
            "Your chats should be encrypted and are not",
            f"Another file was put in their place; move {database.name} elsewhere, or "
            f"{key_file_of(database).name} if you want to go on without encryption.",
        )
    if not key and has_key_file:
        raise LockedError("Your chats are locked", "Open Inglenook's window to unlock them.")
    if is_lost:
        raise LockedError(
            "The key of your chats is missing",
            f"Put {key_file_of(database).name} back beside {database.name}, from a backup; "
            "without it nobody can open them.",
        )


def other_key(database: Path) -> LockedError:
    """Return the error for a file that the key beside it never wrote."""
    return LockedError(
        "Your chats were encrypted with another key",
        f"Put {database.name} and {key_file_of(database).name} back from the same backup.",
    )


def _start_of(database: Path) -> bytes:
    try:
        with database.open("rb") as file:
            return file.read(_SAMPLE_BYTES)
    except FileNotFoundError:
        return b""


def _looks_encrypted(database: Path, start: bytes) -> bool:
    """Tell a file in cipher from one of garbage, which is healed: it has whole pages only."""
    if not start or start.startswith(MARK) or database.stat().st_size % PAGE_BYTES:
        return False
    shares = [count / len(start) for count in Counter(start).values()]
    return -sum(share * math.log2(share) for share in shares) > _LEAST_BITS
