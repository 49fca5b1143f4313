"""A context: the KV cache, the batch, and decoding into it."""

import ctypes
from enum import Enum

import numpy as np

from inglenook.core.errors import ComputeError, ModelLoadError
from inglenook.engine.lib import AbortFlag, Handle, api, array_pointer, checked, log
from inglenook.engine.load_failure import load_failure
from inglenook.engine.model import Ids, Model
from inglenook.models.fit import EngineSettings

KV_TYPES = {"f16": api.GGML_TYPE_F16, "q8_0": api.GGML_TYPE_Q8_0}


class Decoded(Enum):
    """How a decode call ended."""

    DONE = 0
    NO_ROOM = 1
    """The KV cache is full; nothing has changed."""
    ABORTED = 2
    """The abort flag was raised; part of the batch may be in the cache."""


class Batch:
    """The arrays of a llama_batch, wrapped once and written through numpy.

    Threads: the engine's main thread only.

    Attributes:
        tokens: Token ids, shape (capacity,).
        positions: Where each stands in its sequence, shape (capacity,).
        sequences: The one sequence each belongs to, shape (capacity,).
        wanted: 1 where logits are wanted, shape (capacity,).
    """

    def __init__(self, capacity: int) -> None:
        self.tokens = np.zeros(capacity, np.int32)
        self.positions = np.zeros(capacity, np.int32)
        self.sequences = np.zeros(capacity, np.int32)
        self.wanted = np.zeros(capacity, np.int8)
        self._counts = np.ones(capacity, np.int32)
        # One pointer a row, each at the row's own entry of ``sequences``.
        first = self.sequences.ctypes.data
        self._rows = first + np.arange(capacity, dtype=np.uintp) * self.sequences.itemsize
        sequence_p = ctypes.POINTER(api.llama_seq_id)
        self.native = api.llama_batch(
            n_tokens=0,
            token=array_pointer(self.tokens, api.llama_token),
            embd=None,
            pos=array_pointer(self.positions, api.llama_pos),
            n_seq_id=array_pointer(self._counts, ctypes.c_int32),
            seq_id=array_pointer(self._rows, sequence_p),
            logits=array_pointer(self.wanted, ctypes.c_int8),
        )


def context_params(settings: EngineSettings, *, sequences: int) -> Handle:
    """Return llama.cpp's defaults with our choices on top.

    Raises:
        ModelLoadError: the settings name an unknown KV type.
    """
    if settings.kv_type not in KV_TYPES:
        raise ModelLoadError(
            "This cache type is not known", "Use f16 or q8_0.", kv_type=settings.kv_type
        )
    params = api.llama_context_default_params()
    params.n_ctx = max(settings.context_tokens, 256)
    params.n_batch = min(settings.batch_tokens, params.n_ctx)
    params.n_ubatch = min(settings.ubatch_tokens, params.n_batch)
    params.n_seq_max = sequences
    params.n_outputs_max = sequences  # one row of logits for each sequence, not one a token
    params.n_threads = params.n_threads_batch = settings.threads
    params.type_k = params.type_v = KV_TYPES[settings.kv_type]
    params.flash_attn_type = api.LLAMA_FLASH_ATTN_TYPE_AUTO
    params.kv_unified = True
    params.offload_kqv = settings.gpu_layers > 0
    params.op_offload = settings.op_offload
    params.no_perf = True
    # Windowed layers keep their window alone, as the memory plan counts it; going back
    # further than that reads the prompt again (see ``Context.keep``).
    params.swa_full = False
    return params


