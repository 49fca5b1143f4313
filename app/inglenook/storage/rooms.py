"""Folders for a moment beside the database, and what a crash leaves in them.

Each holds a copy of the chats: one that is left would outlive both its reason and a person's
wish to have the chats encrypted or erased.
"""

import shutil
from contextlib import suppress
from pathlib import Path

from inglenook.storage.erase import erase

BACKUP, RESCUE, RESTORE = ".backup-", ".rescue-", ".restore-"
"""How they begin: a backup is written, a damaged file read, a restore made ready."""
RESTORE_NOTE = "restoring.json"
"""While it is there, what was made ready to be restored is needed."""


def clear(folder: Path, *prefixes: str) -> None:
    """Overwrite and remove what is in such folders; nobody may be using them.

    Args:
        folder: Where the database is.
        prefixes: Which of them; those of a restore stay while one waits for the next start.

    Raises:
        OSError: a file cannot be removed.
    """
    for prefix in prefixes:
        if prefix == RESTORE and (folder / RESTORE_NOTE).exists():
            continue
        for room in folder.glob(f"{prefix}*"):
            if room.is_symlink() or not room.is_dir():
                continue
            for path in room.iterdir():
                if not path.is_dir() or path.is_symlink():
                    erase(path)
            with suppress(OSError):  # nothing of ours is in there any more
                shutil.rmtree(room)
