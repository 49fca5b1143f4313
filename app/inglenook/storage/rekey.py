"""A database gets another key, its first one, or none: a whole copy first, then a swap.

A small note says how far it is, and is written before each step; a lock tells a crash from a
change that another process has under way. Whatever moment a process dies at, the next start
finds either the old database untouched or the new one whole, and brings it to the end.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from inglenook.core.errors import BusyDatabaseError, StorageError
from inglenook.storage import presence, rooms, sqlite
from inglenook.storage.erase import erase, overwrite
from inglenook.storage.files import disk_errors, private_file, sync_folder, write_whole
from inglenook.storage.fingerprint import differences
from inglenook.storage.keyfile import Key, KeyFile, key_file_of
from inglenook.storage.lock import FileLock
from inglenook.storage.sqlite_errors import database_errors

ASIDE = "before-restore-"
"""How the folders begin that keep what a restored backup has replaced."""
_COMPANIONS = ("-wal", "-shm", "-journal")


class Step(StrEnum):
    """How far a change is."""

    COPYING = "copying"
    CHECKING = "checking"
    SWITCHING = "switching"
    ERASING = "erasing"


OnStep = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Sealed:
    """The key that a database shall have, and the file that keeps it."""

    key: Key
    file: KeyFile


class _Places:
    """Every file that a change touches."""

    def __init__(self, database: Path) -> None:
        def beside(ending: str) -> Path:
            return database.with_name(f"{database.stem}-rekey{ending}")

        self.database, self.key_file = database, key_file_of(database)
        self.note, self.lock = beside(".json"), beside(".lock")
        self.fresh, self.fresh_key_file = beside(".db"), beside(".key")
        self.old = beside("-old.db")


def rekey(database: Path, key: bytes, to: Sealed | None, on_step: OnStep) -> None:
    """Replace a database by a copy with another key, and erase the old one.

    Nobody may have it open, this process included. A failure before the swap leaves
    everything as it was; one after it is finished by the next start.

    Args:
        database: The file.
        key: Its key now; empty for none.
        to: The key it shall have; None for none.
        on_step: Told before each step.

    Raises:
        BusyDatabaseError: somebody has it open, or another change is under way.
        DiskFullError: no room for the copy is left.
        StorageError: the disk or the copy failed.
    """
    places = _Places(database)
    with _alone(places):
        _recover(places)
        if presence.living(database):
            raise BusyDatabaseError(
                "Another Inglenook has your chats open", "Close it, then try again."
            )
        _write_note(places, Step.COPYING, is_sealed=to is not None)
        try:
            on_step(Step.COPYING)
            _copy(places, key, to, on_step)
            on_step(Step.SWITCHING)
            _write_note(places, Step.SWITCHING, is_sealed=to is not None)
        except (StorageError, OSError):
            _undo(places)
            raise
        _switch(places, is_sealed=to is not None)
        on_step(Step.ERASING)
        _finish(places)


def is_broken_off(database: Path) -> bool:
    """Tell whether a change waits to be brought to its end, or is under way."""
    return _Places(database).note.exists()


def recover(database: Path) -> None:
    """Bring a change to its end that a crash broke off: undo it before its swap, else finish.

    Raises:
        BusyDatabaseError: another process has a change under way.
        StorageError: the disk does not allow it.
    """
    places = _Places(database)
    if places.note.exists():
        with _alone(places):
            _recover(places)


@contextmanager
def _alone(places: _Places) -> Iterator[None]:
    lock = FileLock.take(places.lock)
    if lock is None:
        raise BusyDatabaseError(
            "The encryption of your chats is being changed", "Wait a moment, then try again."
        )
    try:
        with disk_errors(places.database):
            yield
    finally:
        lock.release(remove=True)


# --- before the swap: the database that counts is the old one ---


def _copy(places: _Places, key: bytes, to: Sealed | None, on_step: OnStep) -> None:
    if to is not None:
        to.file.write(places.fresh_key_file)
    fresh_key = b"" if to is None else to.key.material
    private_file(places.fresh)
    with (
        database_errors(places.database),
        closing(sqlite.connect(places.database, key=key)) as old,
    ):
        sqlite.export(old, places.fresh, fresh_key)
        on_step(Step.CHECKING)
        with closing(sqlite.connect(places.fresh, key=fresh_key)) as fresh:
            _require_same(old, fresh)
        _empty_log(places, old)
    _sync(places.fresh)
    sync_folder(places.database.parent)


def _require_same(old: sqlite.Connection, fresh: sqlite.Connection) -> None:
    sound = fresh.execute("PRAGMA integrity_check(1)").fetchone()[0]
    other = differences(old, fresh)
    if sound != "ok" or other:
        raise StorageError(
            "The copy of your chats differs from the original",
            "Nothing was changed; check the health of the disk, then try again.",
            check=sound,
            tables=", ".join(other),
        )


def _empty_log(places: _Places, old: sqlite.Connection) -> None:
    """Overwrite the write-ahead file once all of it is in the database."""
    busy, frames, moved = old.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
    if busy or frames != moved:
        raise BusyDatabaseError("Another program is using your chats", "Close it first.")
    log = Path(f"{places.database}-wal")
    if log.exists():
        overwrite(log)


def _undo(places: _Places) -> None:
    # Half a copy without a key is chats in clear.
    for path in (*_with_companions(places.fresh), places.fresh_key_file):
        erase(path)
    _forget_note(places)


# --- after it: the new one counts ---


def _switch(places: _Places, *, is_sealed: bool) -> None:
    """Put the new files in their places; doing it again goes on where it was broken off."""
    if places.fresh.exists():
        if places.database.exists():
            places.database.replace(places.old)
        # An old -wal beside the new file would be played back into it.
        for path in _companions(places.database):
            erase(path)
        places.fresh.replace(places.database)
    if is_sealed and places.fresh_key_file.exists():
        places.fresh_key_file.replace(places.key_file)
    if not is_sealed:
        places.key_file.unlink(missing_ok=True)
    sync_folder(places.database.parent)
    _write_note(places, Step.ERASING, is_sealed=is_sealed)


def _finish(places: _Places) -> None:
    for path in (*_with_companions(places.old), *_companions(places.fresh)):
        erase(path)
    for path in copies_of(places.database):
        erase(path)
    rooms.clear(places.database.parent, rooms.BACKUP, rooms.RESCUE, rooms.RESTORE)
    _forget_note(places)


def copies_of(database: Path) -> list[Path]:
    """Return the copies that hold chats too and that the new key does not open.

    Those made before migrations and of damaged files, and what a restored backup replaced
    if that is in clear; an encrypted one has its own key beside it.
    """
    kinds = (f"{database.stem}-before-*", f"{database.stem}-damaged-*")
    beside = [path for kind in kinds for path in database.parent.glob(kind) if path.is_file()]
    aside = database.parent.glob(f"{ASIDE}*/{database.name}*")
    return beside + [
        path for path in aside if not key_file_of(path.parent / database.name).exists()
    ]


# --- the note ---


def _recover(places: _Places) -> None:
    try:
        note = json.loads(places.note.read_bytes())
        step, is_sealed = Step(note["step"]), bool(note["sealed"])
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError) as cause:
        raise StorageError(
            "The note of a change cannot be read",
            f"Keep a copy of the data folder, then remove {places.note.name} from it.",
        ) from cause
    if step is Step.COPYING:
        _undo(places)
        return
    if step is Step.SWITCHING:
        _switch(places, is_sealed=is_sealed)
    _finish(places)


def _write_note(places: _Places, step: Step, *, is_sealed: bool) -> None:
    note = {"step": step.value, "sealed": is_sealed}
    write_whole(places.note, json.dumps(note).encode())


def _forget_note(places: _Places) -> None:
    for draft in places.note.parent.glob(f".{places.database.stem}-rekey.*.tmp"):
        draft.unlink(missing_ok=True)  # half of a note, or of a key file
    places.note.unlink(missing_ok=True)
    sync_folder(places.note.parent)


def _companions(path: Path) -> list[Path]:
    return [Path(f"{path}{ending}") for ending in _COMPANIONS]


def _with_companions(path: Path) -> list[Path]:
    return [path, *_companions(path)]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
