"""The candidates for the next token, in memory that numpy and llama.cpp share."""

import ctypes

import numpy as np
import numpy.typing as npt

from inglenook.engine.lib import Handle, api, array_pointer
from inglenook.engine.model import Ids

Logits = npt.NDArray[np.float32]

_LAYOUT = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class Candidates:
    """A list of tokens and their logits to let a sampler chain pick from.

    Threads: the engine's main thread only.
    """

    def __init__(self, vocab_size: int) -> None:
        self._items = np.zeros(vocab_size, _LAYOUT)
        self._ids = np.arange(vocab_size, dtype=np.int32)
        self._list = api.llama_token_data_array()
        self._start = array_pointer(self._items, api.llama_token_data)
        self._reference = ctypes.byref(self._list)

    def picked(self, chain: Handle, logits: Logits, tokens: Ids | None = None) -> int:
        """Return what a chain picks, without telling it that the token is taken.

        Args:
            chain: With one sampler that selects.
            logits: Of all tokens, shape (vocab_size,).
            tokens: The ones to choose from, at least one; None for all.
        """
        ids = self._ids if tokens is None else tokens
        items = self._items[: len(ids)]
        items["id"] = ids
        items["logit"] = logits if tokens is None else logits[tokens]
        self._list.data = self._start
        self._list.size = len(ids)
        self._list.selected = -1
        self._list.sorted = False
        api.llama_sampler_apply(chain, self._reference)
        return int(self._list.data[self._list.selected].id)
