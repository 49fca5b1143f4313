"""A context that makes one vector, or the scores of one head, of each text it reads."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from inglenook.core.errors import ComputeError
from inglenook.engine.batch import Batch
from inglenook.engine.context import context_params
from inglenook.engine.lib import AbortFlag, api, checked, log
from inglenook.engine.load_failure import load_failure
from inglenook.engine.model import Ids, Model
from inglenook.models.fit import EngineSettings

Numbers = npt.NDArray[np.float32]

MOST_TEXTS = 16
"""So many texts share a batch at most."""

_LEAST_CELLS = 256  # llama.cpp rounds a cache up to that


class VectorContext:
    """One llama.cpp context without a memory of what it read.

    A text is computed in one go: most such models see a text from both sides, and pooling
    does not reach across two goes.

    Threads: the engine's main thread only, but for the abort flag.

    Attributes:
        most_tokens: The longest text it reads, and the most of all texts in a batch.
        ranks: It scores texts and makes no vectors.
        width: How many numbers come out for a text.
    """

    def __init__(self, model: Model, settings: EngineSettings, flag: AbortFlag) -> None:
        """Allocate what is computed in.

        A text may have so many tokens as the settings' context has, and not more than the
        model was trained for. A model whose file says nothing of pooling is averaged.

        Raises:
            ModelLoadError: there is not enough memory, or the settings make no sense.
        """
        tokens = settings.context_tokens
        if model.train_context_tokens:
            tokens = min(tokens, model.train_context_tokens)
        self.most_tokens = tokens
        room = max(tokens, _LEAST_CELLS)
        params = context_params(
            replace(
                settings, context_tokens=room, batch_tokens=room, ubatch_tokens=room,
                sequences=MOST_TEXTS,
            )
        )  # fmt: skip
        params.embeddings = True
        params.n_outputs_max = 0  # every token: pooling asks for that
        params.pooling_type = _pooling(model)
        log.clear()
        handle = api.llama_init_from_model(model.handle, params)
        self.handle = checked(handle, load_failure("", log.lines()))
        self._flag = flag  # its buffer is read by native code
        api.llama_set_abort_callback(self.handle, flag.callback, flag.address)
        self._memory = api.llama_get_memory(self.handle)
        self._batch = Batch(room)
        self.ranks = api.llama_pooling_type(self.handle) == api.LLAMA_POOLING_TYPE_RANK
        count = api.llama_model_n_cls_out if self.ranks else api.llama_model_n_embd_out
        self.width = int(count(model.handle))

    def free(self) -> None:
        """Give the memory back; harmless a second time."""
        if self.handle:
            api.llama_free(self.handle)
            self.handle = None

    def set_threads(self, threads: int) -> None:
        """Compute with so many threads from the next call on."""
        api.llama_set_n_threads(self.handle, threads, threads)

    def read(self, texts: Sequence[Ids]) -> Numbers | None:
        """Return what comes out for each text, shape (texts, width).

        None if the abort flag was raised.

        Args:
            texts: 1 to ``MOST_TEXTS``, none empty, together no longer than ``most_tokens``.

        Raises:
            ComputeError: llama.cpp failed, or what came out are no numbers.
        """
        self._batch.clear()
        for place, ids in enumerate(texts):
            self._batch.add_many(ids, 0, place, wanted=len(ids))
        native = self._batch.native
        native.n_tokens = self._batch.count
        if self._memory:
            api.llama_memory_clear(self._memory, False)  # noqa: FBT003 (C takes no names)
        code = api.llama_decode(self.handle, native)
        if code == 2:
            return None
        if code != 0:
            raise _failed(code=code, engine=" | ".join(log.lines()[-4:]))
        found = np.stack([self._row(place) for place in range(len(texts))])
        if not np.isfinite(found).all():
            raise _failed(code=code, engine="what came out are no numbers")
        return found

    def _row(self, place: int) -> Numbers:
        row = checked(
            api.llama_get_embeddings_seq(self.handle, place), _failed(engine="nothing came out")
        )
        return np.ctypeslib.as_array(row, (self.width,)).copy()


def _pooling(model: Model) -> int:
    said = model.metadata(f"{model.metadata('general.architecture')}.pooling_type")
    if said in {"", str(api.LLAMA_POOLING_TYPE_NONE)}:
        return int(api.LLAMA_POOLING_TYPE_MEAN)
    return int(api.LLAMA_POOLING_TYPE_UNSPECIFIED)  # the file's own


def _failed(**facts: object) -> ComputeError:
    return ComputeError(
        "The engine could not read this text",
        "Try again; if it happens again, choose another conversion of the model.",
        **facts,
    )
