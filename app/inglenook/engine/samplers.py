"""Makes llama.cpp's samplers from the settings of an answer."""

import ctypes
import weakref
from collections.abc import Iterator

import numpy as np

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import BadArgumentError, ComputeError
from inglenook.engine.lib import Handle, api, checked
from inglenook.engine.model import Model

MOST_SEED = 2**32 - 1  # llama.cpp reads this one as "random"
_FOR_XTC = 0x5851F42D  # XTC must not throw the same dice as the final draw

_MIROSTAT_LOOK = 100  # candidates it estimates from; the value its authors use

_dry_samplers: "weakref.WeakKeyDictionary[Model, dict[tuple[object, ...], _Kept]]" = (
    weakref.WeakKeyDictionary()
)


def samplers(sampling: Sampling, model: Model, seed: int) -> Iterator[Handle]:
    """Make what the settings ask for, in the order in which a chain applies them.

    A neutral sampler would cost time and change nothing, so none is made. The last one
    selects a token. A handle may be NULL if memory is short; ``made`` tells.

    Raises:
        BadArgumentError: a bias is for a token that the model does not have.
    """
    added = biases(sampling, model)
    if added:
        yield _bias(added, model.vocab_size)
    if sampling.penalises:
        yield api.llama_sampler_init_penalties(
            model.vocab_size,
            sampling.repeat_window_tokens,
            sampling.repeat_penalty,
            sampling.frequency_penalty,
            sampling.presence_penalty,
        )
    if sampling.is_dry and not sampling.mirostat:
        yield _dry(sampling, model)
    if sampling.temperature <= 0.0:
        yield api.llama_sampler_init_greedy()
    elif sampling.mirostat:
        yield from _mirostat(sampling, model, seed)
    else:
        yield from _cuts(sampling, model.vocab_size, seed)
        yield from _temperature(sampling)
        yield api.llama_sampler_init_dist(seed)


def biases(sampling: Sampling, model: Model) -> list[tuple[int, float]]:
    """Return pairs of a token and what is added to its logit."""
    return [*sampling.logit_bias, *((token, -np.inf) for token in _suppressed(model))]


def _cuts(sampling: Sampling, vocab_size: int, seed: int) -> Iterator[Handle]:
    # top_k is early so that all but top_n_sigma look at its few candidates.
    if sampling.top_n_sigma > 0.0:
        yield api.llama_sampler_init_top_n_sigma(sampling.top_n_sigma)
    if 0 < sampling.top_k < vocab_size:
        yield api.llama_sampler_init_top_k(sampling.top_k)
    if sampling.typical_p < 1.0:
        yield api.llama_sampler_init_typical(sampling.typical_p, 1)
    if sampling.top_p < 1.0:
        yield api.llama_sampler_init_top_p(sampling.top_p, 1)
    if sampling.min_p > 0.0:
        yield api.llama_sampler_init_min_p(sampling.min_p, 1)
    if sampling.xtc_probability > 0.0:
        yield api.llama_sampler_init_xtc(
            sampling.xtc_probability, sampling.xtc_threshold, 1, (seed + _FOR_XTC) % MOST_SEED
        )


def _temperature(sampling: Sampling) -> Iterator[Handle]:
    if sampling.temperature_range > 0.0:
        yield api.llama_sampler_init_temp_ext(
            sampling.temperature, sampling.temperature_range, sampling.temperature_exponent
        )
    elif sampling.temperature != 1.0:
        yield api.llama_sampler_init_temp(sampling.temperature)


def _mirostat(sampling: Sampling, model: Model, seed: int) -> Iterator[Handle]:
    tau, eta = sampling.mirostat_tau, sampling.mirostat_eta
    yield from _temperature(sampling)
    if sampling.mirostat == 1:
        yield api.llama_sampler_init_mirostat(model.vocab_size, seed, tau, eta, _MIROSTAT_LOOK)
    else:
        yield api.llama_sampler_init_mirostat_v2(seed, tau, eta)


def _dry(sampling: Sampling, model: Model) -> Handle:
    """Make a DRY sampler: looking for the breakers in all tokens takes 25 ms, so only once."""
    known = _dry_samplers.setdefault(model, {})
    key = (
        sampling.dry_multiplier, sampling.dry_base, sampling.dry_allowed_length,
        sampling.dry_window_tokens, sampling.dry_breakers,
    )  # fmt: skip
    if key not in known:
        known.clear()  # one is enough: knobs are turned now and then, not at each answer
        texts = [breaker.encode("utf-8", "replace") for breaker in sampling.dry_breakers]
        breakers = (ctypes.c_char_p * len(texts))(*texts)
        known[key] = _Kept(
            made(api.llama_sampler_init_dry(model.vocab, *key[:4], breakers, len(texts)))
        )
    return api.llama_sampler_clone(known[key].handle)


class _Kept:
    """A sampler that is freed when nobody refers to it any more."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        weakref.finalize(self, api.llama_sampler_free, handle)


def _bias(added: list[tuple[int, float]], vocab_size: int) -> Handle:
    for token, _ in added:
        if token >= vocab_size:
            raise BadArgumentError(
                "This model has no such token",
                f"Use token ids below {vocab_size:,} for logit_bias.",
                token=token,
            )
    items = (api.llama_logit_bias * len(added))(*added)
    return api.llama_sampler_init_logit_bias(vocab_size, len(added), items)


def _suppressed(model: Model) -> list[int]:
    """Return the tokens that the model's makers want never to be written."""
    count = ctypes.c_int32()
    tokens = api.llama_vocab_get_suppress_tokens(model.vocab, ctypes.byref(count))
    return list(tokens[: count.value]) if tokens else []


def made(sampler: Handle) -> Handle:
    """Return a sampler that could be made.

    Raises:
        ComputeError: it could not; memory may be short.
    """
    return checked(
        sampler,
        ComputeError("The engine could not start an answer", "Try again; memory may be short."),
    )
