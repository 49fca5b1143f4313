"""Files moved aside: away from their place at once, then put back or erased for good.

Each removal has a folder of its own with a note of what lay where, written before anything
moves, and a lock that its process holds. A note whose lock is free was left by a crash; the
list of models then says which way to go: what is still on it is put back.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from inglenook.core.errors import StorageError
from inglenook.storage.files import disk_errors, private_folder, sync_folder, write_whole
from inglenook.storage.library import LibraryModel
from inglenook.storage.lock import FileLock

ASIDE = ".inglenook-removed"
_NOTE = "removed.json"
_LOCK = "lock"


class Aside:
    """The files of one model that was removed.

    Threads: any one at a time.

    Attributes:
        model: As it was on the list.
        size_bytes: What the disk will have back.
    """

    def __init__(
        self, root: Path, own: Path, lock: FileLock, model: LibraryModel, files: Sequence[Path]
    ) -> None:
        self._root, self._own, self._lock, self._files = root, own, lock, tuple(files)
        self.model, self.size_bytes = model, 0

    @classmethod
    def take(cls, root: Path, model: LibraryModel, files: Sequence[Path]) -> "Aside":
        """Move files aside, all or none.

        Args:
            root: The folder of models; the files are below it.
            model: Whose they are.
            files: Those that are not there are passed over.

        Raises:
            StorageError: they cannot be moved; all are where they were.
        """
        own = root / ASIDE / secrets.token_hex(8)
        private_folder(own)
        lock = FileLock.take(own / _LOCK)
        if lock is None:
            raise StorageError("Files cannot be locked here", "Nothing was removed.")
        there = [file for file in files if file.is_file()]
        made = cls(root, own, lock, model, there)
        try:
            made._note()
            with disk_errors(own):
                for number, file in enumerate(there):
                    made.size_bytes += 0 if file.is_symlink() else file.stat().st_size
                    file.rename(own / str(number))
                sync_folder(own)
        except StorageError:
            try:
                made.put_back()
            finally:
                made.leave()
            raise
        for file in there:
            remove_empty(file.parent, root)
        return made

    def put_back(self) -> None:
        """Move all files back to their places.

        Raises:
            StorageError: another file is there now, or the disk fails; nothing is lost.
        """
        waiting = list(self._waiting())
        if any(file.exists() for _, file in waiting):
            raise StorageError(
                "Another file is in its place now", "Remove that one first, then try again."
            )
        for kept, file in waiting:
            private_folder(file.parent)
            with disk_errors(file):
                kept.rename(file)
        self._forget()

    def erase(self) -> None:
        """Erase the files for good.

        Raises:
            StorageError: one could not be; the next start tries again.
        """
        with disk_errors(self._own):
            for kept, _ in self._waiting():
                kept.unlink()
        self._forget()

    def leave(self) -> None:
        """Let go without a decision; the next start makes it."""
        self._lock.release()

    def _waiting(self) -> Iterator[tuple[Path, Path]]:
        for number, file in enumerate(self._files):
            kept = self._own / str(number)
            if kept.is_file() or kept.is_symlink():
                yield kept, file

    def _note(self) -> None:
        places = [str(_from(self._root, file)) for file in self._files]
        note = {"model": asdict(self.model), "files": places}
        # ASCII, since a path may hold bytes that are no text.
        write_whole(self._own / _NOTE, json.dumps(note).encode())

    def _forget(self) -> None:
        with disk_errors(self._own):
            (self._own / _NOTE).unlink(missing_ok=True)
        self._lock.release(remove=True)
        remove_empty(self._own, self._root)


def left_aside(root: Path) -> Iterator[Aside]:
    """Return what a crash has left aside; each is put back, erased or left by the caller.

    Raises:
        StorageError: the folder cannot be read.
    """
    with disk_errors(root):
        folders = sorted((root / ASIDE).iterdir()) if (root / ASIDE).is_dir() else []
    for own in folders:
        lock = FileLock.take(own / _LOCK) if own.is_dir() else None
        if lock is not None:
            yield from _found(root, own, lock)


def _found(root: Path, own: Path, lock: FileLock) -> Iterator[Aside]:
    try:
        note = json.loads((own / _NOTE).read_bytes())
        model = msgspec.convert(note["model"], LibraryModel)
        files = [root / place for place in msgspec.convert(note["files"], list[str])]
        _require_below(root, files)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        # Without a note nothing was moved yet, or all of it is decided.
        lock.release(remove=True)
        remove_empty(own, root)
        return
    yield Aside(root, own, lock, model, files)


def _require_below(root: Path, files: Sequence[Path]) -> None:
    """Refuse a note that would bring files elsewhere: on a disk that others had, it may.

    Raises:
        ValueError: it would.
    """
    base = root.resolve()
    for file in files:
        if base not in (file.parent.resolve() / file.name).parents:
            raise ValueError


def _from(root: Path, file: Path) -> Path:
    """Return the place below the root, so that the root may move; else the whole path."""
    return file.relative_to(root) if root in file.parents else file


def remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder and those around it while they are empty, up to but not the root."""
    while folder != root and root in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
