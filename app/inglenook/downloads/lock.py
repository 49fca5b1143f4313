"""A lock on a part file that the system lets go by itself when its process dies."""

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover - another system
    import msvcrt
else:
    import fcntl

# storage/lock.py locks alike. Neighbours do not see each other, core opens no files, and a
# floor between them would hold nothing else. The two also differ: a part lies in a folder of
# the person's, so no link is followed there; its lock goes with it; and errors stay the
# system's, for in_words to tell together with those of the part.
_OPEN = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class PartLock:
    """A held lock: one process at a time writes a part.

    Threads: any one at a time.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def take(cls, path: Path) -> "PartLock | None":
        """Lock a file, made if needed (0600); None if somebody holds it.

        Raises:
            OSError: the file cannot be made.
        """
        descriptor = os.open(path, _OPEN, 0o600)
        if _is_locked_now(descriptor) and _is_still_at(path, descriptor):
            return cls(path, descriptor)
        os.close(descriptor)
        return None

    def release(self) -> None:
        """Remove the file and let go; a second time does nothing."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        if sys.platform == "win32":  # pragma: no cover - an open file cannot be removed there
            os.close(descriptor)
        with suppress(OSError):  # the folder may be gone
            self._path.unlink()
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
    """Tell whether nobody removed the file between opening and locking it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
