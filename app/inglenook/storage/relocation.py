"""All files of a folder brought to another one, so that a crash at any moment loses none.

A note says what is under way, and is written before each step:

- ``RENAMING``: both are on one disk; the names change one by one. Goes on after a crash.
- ``COPYING``: the old files are what counts; after a crash the copies are removed.
- ``SWITCHING``: all are there, checked and safe; the list is changed, then the old files go.
  Goes on after a crash.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec

from inglenook.core.errors import InglenookError, StorageError
from inglenook.core.units import MIB
from inglenook.storage.aside import ASIDE, remove_empty
from inglenook.storage.files import disk_errors, shown, sync_folder, write_whole

OnBytes = Callable[[int, int], None]
"""Told how many bytes are done, of how many."""
_LOCKS = ".part.lock"
# What file browsers leave in a folder that was only looked at.
_LEFT_BY_SYSTEMS = {".DS_Store", "desktop.ini", "Thumbs.db"}
_CHUNK_BYTES = 4 * MIB


class Step(StrEnum):
    """What is under way; see the top of this file."""

    RENAMING = "renaming"
    COPYING = "copying"
    SWITCHING = "switching"


@dataclass(frozen=True, slots=True)
class Moving:
    """A move that is under way, or was when something ended it.

    Attributes:
        source: The folder that the files are in; a whole path.
        target: The folder that they come to; a whole path.
    """

    source: str
    target: str
    step: Step


class MoveNote:
    """The small file that says what is under way.

    Threads: any one at a time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Moving | None:
        """Return what is under way; None if nothing is.

        Raises:
            StorageError: it cannot be read.
        """
        with disk_errors(self._path):
            if not self._path.exists():
                return None
            content = self._path.read_bytes()
        try:
            return msgspec.json.decode(content, type=Moving)
        except (msgspec.DecodeError, UnicodeDecodeError) as cause:
            raise StorageError(
                "A move of the models cannot be read",
                f"Look where your models are, then remove {shown(self._path)}.",
            ) from cause

    def write(self, moving: Moving) -> None:
        """Write down what is under way.

        Raises:
            StorageError: it cannot be written.
        """
        write_whole(self._path, msgspec.json.encode(asdict(moving)))

    def clear(self) -> None:
        """Note that all is done.

        Raises:
            StorageError: it cannot be removed.
        """
        with disk_errors(self._path):
            self._path.unlink(missing_ok=True)
        sync_folder(self._path.parent)


class MoveStoppedError(InglenookError):
    """The person has stopped a move."""


def files_below(source: Path) -> tuple[Path, ...]:
    """Return the plain files below a folder, by their places in it; links and locks stay.

    Raises:
        StorageError: the folder cannot be read.
    """
    with disk_errors(source):
        return tuple(sorted(_below(source)))


def files_of_others(target: Path, most: int) -> tuple[Path, ...]:
    """Return the first plain files below a folder that models shall be moved to.

    Args:
        target: The folder, which may hold a whole disk.
        most: How many are enough.

    Raises:
        StorageError: the folder cannot be read.
    """
    with disk_errors(target):
        others = (place for place in _below(target) if place.name not in _LEFT_BY_SYSTEMS)
        return tuple(islice(others, most))


def make_target(target: Path) -> None:
    """Make the folder that files come to, for the owner only, unless it is there.

    Raises:
        StorageError: it cannot be made.
    """
    with _in_words(target):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)


def can_rename(source: Path, target: Path) -> bool:
    """Tell whether files can go from one folder to another by a new name alone.

    Raises:
        StorageError: the target cannot be written.
    """
    name = f".inglenook-{secrets.token_hex(6)}.tmp"
    with _in_words(target):
        (target / name).touch(mode=0o600, exist_ok=False)
    try:
        (target / name).rename(source / name)
    except OSError:
        (target / name).unlink(missing_ok=True)
        return False
    (source / name).unlink(missing_ok=True)
    return True


def rename_all(source: Path, target: Path) -> None:
    """Give all files their new places; those that have them already stay.

    Raises:
        StorageError: one could not be moved; those before it are moved.
    """
    _rename(files_below(source), source, target)


