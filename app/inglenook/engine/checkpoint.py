"""Copies in RAM of the part of a sequence that cannot go back by itself."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from inglenook.core.units import MIB
from inglenook.engine.lib import Handle, api, array_pointer

MOST_BYTES = 256 * MIB
"""All checkpoints together; a model of 4B parameters with a window of 1,024 takes about 120 MB
for one."""
MOST_PER_SEQUENCE = 4

_PART = api.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The windowed and recurrent part of a sequence as it was at one length.

    Attributes:
        length: Tokens the sequence had.
        data: What llama.cpp wrote, shape (bytes,); the part that holds every position
            (attention without a window) is not in it.
    """

    length: int
    data: npt.NDArray[np.uint8]

    @classmethod
    def taken(cls, handle: Handle, sequence: int, length: int) -> "Checkpoint | None":
        """Copy a sequence's part as it is now; None if llama.cpp cannot."""
        size = part_bytes(handle, sequence)
        data = np.empty(size, np.uint8)
        pointer = array_pointer(data, ctypes.c_uint8)
        written = api.llama_state_seq_get_data_ext(handle, pointer, size, sequence, _PART)
        return cls(length, data) if size and written == size else None

    def restore(self, handle: Handle, sequence: int) -> bool:
        """Put the part into a sequence instead of what it has there.

        The other part must hold the positions before ``length``. When this fails, the sequence
        must be dropped.
        """
        pointer = array_pointer(self.data, ctypes.c_uint8)
        size = len(self.data)
        read = api.llama_state_seq_set_data_ext(handle, pointer, size, sequence, _PART)
        return bool(read)


def part_bytes(handle: Handle, sequence: int) -> int:
    """Return the bytes that a checkpoint of a sequence would take now."""
    return int(api.llama_state_seq_get_size_ext(handle, sequence, _PART))


class Checkpoints:
    """The checkpoints of all sequences, within one budget; forks share theirs.

    Threads: the engine's main thread only.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._of: dict[int, list[Checkpoint]] = {}  # by sequence, in order of length
        self._used: dict[Checkpoint, None] = {}  # the least recently used first

    @property
    def bytes(self) -> int:
        """RAM that all take."""
        return sum(one.data.nbytes for one in self._used)

    def lengths(self, sequence: int) -> tuple[int, ...]:
        """Return at which lengths a sequence has checkpoints, in order."""
        return tuple(one.length for one in self._of.get(sequence, ()))

    def fits(self, size: int) -> bool:
        """Tell whether one of so many bytes can be kept at all."""
        return size <= self._most_bytes

    def add(self, sequence: int, checkpoint: Checkpoint) -> None:
        """Keep one more, and give up others where there are too many."""
        if not self.fits(checkpoint.data.nbytes):
            return
        own = self._of.setdefault(sequence, [])
        own[:] = [*(one for one in own if one.length < checkpoint.length), checkpoint]
        if len(own) > MOST_PER_SEQUENCE:
            del own[_closest(own)]
        self._used[checkpoint] = None
        self._tidy()

    def newest(self, sequence: int, length: int) -> Checkpoint | None:
        """Return the one to go back to for a length; it counts as used."""
        before = [one for one in self._of.get(sequence, ()) if one.length <= length]
        if not before:
            return None
        self._used[before[-1]] = self._used.pop(before[-1])
        return before[-1]

    def share(self, source: int, target: int, length: int) -> None:
        """Give a fork those that lie within what it got."""
        kept = [one for one in self._of.get(source, ()) if one.length <= length]
        self._of[target] = kept

    def cut(self, sequence: int, length: int) -> None:
        """Give up those that lie beyond a length; 0 gives up all."""
        own = self._of.get(sequence)
        if own and own[-1].length > length:
            own[:] = [one for one in own if one.length <= length]
            self._tidy()

    def _tidy(self) -> None:
        held = set(self._held())
        self._used = {one: None for one in self._used if one in held}
        while self.bytes > self._most_bytes:
            oldest = next(iter(self._used))
            del self._used[oldest]
            for own in self._of.values():
                own[:] = [one for one in own if one is not oldest]

    def _held(self) -> Iterator[Checkpoint]:
        for own in self._of.values():
            yield from own


def _closest(own: list[Checkpoint]) -> int:
    """Return which one, the newest not counted, lies closest behind the one before it."""
    starts = [0, *(one.length for one in own[:-1])]
    gaps = [after - before for before, after in pairwise(starts)]
    return gaps.index(min(gaps))
