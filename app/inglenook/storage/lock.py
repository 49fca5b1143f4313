"""A lock on a file that the system lets go by itself when its process dies."""

import os
import sys
from pathlib import Path

from inglenook.storage.files import disk_errors

if sys.platform == "win32":  # pragma: no cover - another system
    import msvcrt
else:
    import fcntl


# downloads/lock.py locks alike, and says why it does so by itself.
class FileLock:
    """A held lock; taken by :meth:`take`, given back by :meth:`release` or by dying.

    A process id would not do: ids are used again, and two sandboxes that share a home
    folder each count from one.

    Threads: any one at a time.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, path: Path) -> "FileLock | None":
        """Create the file (0600) if needed and lock it; None if somebody holds it.

        Raises:
            StorageError: the file cannot be created.
        """
        with disk_errors(path):
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
            path.chmod(0o600)
        if _is_locked_now(descriptor) and _is_still_at(path, descriptor):
            return cls(path, descriptor)
        os.close(descriptor)
        return None

    def release(self, *, remove: bool = False) -> None:
        """Let go; a second time does nothing.

        Args:
            remove: Delete the file too.
        """
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        if sys.platform == "win32":  # pragma: no cover - an open file cannot be deleted there
            os.close(descriptor)
        try:
            if remove:
                self.path.unlink(missing_ok=True)
        finally:
            if sys.platform != "win32":  # pragma: no branch - another system
                os.close(descriptor)


def _is_locked_now(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":  # pragma: no cover - another system
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_still_at(path: Path, descriptor: int) -> bool:
    """Tell whether nobody deleted the file between opening and locking it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
