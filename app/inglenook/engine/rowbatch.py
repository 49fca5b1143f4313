"""A batch of embeddings, which stand where tokens would: what a projector makes of pictures."""

import ctypes

import numpy as np
import numpy.typing as npt

from inglenook.engine.lib import api, array_pointer

Rows = npt.NDArray[np.float32]
"""Embeddings, shape (n, width), as a projector made them."""


class RowBatch:
    """Embeddings of one sequence on their way into a decode call; no logits are wanted.

    Threads: the engine's main thread only.

    Attributes:
        native: The llama_batch; good while this object lives.
    """

    def __init__(self, rows: Rows, start: int, sequence: int) -> None:
        """Take embeddings, shape (n, width), whose first stands at ``start``."""
        count = len(rows)
        self._rows = np.ascontiguousarray(rows, np.float32)
        self._positions = np.arange(start, start + count, dtype=np.int32)
        self._counts = np.ones(count, np.int32)
        self._sequence = np.array([sequence], np.int32)
        self._owners = np.full(count, self._sequence.ctypes.data, np.uintp)
        self._wanted = np.zeros(count, np.int8)
        self.native = api.llama_batch(
            n_tokens=count,
            token=None,
            embd=array_pointer(self._rows, ctypes.c_float),
            pos=array_pointer(self._positions, api.llama_pos),
            n_seq_id=array_pointer(self._counts, ctypes.c_int32),
            seq_id=array_pointer(self._owners, ctypes.POINTER(api.llama_seq_id)),
            logits=array_pointer(self._wanted, ctypes.c_int8),
        )
