"""Files and folders for their owner's eyes only, and files written whole or not at all."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inglenook.core.errors import DiskFullError, ReadOnlyError, StorageError
from inglenook.storage.beside import is_portable

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_WAY = {
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENOENT, errno.EEXIST,
    errno.ELOOP, errno.ENAMETOOLONG, errno.EISDIR,
}  # fmt: skip


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn every OSError inside into one of ours.

    Raises:
        DiskFullError: no room is left, by size or by quota.
        ReadOnlyError: the place cannot be written or does not exist.
        StorageError: anything else.
    """
    try:
        yield
    except OSError as cause:
        raise _in_our_words(cause, path) from cause


def _in_our_words(cause: OSError, path: Path) -> StorageError:
    facts = {"path": path, "errno": errno.errorcode.get(cause.errno or 0, cause.errno)}
    if cause.errno in _NO_ROOM:
        return no_room(**facts)
    if cause.errno in _NO_WAY:
        return not_writable(path, **facts)
    return StorageError(
        "The disk reported an error", "Check the disk that your home folder is on.", **facts
    )


def no_room(**facts: object) -> DiskFullError:
    """Return the error for a full disk."""
    return DiskFullError(
        "No room is left on the disk",
        "Free some space, then try again; nothing was lost.",
        **facts,
    )


def not_writable(path: Path, /, **facts: object) -> ReadOnlyError:
    """Return the error for a place that cannot be written."""
    if is_portable():
        return ReadOnlyError(
            "This portable copy cannot write beside itself",
            "Copy its whole folder to a disk that can be written, and start it there.",
            **facts,
        )
    return ReadOnlyError(
        "The data folder cannot be written",
        f"Allow writing to {shown(path)}, or set INGLENOOK_HOME to another folder.",
        **facts,
    )


def shown(path: Path) -> str:
    """Return a path that can be printed whatever its bytes are."""
    return os.fsencode(path).decode("utf-8", "replace")


def private_folder(folder: Path) -> None:
    """Create a folder and its missing parents as 0700; one that exists stays as it is.

    Raises:
        StorageError: it cannot be created, or something else bears its name.
    """
    with disk_errors(folder):
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            # Two programs may start at once; a file of this name fails below.
            with suppress(FileExistsError):
                each.mkdir()
                each.chmod(0o700)  # mkdir(mode) is subject to the umask
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "not a folder")


def private_file(path: Path) -> None:
    """Create an empty file if there is none, and make it 0600 in either case.

    Raises:
        StorageError: it cannot be created.
    """
    with disk_errors(path):
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        os.close(descriptor)
        path.chmod(0o600)


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by new content so that a crash leaves the old or the new one, never half.

    Args:
        path: A link is followed, so that the file it names is replaced.
        content: All of it.

    Raises:
        StorageError: it could not be written; the old file is as it was.
    """
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.tmp")
    with disk_errors(target):
        try:
            _write_new(draft, content)
            draft.replace(target)
        except OSError:
            with suppress(OSError):
                draft.unlink()
            raise
        sync_folder(target.parent)


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        path.chmod(0o600)
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder survive a power cut, where the system offers that."""
    with suppress(OSError):  # Windows opens no folders; some file systems sync none
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
