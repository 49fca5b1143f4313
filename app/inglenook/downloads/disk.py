"""The disk's answers in words, and whether there is room on it."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inglenook.core.errors import DiskFullError, InglenookError, ReadOnlyError, StorageError
from inglenook.core.units import bytes_in_words
from inglenook.downloads.limits import Limits

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ESTALE, errno.ENODEV, errno.ENXIO}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ELOOP, errno.EISDIR}


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Turn every OSError inside into one of ours.

    Raises:
        DiskFullError: no room is left.
        ReadOnlyError: the folder cannot be written.
        StorageError: the folder is gone, or the disk fails.
    """
    try:
        yield
    except OSError as cause:
        raise _error(cause, folder) from cause


def _error(cause: OSError, folder: Path) -> InglenookError:
    facts = {"folder": folder, "errno": errno.errorcode.get(cause.errno or 0, cause.errno)}
    if cause.errno in _NO_ROOM:
        return DiskFullError(
            "No room is left for this model",
            "Free some space, then resume; what has come is kept.",
            **facts,
        )
    if cause.errno in _NOT_ALLOWED:
        return ReadOnlyError(
            "The folder for models cannot be written",
            "Allow writing to it, or choose another folder in the settings.",
            **facts,
        )
    if cause.errno in _GONE:
        return lost(folder)
    return StorageError(
        "The disk reported an error", "Check the disk that models are kept on.", **facts
    )


def lost(folder: Path) -> StorageError:
    """Return the error for a folder that is not there any more."""
    return StorageError(
        "The folder for models is gone",
        "Plug its disk in again, or choose another folder in the settings.",
        folder=folder,
    )


def require_room(folder: Path, needed_bytes: int, limits: Limits) -> None:
    """Check that a file fits and that enough stays free beside it.

    Raises:
        DiskFullError: it does not; says how much is missing.
        StorageError: the folder is gone.
    """
    with in_words(folder):
        disk = shutil.disk_usage(folder)
    missing = needed_bytes + limits.reserve(disk.total) - disk.free
    if needed_bytes > 0 and missing > 0:
        raise DiskFullError(
            "Not enough room for this model",
            f"Free {bytes_in_words(missing)} on the disk of {_shown(folder)}, "
            "or choose a smaller file.",
            folder=folder,
            needed_bytes=needed_bytes,
            free_bytes=disk.free,
        )


def _shown(folder: Path) -> str:
    return os.fsencode(folder).decode("utf-8", "replace")


def require_some_room(folder: Path, limits: Limits) -> None:
    """Check while a file grows that others have not filled the disk meanwhile.

    Raises:
        DiskFullError: less than half of what should stay free is left.
        StorageError: the folder is gone.
    """
    with in_words(folder):
        disk = shutil.disk_usage(folder)
    if disk.free < limits.reserve(disk.total) // 2:
        raise DiskFullError(
            "The disk has filled up meanwhile",
            "Free some space, then resume; what has come is kept.",
            folder=folder,
            free_bytes=disk.free,
        )


def make_folders(folder: Path, inside: Path) -> None:
    """Create the folders below the person's one, for the owner only, following no link.

    Raises:
        StorageError: one cannot be created, or is a link.
    """
    with in_words(folder):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        at = folder
        for part in inside.relative_to(folder).parts:
            at /= part
            with suppress(FileExistsError):
                at.mkdir(mode=0o700)
            if at.is_symlink():
                raise OSError(errno.ELOOP, "a link where a folder should be")


def sync_folder(folder: Path) -> None:
    """Make a renaming in a folder survive a power cut, where the system offers that."""
    with suppress(OSError):  # Windows opens no folders; some file systems sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
