"""The arrays of one llama_batch, wrapped once and written through numpy."""

import ctypes

import numpy as np

from inglenook.engine.lib import api, array_pointer
from inglenook.engine.model import Ids


class Batch:
    """Rows of tokens on their way into a decode call; each belongs to one sequence.

    Threads: the engine's main thread only.

    Attributes:
        capacity: Most rows it can have.
        count: Rows it has.
        native: The llama_batch; ``n_tokens`` is set when it is decoded.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.count = 0
        self._tokens = np.zeros(capacity, np.int32)
        self._positions = np.zeros(capacity, np.int32)
        self._sequences = np.zeros(capacity, np.int32)
        self._wanted = np.zeros(capacity, np.int8)
        self._counts = np.ones(capacity, np.int32)
        # One pointer a row, each at the row's own entry of ``_sequences``.
        first = self._sequences.ctypes.data
        self._rows = first + np.arange(capacity, dtype=np.uintp) * self._sequences.itemsize
        sequence_p = ctypes.POINTER(api.llama_seq_id)
        self.native = api.llama_batch(
            n_tokens=0,
            token=array_pointer(self._tokens, api.llama_token),
            embd=None,
            pos=array_pointer(self._positions, api.llama_pos),
            n_seq_id=array_pointer(self._counts, ctypes.c_int32),
            seq_id=array_pointer(self._rows, sequence_p),
            logits=array_pointer(self._wanted, ctypes.c_int8),
        )

    @property
    def room(self) -> int:
        """How many more rows fit."""
        return self.capacity - self.count

    def clear(self) -> None:
        """Empty it."""
        self.count = 0

    def add(self, token: int, position: int, sequence: int) -> int:
        """Add one token whose logits are wanted; return its row.

        Raises:
            IndexError: the batch is full.
        """
        row = self.count
        self._tokens[row] = token
        self._positions[row] = position
        self._sequences[row] = sequence
        self._wanted[row] = 1
        self.count = row + 1
        return row

    def add_many(self, ids: Ids, start: int, sequence: int, *, wanted: int) -> int:
        """Add tokens of one sequence, shape (n,) with n at least 1; return the last row.

        Args:
            ids: The tokens.
            start: Position of the first.
            sequence: Whose they are.
            wanted: Of how many of the last ones logits are wanted.

        Raises:
            IndexError: they do not fit.
        """
        at, end = self.count, self.count + len(ids)
        if end > self.capacity:  # a larger batch would end the process
            raise IndexError(f"{len(ids)} tokens do not fit {self.room} rows")
        self._tokens[at:end] = ids
        self._positions[at:end] = np.arange(start, start + len(ids), dtype=np.int32)
        self._sequences[at:end] = sequence
        self._wanted[at:end] = 0
        if wanted:
            self._wanted[end - wanted : end] = 1
        self.count = end
        return end - 1
