"""A file while it comes: what is there of it, its hash so far, and its way to its place."""

import os
import stat
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from inglenook.core.units import KIB, MIB
from inglenook.downloads.digest import Digest
from inglenook.downloads.disk import sync_folder
from inglenook.downloads.lock import PartLock
from inglenook.downloads.place import LOCK, PART, RECORD
from inglenook.downloads.record import Record, read_record, this_boot, write_record
from inglenook.downloads.source import RemoteFile

_OPEN = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe would wait for its other end
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_READ_BYTES = MIB
_PAGE = 4 * KIB
_EMPTY_PAGE = bytes(_PAGE)


class Part:
    """The bytes of one file that have come, locked against other programs.

    Everything raises OSError when the disk does not take part.

    Threads: the one that fetches; what is synced meanwhile is on a thread of its own.

    Attributes:
        target: Where the whole file goes.
        length: Bytes that are there and hashed, in order from the first.
        etag: Of the version they belong to.
    """

    def __init__(self, target: Path, file: RemoteFile, lock: PartLock) -> None:
        self.target, self.file = target, file
        self.length = 0
        self.etag = ""
        self._path = target.with_name(target.name + PART)
        self._record_path = target.with_name(target.name + RECORD)
        self._lock = lock
        self._hash = Digest()
        self._record = Record(
            file.repo, file.name, file.commit, file.size_bytes, file.sha256, "", 0, this_boot()
        )
        self._descriptor: int | None = None
        self._syncer: ThreadPoolExecutor | None = None
        self._syncing: tuple[Future[None], int] | None = None

    @classmethod
    def take(cls, target: Path, file: RemoteFile) -> "Part | None":
        """Lock the part of a file; None if another program, or another job, has it."""
        lock = PartLock.take(target.with_name(target.name + LOCK))
        return None if lock is None else cls(target, file, lock)

    def stored_bytes(self) -> int:
        """Return how much is there of exactly this file, without reading it."""
        return stored_bytes(self.target, self.file)

    def restore(self, on_bytes: Callable[[int], None]) -> None:
        """Open the part and hash what is there, or start it anew if it is of something else.

        The state of a hash cannot be stored, so the bytes are read once more: as fast as the
        disk, and it proves that they can be read.

        Args:
            on_bytes: Told how many bytes are read so far; what it raises ends this.
        """
        self._descriptor = _open_own(self._path)
        record = read_record(self._record_path)
        there = os.fstat(self._descriptor).st_size
        if record is None or not record.is_of(self.file) or there > self.file.size_bytes:
            self.restart("")
            return
        suspect = record.synced_bytes if record.boot != self._record.boot else there
        self.etag = record.etag
        self._read_again(suspect, on_bytes)
        os.ftruncate(self._descriptor, self.length)
        os.lseek(self._descriptor, self.length, os.SEEK_SET)
        self._note()

    def _read_again(self, suspect: int, on_bytes: Callable[[int], None]) -> None:
        """Hash what is there; after a power cut up to the first page that was never written.

        Such a page reads as zeros. Before ``suspect`` all was synced, and zeros are meant.
        """
        descriptor = self._open_descriptor()
        os.lseek(descriptor, 0, os.SEEK_SET)
        while chunk := os.read(descriptor, _READ_BYTES):
            kept = _before_empty_page(chunk, max(suspect - self.length, 0))
            self._hash.update(chunk[:kept])
            self.length += kept
            on_bytes(self.length)
            if kept < len(chunk):
                return

    def restart(self, etag: str) -> None:
        """Forget what came; what comes now is of this version."""
        descriptor = self._open_descriptor()
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        self.length, self.etag = 0, etag
        self._hash.close()
        self._hash = Digest()
        self._syncing = None
        self._note()

    def append(self, chunk: bytes) -> None:
        """Write and hash the next bytes."""
        descriptor = self._open_descriptor()
        self._hash.update(chunk)
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        self.length += len(chunk)

    def is_still_there(self) -> bool:
        """Tell whether the file being written is the one in the folder."""
        try:
            return os.path.samestat(os.fstat(self._open_descriptor()), self._path.lstat())
        except FileNotFoundError:
            return False

    def start_sync(self) -> None:
        """Make what has come so far safe against a power cut, beside the transfer.

        Does nothing while an earlier one is under way.
        """
        if self._syncing is not None:
            done, synced = self._syncing
            if not done.done():
                return
            done.result()
            self._syncing = None
            self._record = replace(self._record, synced_bytes=synced)
            self._note()
        if self._syncer is None:
            self._syncer = ThreadPoolExecutor(1, "sync of a part")
        if self._record.synced_bytes < self.length:
            own = os.dup(self._open_descriptor())
            self._syncing = self._syncer.submit(_sync_and_close, own), self.length

    def is_right(self) -> bool:
        """Tell whether all has come and has the hash it should have.

        Without a hash to compare with, the length alone decides.
        """
        if self.length != self.file.size_bytes:
            return False
        return self.file.sha256.lower() in {"", self._hash.hexdigest()}

    def found_sha256(self) -> str:
        """Return the hash of what is there."""
        return self._hash.hexdigest()

    def make_safe(self) -> None:
        """Bring a whole file to the disk for certain."""
        os.fsync(self._open_descriptor())

    def publish(self) -> None:
        """Give the file its name, all at once; only for one that is right."""
        self._close()
        self._path.replace(self.target)
        with suppress(OSError):
            self._record_path.unlink()
        sync_folder(self.target.parent)

    def discard(self) -> None:
        """Remove what came."""
        self._close()
        self._path.unlink(missing_ok=True)
        self._record_path.unlink(missing_ok=True)

    def release(self) -> None:
        """Let other programs have it; a second time does nothing."""
        self._close()
        self._lock.release()

    def _close(self) -> None:
        self._hash.close()
        if self._syncer is not None:
            # A sync that still runs keeps its own descriptor, so that a pause need not wait.
            self._syncer.shutdown(wait=False)
            self._syncer = None
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)

    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise ValueError("the part is not open")
        return self._descriptor

    def _note(self) -> None:
        synced = min(self._record.synced_bytes, self.length)
        self._record = replace(self._record, etag=self.etag, synced_bytes=synced)
        write_record(self._record_path, self._record)


def stored_bytes(target: Path, file: RemoteFile) -> int:
    """Return how much of a file is there, as a part or whole, without reading it."""
    with suppress(OSError):
        if target.is_file() and target.stat().st_size == file.size_bytes:
            return file.size_bytes
        record = read_record(target.with_name(target.name + RECORD))
        if record is not None and record.is_of(file):
            part = target.with_name(target.name + PART)
            return min(part.lstat().st_size, file.size_bytes)
    return 0


def _sync_and_close(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_own(path: Path) -> int:
    """Open a plain file of our own; a link, a pipe or a second name of another file goes."""
    with suppress(FileNotFoundError):
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            path.unlink()
    return os.open(path, _OPEN, 0o600)


def _before_empty_page(chunk: bytes, start: int) -> int:
    """Return where the first page of zeros begins, at ``start`` or later; else the length.

    Chunks are whole pages, but for the last.
    """
    first = -(-start // _PAGE) * _PAGE
    for at in range(first, len(chunk), _PAGE):
        page = chunk[at : at + _PAGE]
        if page == _EMPTY_PAGE[: len(page)]:
            return at
    return len(chunk)
