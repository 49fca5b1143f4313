"""A model with a context of one sequence, for tests of sampling alone."""

import json
from collections.abc import Callable

import numpy as np

from inglenook.chat.sampling import Sampling
from inglenook.engine.lib import api, array_pointer
from inglenook.engine.model import Model
from inglenook.engine.sampling import Chain
from inglenook.models.fit import EngineSettings


class LoneContext:
    """Reads tokens from the beginning and lets a chain go on."""

    def __init__(self, path: object, tokens: int = 512) -> None:
        settings = EngineSettings(context_tokens=tokens, threads=1)
        self.model = Model.load(str(path), settings, lambda _fraction: True)
        params = api.llama_context_default_params()
        params.n_ctx, params.n_threads, params.n_threads_batch = tokens, 1, 1
        self.handle = api.llama_init_from_model(self.model.handle, params)
        assert self.handle

    def free(self) -> None:
        api.llama_free(self.handle)
        self.model.free()

    def read(self, ids: object, *, anew: bool = True) -> None:
        """Decode tokens; the last one's row of logits is -1."""
        if anew:
            and_its_data = True
            api.llama_memory_clear(api.llama_get_memory(self.handle), and_its_data)
        array = np.array(ids, np.int32)
        pointer = array_pointer(array, api.llama_token)
        assert api.llama_decode(self.handle, api.llama_batch_get_one(pointer, len(array))) == 0

    def chat(self, question: str) -> object:
        """Return the ids of a ChatML prompt."""
        text = f"<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n"
        return self.model.tokens(text, special=True)

    def write(
        self,
        ids: object,
        sampling: Sampling,
        most: int,
        *,
        seed_offset: int = 0,
        watch: Callable[[Chain, int], None] = lambda _chain, _token: None,
    ) -> tuple[list[int], str, bool]:
        """Return tokens and text that follow, and whether the model ended them itself."""
        chain = Chain(sampling, self.model, seed_offset=seed_offset)
        self.read(ids)
        tokens: list[int] = []
        has_ended = False
        while len(tokens) < most and not has_ended:
            token = chain.pick(self.handle, -1)
            watch(chain, token)
            has_ended = bool(api.llama_vocab_is_eog(self.model.vocab, token))
            if not has_ended:
                tokens.append(token)
                self.read([token], anew=False)
        chain.free()
        text = b"".join(map(self.model.piece, tokens)).decode("utf-8", "replace")
        return tokens, text, has_ended


def as_schema(value: object) -> str:
    """Return a schema as the text that settings hold."""
    return json.dumps(value)
