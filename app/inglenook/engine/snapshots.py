"""What a model has read of each chat, kept on the disk so that it need not be read again."""

import ctypes
import os
import queue
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from inglenook.core.snapshots import draft_name, snapshot_name
from inglenook.core.units import GIB
from inglenook.engine.lib import Handle, api, array_pointer
from inglenook.engine.model import Ids
from inglenook.engine.snapshotfile import (
    NotASnapshotError,
    State,
    open_regular,
    read_state,
    read_tokens,
    write_new,
)

FEWEST_TOKENS = 256
"""Less is read again in about the time it takes to look for it."""
MOST_BYTES = GIB
"""Copies in memory at one time, if the computer has four times as much to spare."""
_SHARE_OF_MEMORY = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """One snapshot on its way to the disk."""

    chat: str
    ids: Ids
    state: State


class Snapshots:
    """The snapshots of one loaded model, one a chat.

    A snapshot is trusted only when each byte of it has the digest it was written with, it
    bears this model's key and this chat's id, and llama.cpp then holds as many tokens as it
    names. Whatever else is found counts as none and is removed. A disk that fails ends the
    saving until the next load and is told to nobody: all that is lost is time.

    Nothing is kept while the folder does not exist: removing it is how a person's "off"
    reaches the engine.

    Threads: the engine's main thread, but for a writer of its own.
    """

    def __init__(
        self,
        folder: Path,
        key: str,
        *,
        most_bytes: int = MOST_BYTES,
        free_bytes: Callable[[], int] = lambda: psutil.virtual_memory().available,
    ) -> None:
        """Read nothing yet.

        Args:
            folder: Of all snapshots; never created.
            key: From engine/snapshotkey.py: what a snapshot must have been made with.
            most_bytes: Larger states are not kept, since saving copies them.
            free_bytes: Memory that nobody needs now; a copy takes a quarter of it at most.
        """
        self._folder, self._key = folder, key
        self._most_bytes, self._free_bytes = most_bytes, free_bytes
        self._place = folder / key
        self._tokens: dict[str, tuple[tuple[int, int], Ids]] = {}
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._lock = threading.Lock()
        # The lock guards what follows, and that nothing appears once it is forgotten.
        self._newest: dict[str, _Job] = {}
        self._under_way_bytes = 0
        self._saved: list[tuple[str, int]] = []
        self._is_failing = False

    def tokens_of(self, chat: str) -> Ids | None:
        """Return which tokens a chat's snapshot holds, shape (n,); None if there is none.

        A hint by which to choose: only ``restore`` has looked at every byte.
        """
        path = self._path(chat)
        mark = _mark(path) if path else None
        if path is None or mark is None:
            self._tokens.pop(chat, None)
            return None
        if chat not in self._tokens or self._tokens[chat][0] != mark:
            self._tokens.pop(chat, None)
            with _refusing(path), open_regular(path) as file:
                self._tokens[chat] = mark, read_tokens(file, self._key, chat)[1]
        return self._tokens[chat][1] if chat in self._tokens else None

    def restore(self, chat: str, context: Handle, sequence: int) -> Ids | None:
        """Put a chat's snapshot into an empty sequence.

        Takes the time of reading the file: 25 ms for 70 MB, half a second for 1 GB
        (measured on 4 cores with the file in the page cache, 2026-11).

        Returns:
            The tokens that are resident now, shape (n,); None if there is no snapshot, it
            was refused, or there is no room for it: the sequence is empty then.

        Raises:
            ValueError: there is no such sequence; llama.cpp would end the process.
        """
        _require_sequence(context, sequence)
        path = self._path(chat)
        if path is None:
            return None
        with _refusing(path), open_regular(path) as file:
            header, ids = read_tokens(file, self._key, chat)
            if len(ids) > api.llama_n_ctx(context):
                return None  # whole, but not for this context
            if _put(read_state(file, header), len(ids), context, sequence):
                _touch(path)
                return ids
        return None

    def save(self, chat: str, ids: Ids, context: Handle, sequence: int) -> None:
        """Keep what a sequence holds.

        The state is copied now, which takes as long as llama.cpp needs to copy it; digests
        and writing are left to the writer. Nothing happens when it is too short or too
        large, is kept already, or the disk has failed since the model was loaded.

        Args:
            chat: Whose it is; its older snapshot is replaced.
            ids: The tokens the sequence holds, shape (n,).
            context: llama.cpp's context.
            sequence: One with exactly these tokens.

        Raises:
            ValueError: there is no such sequence.
        """
        _require_sequence(context, sequence)
        if not self._is_worth_it(chat, ids) or _length(context, sequence) != len(ids):
            return
        size = int(api.llama_state_seq_get_size(context, sequence))
        if not 0 < size <= self._room_bytes():
            return
        state = np.empty(size, np.uint8)
        pointer = array_pointer(state, ctypes.c_uint8)
        if api.llama_state_seq_get_data(context, pointer, size, sequence) != size:
            return
        job = _Job(chat, np.array(ids, np.int32), state)
        with self._lock:
            self._under_way_bytes += size
            self._newest[chat] = job
        self._start_writer()
        self._jobs.put(job)

    def saved(self) -> list[tuple[str, int]]:
        """Return the chats saved since the last call, and the size of each file in bytes."""
        with self._lock:
            saved, self._saved = self._saved, []
        return saved

    def forget(self, chat: str) -> None:
        """Remove a chat's snapshot, also one that is just being written."""
        path = self._path(chat)
        if path is None:
            return
        with self._lock:
            self._newest.pop(chat, None)
            _unlink(path)

    def close(self) -> None:
        """Wait until what was saved is written."""
        if self._writer is not None:
            self._jobs.put(None)
            self._writer.join()
            self._writer = None

    def _path(self, chat: str) -> Path | None:
        name = snapshot_name(chat)
        return self._place / name if name else None

    def _is_worth_it(self, chat: str, ids: Ids) -> bool:
        if len(ids) < FEWEST_TOKENS or self._path(chat) is None or not self._folder.is_dir():
            return False
        with self._lock:
            if self._is_failing:
                return False
            coming = self._newest.get(chat)
        kept = coming.ids if coming else self.tokens_of(chat)
        return kept is None or not np.array_equal(kept, ids)

    def _room_bytes(self) -> int:
        """How much may be copied now; what waits for the disk counts."""
        with self._lock:
            left_bytes = self._most_bytes - self._under_way_bytes
        return min(left_bytes, self._free_bytes() // _SHARE_OF_MEMORY)

    # --- the writer ---

    def _start_writer(self) -> None:
        if self._writer is None:
            self._writer = threading.Thread(
                target=self._write_all, name="snapshots", daemon=True
            )
            self._writer.start()

    def _write_all(self) -> None:
        while self._write_next():  # whose end lets go of the copy, before the next wait
            pass

    def _write_next(self) -> bool:
        job = self._jobs.get()
        if job is None:
            return False
        try:
            self._write(job)
        except FileNotFoundError:
            pass  # the folder was removed: this was not to be kept
        except OSError:
            with self._lock:
                self._is_failing = True
        with self._lock:
            self._under_way_bytes -= len(job.state)
            if self._newest.get(job.chat) is job:
                del self._newest[job.chat]
        return True

    def _write(self, job: _Job) -> None:
        path = self._path(job.chat)
        with self._lock:
            if path is None or self._is_failing or self._newest.get(job.chat) is not job:
                return
        with suppress(FileExistsError):
            self._place.mkdir(0o700)
            self._place.chmod(0o700)
        draft = self._place / draft_name(job.chat, secrets.token_hex(6))
        try:
            size_bytes = write_new(draft, self._key, job.chat, job.ids, job.state)
            with self._lock:
                if self._newest.get(job.chat) is job:
                    draft.replace(path)
                    self._saved.append((job.chat, size_bytes))
        finally:
            _unlink(draft)


def _require_sequence(context: Handle, sequence: int) -> None:
    if not 0 <= sequence < api.llama_n_seq_max(context):
        raise ValueError(f"there is no sequence {sequence}")


def _length(context: Handle, sequence: int) -> int:
    return int(api.llama_memory_seq_pos_max(api.llama_get_memory(context), sequence)) + 1


def _put(state: State, count: int, context: Handle, sequence: int) -> bool:
    """Give a state to llama.cpp; the sequence is empty where it does not take all of it.

    It refuses what does not fit into its cache, and some memory kinds leave the first half
    of a refused state behind.
    """
    pointer = array_pointer(state, ctypes.c_uint8)
    taken = int(api.llama_state_seq_set_data(context, pointer, len(state), sequence))
    if taken == len(state) and _length(context, sequence) == count:
        return True
    api.llama_memory_seq_rm(api.llama_get_memory(context), sequence, -1, -1)
    return False


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Take a file for none that is no snapshot or cannot be read; remove what is damaged."""
    try:
        yield
    except NotASnapshotError:
        _unlink(path)
    except OSError:
        # A link is refused by the system itself. What may not be opened is left alone: it
        # may be another's; the next save replaces it.
        if path.is_symlink():
            _unlink(path)


def _mark(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file is replaced; None if there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_ino, found.st_size


def _touch(path: Path) -> None:
    with suppress(OSError):  # it was used now: others go first when room is needed
        os.utime(path)


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
