"""A context: the KV cache, the batch, and decoding into it."""

from enum import Enum

from inglenook.core.errors import ComputeError, ModelLoadError
from inglenook.engine.batch import Batch
from inglenook.engine.lib import AbortFlag, Handle, api, checked, log
from inglenook.engine.load_failure import load_failure
from inglenook.engine.memory import Memory
from inglenook.engine.model import Model
from inglenook.engine.odds import logits_of, logprob
from inglenook.engine.rowbatch import RowBatch, Rows
from inglenook.models.fit import EngineSettings

KV_TYPES = {"f16": api.GGML_TYPE_F16, "q8_0": api.GGML_TYPE_Q8_0}


class Decoded(Enum):
    """How a decode call ended."""

    DONE = 0
    NO_ROOM = 1
    """The KV cache is full; nothing has changed."""
    ABORTED = 2
    """The abort flag was raised; part of the batch may be in the cache."""


def context_params(settings: EngineSettings) -> Handle:
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
    params.n_seq_max = settings.sequences
    # One row of logits for each sequence, not one for each token.
    params.n_outputs_max = settings.sequences
    params.n_threads = params.n_threads_batch = settings.threads
    params.type_k = params.type_v = KV_TYPES[settings.kv_type]
    params.flash_attn_type = api.LLAMA_FLASH_ATTN_TYPE_AUTO
    params.kv_unified = True
    params.offload_kqv = settings.gpu_layers > 0
    params.op_offload = settings.op_offload
    params.no_perf = True
    # Windowed layers keep their window alone, as the memory plan counts it; going back
    # further than that needs a checkpoint (see ``engine/memory.py``).
    params.swa_full = False
    return params


class Context:
    """One llama.cpp context.

    Threads: the engine's main thread only, but for the abort flag.

    Attributes:
        handle: llama.cpp's; None once it is freed.
        tokens: Cells of the KV cache as granted.
        sequences: How many sequences share them.
        ubatch_tokens: Tokens that are computed in one go.
        batch: What the next decode call decodes.
        memory: What has been decoded.
    """

    def __init__(self, model: Model, settings: EngineSettings, flag: AbortFlag) -> None:
        """Allocate the KV cache and the compute buffers.

        Raises:
            ModelLoadError: there is not enough memory, or the settings make no sense.
        """
        params = context_params(settings)
        log.clear()
        handle = api.llama_init_from_model(model.handle, params)
        self.handle = checked(handle, load_failure("", log.lines()))
        self._flag = flag  # its buffer is read by native code
        api.llama_set_abort_callback(self.handle, flag.callback, flag.address)
        self.tokens = int(api.llama_n_ctx(self.handle))
        self.sequences = settings.sequences
        self.ubatch_tokens = int(api.llama_n_ubatch(self.handle))
        self.memory = Memory(model, self.handle, sequences=settings.sequences)
        self.batch = Batch(self.memory.most_at_once)
        self._vocab_size = model.vocab_size

    def free(self) -> None:
        """Give the memory back; harmless a second time."""
        if self.handle:
            api.llama_free(self.handle)
            self.handle = None

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from the next decode call on."""
        api.llama_set_n_threads(self.handle, threads, threads)

    def decode(self) -> Decoded:
        """Decode what the batch holds.

        Raises:
            ComputeError: llama.cpp failed.
        """
        native = self.batch.native
        native.n_tokens = self.batch.count
        return self._decoded(native)

    def decode_rows(
        self, rows: Rows, start: int, sequence: int, *, looks_ahead: bool
    ) -> Decoded:
        """Decode embeddings of one sequence, shape (n, width), n at least 1.

        Args:
            rows: What a projector made.
            start: Position of the first.
            sequence: Whose they are.
            looks_ahead: Each sees those that follow too; they must fit ``ubatch_tokens``.

        Raises:
            ComputeError: llama.cpp failed.
        """
        batch = RowBatch(rows, start, sequence)
        if not looks_ahead:
            return self._decoded(batch.native)
        api.llama_set_causal_attn(self.handle, False)  # noqa: FBT003 (C takes no names)
        try:
            return self._decoded(batch.native)
        finally:
            api.llama_set_causal_attn(self.handle, True)  # noqa: FBT003

    def _decoded(self, native: Handle) -> Decoded:
        code = api.llama_decode(self.handle, native)
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

    def logprob(self, row: int, token: int) -> float:
        """Return the natural logarithm of a token's probability in a row of logits."""
        return logprob(logits_of(self.handle, row, self._vocab_size), token)
