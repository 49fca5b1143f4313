"""Brings snapshots to the disk, one after another, out of the model's way."""

import queue
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from inglenook.core.snapshots import draft_name, snapshot_name
from inglenook.engine.model import Ids
from inglenook.engine.snapshotfile import State, write_new


@dataclass(frozen=True, slots=True, eq=False)
class Copy:
    """What a sequence held at one moment.

    Attributes:
        chat: Whose it is; an id that may be a file's name.
        ids: The tokens, shape (n,).
        state: As llama.cpp gave it, shape (bytes,).
    """

    chat: str
    ids: Ids
    state: State


class SnapshotWriter:
    """A queue of copies and the thread that writes them, started with the first one.

    A snapshot appears under its name whole or not at all. A disk that fails ends the writing
    for good and is told to nobody: all that is lost is time.

    Threads: any may call; one of its own writes.
    """

    def __init__(self, folder: Path, key: str) -> None:
        """Start nothing yet.

        Args:
            folder: Of all snapshots; never created.
            key: Put into each file, and the name of the folder it goes into.
        """
        self._place, self._key = folder / key, key
        self._copies: queue.SimpleQueue[Copy | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        # The lock guards what follows, and that nothing appears once it is forgotten.
        self._newest: dict[str, Copy] = {}
        self._under_way_bytes = 0
        self._saved: list[tuple[str, int]] = []
        self._is_failing = False

    @property
    def is_failing(self) -> bool:
        """Whether the disk has failed once; nothing is written then."""
        with self._lock:
            return self._is_failing

    @property
    def under_way_bytes(self) -> int:
        """How much memory is taken by copies that are not yet written."""
        with self._lock:
            return self._under_way_bytes

    def coming(self, chat: str) -> Ids | None:
        """Return the tokens of a chat's snapshot that is not yet written, or None."""
        with self._lock:
            copy = self._newest.get(chat)
        return copy.ids if copy else None

    def put(self, copy: Copy) -> None:
        """Have a copy written; an older one of the same chat that still waits never is."""
        with self._lock:
            self._under_way_bytes += len(copy.state)
            self._newest[copy.chat] = copy
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)
            self._thread.start()
        self._copies.put(copy)

    def saved(self) -> list[tuple[str, int]]:
        """Return the chats written since the last call, and the size of each file in bytes."""
        with self._lock:
            saved, self._saved = self._saved, []
        return saved

    def forget(self, chat: str) -> None:
        """Remove a chat's snapshot, also one that is just being written."""
        with self._lock:
            self._newest.pop(chat, None)
            _unlink(self._path(chat))

    def close(self) -> None:
        """Wait until everything is written."""
        if self._thread is not None:
            self._copies.put(None)
            self._thread.join()
            self._thread = None

    def _path(self, chat: str) -> Path:
        return self._place / str(snapshot_name(chat))

    # --- on the thread ---

    def _run(self) -> None:
        while self._next():  # whose end lets go of the copy, before the next wait
            pass

    def _next(self) -> bool:
        copy = self._copies.get()
        if copy is None:
            return False
        try:
            if self._is_wanted(copy):
                self._write(copy)
        except FileNotFoundError:
            pass  # the folder was removed: this was not to be kept
        except OSError:
            with self._lock:
                self._is_failing = True
        with self._lock:
            self._under_way_bytes -= len(copy.state)
            if self._newest.get(copy.chat) is copy:
                del self._newest[copy.chat]
        return True

    def _is_wanted(self, copy: Copy) -> bool:
        with self._lock:
            return not self._is_failing and self._newest.get(copy.chat) is copy

    def _write(self, copy: Copy) -> None:
        with suppress(FileExistsError):
            self._place.mkdir(0o700)
            self._place.chmod(0o700)  # an umask may have taken too much
        draft = self._place / draft_name(copy.chat, secrets.token_hex(6))
        try:
            size_bytes = write_new(draft, self._key, copy.chat, copy.ids, copy.state)
            with self._lock:
                if self._newest.get(copy.chat) is copy:
                    draft.replace(self._path(copy.chat))
                    self._saved.append((copy.chat, size_bytes))
        finally:
            _unlink(draft)


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
