"""Files overwritten before they are removed.

A hard disk then has nothing of them any more. A solid-state disk, a file system that copies on
writing and a backup may keep the old blocks for a while; nothing that a program does changes
that, and the window says so.
"""

import os
from contextlib import suppress
from pathlib import Path

_PIECE = bytes(1024**2)


def erase(path: Path) -> None:
    """Overwrite a file and remove it; harmless if there is none.

    A link is removed, not what it leads to.

    Raises:
        OSError: it cannot be removed.
    """
    if path.is_symlink() or not path.exists():
        path.unlink(missing_ok=True)
        return
    with suppress(OSError):  # a full disk must not keep it from being removed
        overwrite(path)
    path.unlink()


def overwrite(path: Path) -> None:
    """Fill a file with zeros, as long as it is, down to the disk.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("r+b") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(_PIECE[:left])
        file.flush()
        os.fsync(file.fileno())
