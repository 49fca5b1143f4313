"""What a model has read of each chat, kept on the disk so that it need not be read again."""

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import psutil

from inglenook.core.snapshots import snapshot_name
from inglenook.core.units import GIB
from inglenook.engine.lib import Handle, api, array_pointer
from inglenook.engine.model import Ids
from inglenook.engine.snapshotfile import (
    NotASnapshotError,
    State,
    open_regular,
    read_state,
    read_tokens,
)
from inglenook.engine.snapshotwriter import Copy, SnapshotWriter

FEWEST_TOKENS = 256
"""Less is read again in about the time it takes to look for it."""
MOST_BYTES = GIB
"""Copies in memory at one time, if the computer has four times as much to spare."""
_SHARE_OF_MEMORY = 4


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
        self._tokens: dict[str, tuple[tuple[int, int], Ids]] = {}
        self._writer = SnapshotWriter(folder, key)

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

        Takes the time of reading the file: about 0.1 s for 70 MB and 1.6 s for 1 GB out of the
        page cache (two cores that others kept busy, 2026-11).

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
        try:
            state = np.empty(size, np.uint8)
        except MemoryError:
            return
        pointer = array_pointer(state, ctypes.c_uint8)
        if api.llama_state_seq_get_data(context, pointer, size, sequence) != size:
            return
        self._writer.put(Copy(chat, np.array(ids, np.int32), state))

    @property
    def is_writing(self) -> bool:
        """Whether a snapshot is on its way to the disk."""
        return self._writer.under_way_bytes > 0

    def saved(self) -> list[tuple[str, int]]:
        """Return the chats saved since the last call, and the size of each file in bytes."""
        return self._writer.saved()

    def forget(self, chat: str) -> None:
        """Remove a chat's snapshot, also one that is just being written."""
        if snapshot_name(chat):
            self._writer.forget(chat)

    def close(self) -> None:
        """Wait until what was saved is written."""
        self._writer.close()

    def _path(self, chat: str) -> Path | None:
        name = snapshot_name(chat)
        return self._folder / self._key / name if name else None

    def _is_worth_it(self, chat: str, ids: Ids) -> bool:
        if len(ids) < FEWEST_TOKENS or self._path(chat) is None:
            return False
        if self._writer.is_failing or not self._folder.is_dir():
            return False
        kept = self._writer.coming(chat)
        if kept is None:
            kept = self.tokens_of(chat)
        return kept is None or not np.array_equal(kept, ids)

    def _room_bytes(self) -> int:
        """How much may be copied now; what waits for the disk counts."""
        left_bytes = self._most_bytes - self._writer.under_way_bytes
        return min(left_bytes, self._free_bytes() // _SHARE_OF_MEMORY)


def remove_snapshots(folder: Path, chat: str) -> None:
    """Remove a chat's snapshots, whatever model they were made with, as far as that goes.

    For what an earlier model kept: of the loaded one, ``Snapshots.forget`` sees to those, too,
    that are just being written.

    Args:
        folder: Of all snapshots.
        chat: Whose.
    """
    if snapshot_name(chat):
        with suppress(OSError):  # the folder may go at any moment
            for each in folder.glob(f"*/{chat}.*"):
                _unlink(each)


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
