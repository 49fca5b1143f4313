"""A backup in the place of what is there now, safe at every step and able to be undone.

First everything is made ready in a folder of its own. Then a note says what shall happen;
from that moment on the swap is finished by the next start, whatever interrupts it. What was
there before is set aside in a dated folder and never deleted by us.
"""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from inglenook.core.errors import BusyDatabaseError, NotFoundError, StorageError
from inglenook.storage import backup, presence, rooms
from inglenook.storage.files import disk_errors, private_folder, sync_folder, write_whole
from inglenook.storage.lock import FileLock
from inglenook.storage.paths import Folders
from inglenook.storage.schema import stamp

_NOTE, _LOCK = rooms.RESTORE_NOTE, "restoring.lock"
_ASIDE = "before-restore-"
_READY = rooms.RESTORE


class _Note(msgspec.Struct, frozen=True):
    """What shall be swapped: names of folders beside the database."""

    ready: str
    aside: str
    names: list[str]


def prepare(path: Path, folders: Folders) -> backup.Manifest:
    """Check a backup and make it ready; the swap itself is done by :func:`finish`.

    Raises:
        BadArgumentError: it is no backup, or damaged.
        NewerSchemaError: a newer Inglenook made it.
        StorageError: there is no room; all is as it was.
    """
    cancel(folders)
    private_folder(folders.data)
    with disk_errors(folders.data):
        room = Path(tempfile.mkdtemp(prefix=_READY, dir=folders.data))
    is_ready = False
    try:
        manifest = backup.unpack(path, room)
        _write_note(folders, room.name, list(manifest.files))
        is_ready = True
    finally:
        if not is_ready:
            shutil.rmtree(room, ignore_errors=True)
    return manifest


def prepare_undo(folders: Folders) -> str:
    """Make ready to go back to what was set aside last; return the name of its folder.

    Raises:
        NotFoundError: nothing was.
        StorageError: the folder cannot be written.
    """
    cancel(folders)
    if (last := last_aside(folders)) is None:
        raise NotFoundError("Nothing was set aside", "Only a restore can be undone.")
    with disk_errors(last):
        names = [name for name in _places(folders) if (last / name).is_file()]
    _write_note(folders, last.name, names)
    return last.name


def last_aside(folders: Folders) -> Path | None:
    """Return the folder with what the last restore has replaced, if it has a database."""
    found = sorted(folders.data.glob(f"{_ASIDE}*"), reverse=True)
    return next((each for each in found if (each / folders.database.name).is_file()), None)


def is_prepared(folders: Folders) -> bool:
    """Tell whether a swap waits for the next start."""
    return (folders.data / _NOTE).exists()


def cancel(folders: Folders) -> None:
    """Forget a swap that was made ready and has not begun.

    Raises:
        StorageError: the folder cannot be written.
    """
    with disk_errors(folders.data):
        (folders.data / _NOTE).unlink(missing_ok=True)
        for room in folders.data.glob(f"{_READY}*"):
            shutil.rmtree(room, ignore_errors=True)


def finish(folders: Folders) -> bool:
    """Swap what was made ready, or go on with it after a crash; tell whether there was any.

    Called before the database is opened. While another Inglenook has it open, nothing is done.

    Raises:
        BusyDatabaseError: another Inglenook is doing it.
        StorageError: a file cannot be moved; the next start goes on.
    """
    note = _read_note(folders)
    if note is None:
        return False
    lock = FileLock.take(folders.data / _LOCK)
    if lock is None:
        raise BusyDatabaseError("A backup is being restored", "Try again in a moment.")
    try:
        if presence.living(folders.database):
            return False
        _swap_all(note, folders)
    finally:
        lock.release(remove=True)
    return True


def _swap_all(note: _Note, folders: Folders) -> None:
    ready, aside = folders.data / note.ready, folders.data / note.aside
    private_folder(aside)
    with disk_errors(folders.data):
        for name, place in _places(folders).items():
            if name in note.names and (ready / name).is_file():
                _swap(ready / name, place, aside, _companions(folders, place))
        sync_folder(aside)
        sync_folder(folders.data)
        (folders.data / _NOTE).unlink()
        sync_folder(folders.data)
        shutil.rmtree(ready, ignore_errors=True)


def _places(folders: Folders) -> Mapping[str, Path]:
    """Return where files belong, the database first: what belongs to it comes after it."""
    log = folders.database.with_name(f"{folders.database.name}-wal")
    return {**backup.places(folders), log.name: log}


def _companions(folders: Folders, place: Path) -> tuple[Path, ...]:
    """Return what is of no use without a file: beside the database its log and its key."""
    if place != folders.database:
        return ()
    beside = tuple(place.with_name(f"{place.name}{each}") for each in ("-wal", "-shm"))
    return (*beside, place.with_suffix(".key"))


def _swap(new: Path, place: Path, aside: Path, companions: Iterable[Path]) -> None:
    """Move a file aside with its companions, and the new one to its place, in this order.

    As long as the new one is still there, the one in its place is the old one.
    """
    for old in (*companions, place):
        if old.is_file():
            old.replace(aside / old.name)
    sync_folder(aside)
    new.replace(place)


def _write_note(folders: Folders, ready: str, names: list[str]) -> None:
    note = _Note(ready, f"{_ASIDE}{stamp()}", names)
    write_whole(folders.data / _NOTE, msgspec.json.encode(note))


def _read_note(folders: Folders) -> _Note | None:
    path = folders.data / _NOTE
    if not path.exists():
        return None
    with disk_errors(path):
        content = path.read_bytes()
    try:
        note = msgspec.json.decode(content, type=_Note)
    except msgspec.MsgspecError as cause:
        raise StorageError(
            "A restore cannot be finished", f"Delete {_NOTE} from the data folder.", path=path
        ) from cause
    for name in (note.ready, note.aside):
        if Path(name).name != name or not name.startswith((_READY, _ASIDE)):
            raise StorageError(
                "A restore cannot be finished", f"Delete {_NOTE} from the data folder."
            )
    return note
