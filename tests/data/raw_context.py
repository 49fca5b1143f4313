"""llama.cpp's own context, for tests that look below the engine's."""

import numpy as np

from inglenook.engine.context import context_params
from inglenook.engine.lib import api
from inglenook.engine.model import Ids, Model
from inglenook.models.fit import EngineSettings


class RawContext:
    """A context as the engine makes it, without the engine's bookkeeping.

    Attributes:
        handle: llama.cpp's.
        memory: llama.cpp's.
    """

    def __init__(self, model: Model, settings: EngineSettings) -> None:
        self.handle = api.llama_init_from_model(model.handle, context_params(settings))
        assert self.handle
        self.memory = api.llama_get_memory(self.handle)
        self._size = api.llama_n_batch(self.handle)
        self._batch = api.llama_batch_init(self._size, 0, 1)
        self._vocab_size = model.vocab_size

    def read(self, ids: Ids, start: int, *, sequence: int = 0) -> np.ndarray:
        """Decode tokens at their positions; return the logits after the last."""
        for at in range(0, len(ids), self._size):
            chunk = ids[at : at + self._size]
            for row, token in enumerate(chunk):
                self._batch.token[row] = int(token)
                self._batch.pos[row] = start + at + row
                self._batch.n_seq_id[row] = 1
                self._batch.seq_id[row][0] = sequence
                self._batch.logits[row] = row == len(chunk) - 1
            self._batch.n_tokens = len(chunk)
            assert api.llama_decode(self.handle, self._batch) == 0
        row = api.llama_get_logits_ith(self.handle, -1)
        return np.ctypeslib.as_array(row, (self._vocab_size,)).copy()

    def length(self, sequence: int = 0) -> int:
        """Return how many tokens a sequence holds."""
        return int(api.llama_memory_seq_pos_max(self.memory, sequence)) + 1

    def drop(self, sequence: int, start: int = -1) -> bool:
        """Drop a sequence from a position on; False where that is impossible."""
        return bool(api.llama_memory_seq_rm(self.memory, sequence, start, -1))

    def free(self) -> None:
        """Give the memory back."""
        api.llama_batch_free(self._batch)
        api.llama_free(self.handle)
