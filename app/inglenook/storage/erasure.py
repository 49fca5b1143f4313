"""Erasing everything of a person: asked for by a note, done when nothing of it is open.

The note is written before anything is removed and goes last, so that a crash in between is
made good by the next start. Only what bears a name of ours is removed: a person may have
chosen a folder with other things in it.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from inglenook.storage.erase import erase
from inglenook.storage.files import disk_errors, private_folder, write_whole
from inglenook.storage.paths import Folders
from inglenook.storage.rooms import BACKUP, RESCUE, RESTORE

NOTE = "erase.json"
_IN_DATA = (
    "inglenook.db*", "inglenook.key", "inglenook-*", "before-restore-*", "restor*",
    "settings.json", "settings-damaged-*", "wishes.json", "moving.json", "downloads",
    "window.place", ".*.tmp", *(f"{each}*" for each in (BACKUP, RESCUE, RESTORE)),
)  # fmt: skip
_IN_CACHE = (
    "snapshots", "sizes.json", "speeds.json", "efforts.json", "runtimes.json", "huggingface",
    ".*.tmp",
)  # fmt: skip
_IN_LOGS = ("inglenook.log*", "connections.jsonl", ".*.tmp")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What shall be erased besides all that is always ours.

    Attributes:
        models: Files of downloaded models; empty to leave them.
        secrets: Names of secrets in the system's keyring.
    """

    models: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def ask(folders: Folders, wanted: Erasure) -> None:
    """Write down that everything shall be erased.

    Raises:
        StorageError: the note cannot be written; nothing will be erased.
    """
    private_folder(folders.data)
    write_whole(folders.data / NOTE, msgspec.json.encode(wanted))


def asked(folders: Folders) -> Erasure | None:
    """Return what shall be erased; None if nothing, or the note makes no sense."""
    try:
        return msgspec.json.decode((folders.data / NOTE).read_bytes(), type=Erasure)
    except (OSError, msgspec.DecodeError):
        return None


def carry_out(folders: Folders, wanted: Erasure) -> None:
    """Erase files; the note goes last, then folders that are empty.

    Raises:
        StorageError: something cannot be removed; the note stays, to try again.
    """
    for path in [*map(Path, wanted.models), *_ours(folders)]:
        with disk_errors(path):
            _remove(path)
    with disk_errors(folders.data):
        (folders.data / NOTE).unlink(missing_ok=True)
    for folder in (folders.models, folders.logs, folders.cache, folders.data):
        with suppress(OSError):  # what others have put there stays, and the folder with it
            folder.rmdir()


def _ours(folders: Folders) -> Iterator[Path]:
    for folder, names in (
        (folders.data, _IN_DATA),
        (folders.cache, _IN_CACHE),
        (folders.logs, _IN_LOGS),
    ):
        for name in names:
            yield from sorted(folder.glob(name))


def _remove(path: Path) -> None:
    """Overwrite and remove a file, or all files of a folder and the folder itself."""
    if not path.is_dir() or path.is_symlink():
        erase(path)
        return
    for inner in sorted(path.rglob("*")):
        if inner.is_file() and not inner.is_symlink():
            erase(inner)
    shutil.rmtree(path)