class Context:
    """One llama.cpp context.

    Threads: the engine's main thread only, but for the abort flag.

    Attributes:
        tokens: Cells of the KV cache as granted.
        most_at_once: Tokens one decode call may have.
    """

    def __init__(
        self, model: Model, settings: EngineSettings, flag: AbortFlag, *, sequences: int = 1
    ) -> None:
        """Allocate the KV cache and the compute buffers.

        Raises:
            ModelLoadError: there is not enough memory, or the settings make no sense.
        """
        params = context_params(settings, sequences=sequences)
        log.clear()
        handle = api.llama_init_from_model(model.handle, params)
        self.handle = checked(handle, load_failure("", log.lines()))
        self._flag = flag  # its buffer is read by native code
        api.llama_set_abort_callback(self.handle, flag.callback, flag.address)
        self.memory = api.llama_get_memory(self.handle)
        self.tokens = int(api.llama_n_ctx(self.handle))
        self.most_at_once = int(api.llama_n_batch(self.handle))
        self.batch = Batch(self.most_at_once)
        self._window_tokens = model.sliding_window_tokens

    def free(self) -> None:
        """Give the memory back; harmless a second time."""
        if self.handle:
            api.llama_free(self.handle)
            self.handle = self.memory = None

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from the next decode call on."""
        api.llama_set_n_threads(self.handle, threads, threads)

    def read(self, ids: Ids, start: int, *, sequence: int = 0, wanted: bool) -> Decoded:
        """Decode several tokens of one sequence in one call.

        Args:
            ids: Shape (n,), n from 1 to ``most_at_once``.
            start: Position of the first.
            sequence: The sequence they belong to.
            wanted: Whether logits of the last token are wanted.

        Raises:
            ComputeError: llama.cpp failed.
        """
        count = len(ids)
        if not 1 <= count <= self.most_at_once:  # a larger batch would end the process
            raise ValueError(f"{count} tokens do not fit one batch of {self.most_at_once}")
        batch = self.batch
        batch.tokens[:count] = ids
        batch.positions[:count] = np.arange(start, start + count, dtype=np.int32)
        batch.sequences[:count] = sequence
        batch.wanted[:count] = 0
        batch.wanted[count - 1] = wanted
        batch.native.n_tokens = count
        return self.decode()

    def write(self, token: int, position: int, *, sequence: int = 0) -> Decoded:
        """Decode one token and want its logits.

        Raises:
            ComputeError: llama.cpp failed.
        """
        batch = self.batch
        batch.tokens[0] = token
        batch.positions[0] = position
        batch.sequences[0] = sequence
        batch.wanted[0] = 1
        batch.native.n_tokens = 1
        return self.decode()

    def decode(self) -> Decoded:
        """Decode what the batch holds.

        Raises:
            ComputeError: llama.cpp failed.
        """
        code = api.llama_decode(self.handle, self.batch.native)
        if code == 0:
            return Decoded.DONE
        if code in {1, 2}:
            return Decoded(code)
        raise ComputeError(
            "The engine could not compute the answer",
            "Try again; if it happens again, load the model with a shorter context.",
            code=code,
            engine=" | ".join(log.lines()[-4:]),
        )

    def length(self, *, sequence: int = 0) -> int:
        """Return how many tokens of a sequence are in the cache."""
        return int(api.llama_memory_seq_pos_max(self.memory, sequence)) + 1

    def keep(self, count: int, *, sequence: int = 0) -> int:
        """Drop a sequence from a position on.

        Returns:
            How many tokens are left: ``count``, or 0 where the memory cannot go back so far
            (a sliding window has moved on, or a recurrent state holds only its newest step).
        """
        if count >= self.length(sequence=sequence):
            return count
        went_back = count > 0 and api.llama_memory_seq_rm(self.memory, sequence, count, -1)
        if went_back and not self._has_lost_its_window(count, sequence):
            return count
        api.llama_memory_seq_rm(self.memory, sequence, -1, -1)
        return 0

    def _has_lost_its_window(self, count: int, sequence: int) -> bool:
        if not self._window_tokens:
            return False
        first = int(api.llama_memory_seq_pos_min(self.memory, sequence))
        return first < 0 or first > max(0, count - self._window_tokens)
