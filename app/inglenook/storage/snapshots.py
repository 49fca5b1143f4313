"""The folder of KV snapshots: kept within a budget, and no longer than their chats."""

import os
import shutil
import time
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inglenook.core.snapshots import chat_of, is_draft
from inglenook.storage.erase import erase
from inglenook.storage.files import disk_errors, private_folder

STALE_DRAFT_S = 600.0
"""A draft untouched for so long was left by a crash; the largest takes seconds to write."""
_SHARE_OF_DISK = 4
"""A cache shall not be what fills a disk: at most a quarter of what is free without it."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """One file of the folder.

    Attributes:
        used_s: When it was written or restored last, in seconds since 1970. The engine sets
            the time of change when it restores one; times of reading are often not kept.
    """

    path: Path
    chat: str
    size_bytes: int
    used_s: float


class SnapshotFolder:
    """What the engine keeps of each chat, one folder a key, one file a chat.

    The engine writes and reads; here is everything that makes files go away. The folder's
    being there is what lets the engine write at all.

    Threads: any one at a time; the engine may write meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> None:
        """Let the engine keep snapshots.

        Raises:
            StorageError: the folder cannot be created.
        """
        private_folder(self.path)

    def close(self, *, overwriting: bool = False) -> None:
        """Remove all that was kept, and let the engine keep nothing.

        Args:
            overwriting: Fill the files with zeros first.

        Raises:
            StorageError: something could not be removed.
        """
        if overwriting:
            with disk_errors(self.path):
                for each in self._files():
                    erase(each.path)
        # Twice, since the engine may put a file into a folder that is being emptied.
        shutil.rmtree(self.path, ignore_errors=True)
        with disk_errors(self.path), suppress(FileNotFoundError):
            shutil.rmtree(self.path)

    def size_bytes(self) -> int:
        """Return what all snapshots take."""
        return sum(each.size_bytes for each in self._files())

    def remove(self, chat: str) -> None:
        """Remove a chat's snapshots, whatever model they were made with.

        Raises:
            StorageError: one could not be removed.
        """
        for each in self._files():
            if each.chat == chat:
                with disk_errors(each.path):
                    each.path.unlink(missing_ok=True)

    def keep_only(self, chats: Container[str]) -> None:
        """Remove the snapshots of all other chats, as far as they let themselves be removed."""
        for each in self._files():
            if each.chat not in chats:
                _unlink(each)

    def tidy(self, budget_bytes: int) -> int:
        """Remove those used longest ago until the rest is within the budget.

        Left-over drafts go first. Models that are never used again lose their snapshots in
        the course of time, like chats.

        Returns:
            What is left, in bytes.
        """
        found = list(self._files())
        kept = [each for each in found if not is_draft(each.path.name)]
        for each in found:
            if is_draft(each.path.name) and time.time() - each.used_s > STALE_DRAFT_S:
                _unlink(each)
        left_bytes = sum(each.size_bytes for each in kept)
        most_bytes = min(budget_bytes, self._share_of_disk(left_bytes))
        for each in sorted(kept, key=lambda one: one.used_s):
            if left_bytes <= most_bytes:
                break
            left_bytes -= each.size_bytes if _unlink(each) else 0
        self._drop_empty()
        return left_bytes

    def _share_of_disk(self, ours_bytes: int) -> int:
        try:
            return (shutil.disk_usage(self.path).free + ours_bytes) // _SHARE_OF_DISK
        except OSError:
            return 0

    def _files(self) -> Iterator[_Kept]:
        """Yield what is ours; anything else that lies in the folder is left alone."""
        for folder in _entries(self.path):
            if folder.is_dir(follow_symlinks=False):
                for file in _entries(Path(folder)):
                    yield from _kept(file)

    def _drop_empty(self) -> None:
        """Remove the folders of models that keep nothing here any more.

        Not one that was changed a moment ago: it may have been made to be written into.
        """
        for folder in _entries(self.path):
            with suppress(OSError):  # not empty, no folder, or gone
                changed_s = folder.stat(follow_symlinks=False).st_mtime
                if time.time() - changed_s > STALE_DRAFT_S:
                    Path(folder).rmdir()


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError:
        return
    yield from entries


def _kept(file: "os.DirEntry[str]") -> Iterator[_Kept]:
    chat = chat_of(file.name)
    with suppress(OSError):  # it may go at any moment
        found = file.stat(follow_symlinks=False)
        if chat is not None and not file.is_dir(follow_symlinks=False):
            yield _Kept(Path(file), chat, found.st_size, found.st_mtime)


def _unlink(kept: _Kept) -> bool:
    try:
        kept.path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