def rename_back(places: Iterable[Path], source: Path, target: Path) -> None:
    """Undo ``rename_all`` as far as it went.

    Args:
        places: Of the files it was about.
        source: Where they come back to.
        target: Where they were to go.

    Raises:
        StorageError: one could not be moved back.
    """
    _rename([place for place in places if not (source / place).exists()], target, source)


def copy_all(
    source: Path, target: Path, on_bytes: OnBytes, stop: Callable[[], bool] = bool
) -> None:
    """Copy all files, and read each copy again to compare it with what was read.

    Args:
        source: Nothing is changed there.
        target: Has no files of these names.
        on_bytes: Told how far it is; reading again counts as half.
        stop: Asked all the time; True to give up.

    Raises:
        StorageError: one could not be copied, or its copy is not what was read.
        MoveStoppedError: told to stop.
    """
    places = files_below(source)
    with disk_errors(source):
        whole = sum((source / place).stat().st_size for place in places)
    done = 0

    def count(size: int) -> None:
        nonlocal done
        done += size
        on_bytes(done // 2, whole)
        if stop():
            raise MoveStoppedError(
                "This was stopped", "The models are where they were; move them any time."
            )

    for place in places:
        _copy(source / place, target / place, count)
    for folder in _folders(target):
        sync_folder(folder)


def remove_copies(source: Path, target: Path) -> None:
    """Remove from the target what is still in the source."""
    with suppress(StorageError):  # the disk of the copies is gone: so are they
        for place in files_below(source):
            with suppress(OSError):
                (target / place).unlink(missing_ok=True)
            remove_empty((target / place).parent, target)


def remove_moved(source: Path, target: Path) -> bool:
    """Remove from the source what is in the target; tell whether nothing of it is left.

    Raises:
        StorageError: the source cannot be read.
    """
    is_done = True
    for place in files_below(source) if source.is_dir() else ():
        try:
            if (target / place).stat().st_size == (source / place).stat().st_size:
                (source / place).unlink()
        except OSError:  # in use, on a system that minds, or the target is not plugged in
            is_done = False
    for folder in sorted(_folders(source), reverse=True):
        with suppress(OSError):
            folder.rmdir()
    return is_done


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and not path.name.endswith(_LOCKS):
            place = path.relative_to(folder)
            if place.parts[0] != ASIDE:
                yield place


def _rename(places: Iterable[Path], source: Path, target: Path) -> None:
    for place in places:
        with _in_words(target):
            (target / place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (source / place).rename(target / place)
    for folder in _folders(target):
        sync_folder(folder)


def _copy(source: Path, target: Path, count: Callable[[int], None]) -> None:
    with _in_words(target.parent):
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with source.open("rb", buffering=0) as old, target.open("xb", buffering=0) as new:
            target.chmod(0o600)
            expected = _pour(old, new, count)
            os.fsync(new.fileno())
            _forget_cached(new)
        with target.open("rb", buffering=0) as copy:
            found = _pour(copy, None, count)
        state = source.stat()
        os.utime(target, ns=(state.st_atime_ns, state.st_mtime_ns))
    if found != expected:
        raise StorageError(
            "A copy is not what was read",
            "Check the disk you move to; the models are where they were.",
            file=target,
        )


def _pour(source: BinaryIO, target: BinaryIO | None, count: Callable[[int], None]) -> bytes:
    """Read to the end, write what is read, and return its hash."""
    found = hashlib.sha256()
    while chunk := source.read(_CHUNK_BYTES):
        found.update(chunk)
        rest = memoryview(chunk)
        while target is not None and rest:
            rest = rest[target.write(rest) :]
        count(len(chunk))
    return found.digest()


def _forget_cached(file: BinaryIO) -> None:
    """Let what was written be read from the disk, not from memory, where that can be asked."""
    if hasattr(os, "posix_fadvise"):
        with suppress(OSError):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _folders(folder: Path) -> Iterator[Path]:
    """Return a folder and those below it; none if it cannot be read."""
    with suppress(OSError):
        yield from (path for path in folder.rglob("*") if path.is_dir())
        yield folder


@contextmanager
def _in_words(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        raise StorageError(
            "The models cannot be moved there",
            f"Allow writing to {shown(target)}, or choose another folder.",
            reason=os.strerror(cause.errno or 0),
        ) from cause
