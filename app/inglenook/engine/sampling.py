"""The sampler chain of one answer."""

import secrets
from collections.abc import Iterator

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import ComputeError
from inglenook.engine.lib import Handle, api, checked

_MOST_SEED = 2**32 - 1  # llama.cpp reads this one as "random"


class Chain:
    """Samplers in llama.cpp's usual order, freed together.

    Threads: the engine's main thread only.

    Attributes:
        handle: For llama_sampler_sample.
    """

    def __init__(self, sampling: Sampling, *, vocab_size: int) -> None:
        params = api.llama_sampler_chain_default_params()
        params.no_perf = True
        self.handle: Handle = _made(api.llama_sampler_chain_init(params))
        try:
            for sampler in _samplers(sampling, vocab_size):
                api.llama_sampler_chain_add(self.handle, _made(sampler))
        except ComputeError:
            self.free()
            raise

    def free(self) -> None:
        """Free the chain and what it holds; harmless a second time."""
        if self.handle:
            api.llama_sampler_free(self.handle)
            self.handle = None


def _samplers(sampling: Sampling, vocab_size: int) -> Iterator[Handle]:
    """Make what the settings ask for; a neutral sampler would cost time and change nothing."""
    if sampling.repeat_penalty > 1.0 and sampling.repeat_window_tokens:
        yield api.llama_sampler_init_penalties(
            vocab_size, sampling.repeat_window_tokens, sampling.repeat_penalty, 0.0, 0.0
        )
    if sampling.temperature <= 0.0:
        yield api.llama_sampler_init_greedy()
        return
    # top_k comes first so that all others look at its few candidates, not the vocabulary.
    if 0 < sampling.top_k < vocab_size:
        yield api.llama_sampler_init_top_k(sampling.top_k)
    if sampling.top_p < 1.0:
        yield api.llama_sampler_init_top_p(sampling.top_p, 1)
    if sampling.min_p > 0.0:
        yield api.llama_sampler_init_min_p(sampling.min_p, 1)
    if sampling.temperature != 1.0:
        yield api.llama_sampler_init_temp(sampling.temperature)
    yield api.llama_sampler_init_dist(_seed(sampling.seed))


def _seed(seed: int | None) -> int:
    return secrets.randbelow(_MOST_SEED) if seed is None else seed % _MOST_SEED


def _made(sampler: Handle) -> Handle:
    return checked(
        sampler,
        ComputeError("The engine could not start an answer", "Try again; memory may be short."),
    )
