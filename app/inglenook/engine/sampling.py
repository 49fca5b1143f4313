"""The sampler chain of one answer."""

import ctypes
import secrets
import weakref
from collections.abc import Iterator

import numpy as np

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import BadArgumentError, ComputeError
from inglenook.engine.candidates import Candidates, Logits
from inglenook.engine.grammar import Place, grammar_for
from inglenook.engine.lib import Handle, api, checked
from inglenook.engine.model import Ids, Model
from inglenook.engine.odds import logits_of, logprob, token_odds
from inglenook.engine.protocol import TokenOdds
from inglenook.engine.vocabulary import Vocabulary

_MOST_SEED = 2**32 - 1  # llama.cpp reads this one as "random"
_SPREAD = 0x9E3779B1  # odd, so that seeds 1 and 2 share no offset for a long way
_FOR_XTC = 0x5851F42D  # XTC must not throw the same dice as the final draw

_LIKELY = 512
_ENOUGH = 128
"""After a refusal, candidates are cut to those allowed among so many of the likeliest, if so
many are left and top-k keeps no more than that: naming all allowed ones takes 20 times as long
where nearly all are (10 ms for 49,152 tokens)."""

_MIROSTAT_LOOK = 100  # candidates it estimates from; the value its authors use

_sample = api.llama_sampler_sample


class Chain:
    """Samplers in llama.cpp's usual order, and a grammar beside them.

    The grammar is asked about the picked token alone; only if it refuses are the candidates
    cut down to what it allows and one is picked again.

    Threads: the engine's main thread only.

    Attributes:
        handle: llama.cpp's chain, without the grammar.
        is_free: Set it while text is written that is no part of the answer's form (a thinking
            part): the grammar neither looks nor moves on.
        is_stuck: The grammar allowed no token of this model; ``pick`` ended the answer.
    """

    def __init__(self, sampling: Sampling, model: Model, *, seed_offset: int = 0) -> None:
        """Make a chain; ``seed_offset`` gives branches of one answer draws of their own.

        Raises:
            BadArgumentError: schema or grammar cannot be followed, or a bias has no token.
            ComputeError: memory is short.
        """
        self.handle: Handle = None
        self.is_free = False
        self.is_stuck = False
        self._sampling = sampling
        self._model = model
        self._place = _place(sampling, model)
        self._candidates = _candidates_of(model) if self._place else None
        params = api.llama_sampler_chain_default_params()
        params.no_perf = True
        self.handle = _made(api.llama_sampler_chain_init(params))
        try:
            for sampler in _samplers(sampling, model, _seed(sampling.seed, seed_offset)):
                api.llama_sampler_chain_add(self.handle, _made(sampler))
        except (ComputeError, BadArgumentError):
            self.free()
            raise

    def free(self) -> None:
        """Free the chain and what it holds; harmless a second time."""
        if self.handle:
            api.llama_sampler_free(self.handle)
            self.handle = None

    def fork(self, *, seed_offset: int) -> "Chain":
        """Return a chain that has taken the same tokens and draws by itself."""
        other = Chain(self._sampling, self._model, seed_offset=seed_offset)
        for at in range(api.llama_sampler_chain_n(self.handle)):
            here = api.llama_sampler_chain_get(self.handle, at)
            if api.llama_sampler_name(here) in {b"penalties", b"dry"}:
                api.llama_sampler_copy(here, api.llama_sampler_chain_get(other.handle, at))
        other._place = self._place and self._place.copy()
        other.is_free, other.is_stuck = self.is_free, self.is_stuck
        return other

    def pick(self, context_handle: Handle, row: int) -> int:
        """Pick and take a token from a row of logits.

        Where the grammar allows nothing it returns a token that ends the answer: the answer is
        whole then, unless ``is_stuck``.

        Args:
            context_handle: llama.cpp's context, after a decode.
            row: Index of the token in the batch, -1 for the last; it must have logits.

        Raises:
            BadArgumentError: the grammar turned out to be too ambiguous to be followed.
            ComputeError: the row has no logits, or the model has no token to end with.
        """
        if self._place is None or self.is_free:
            return int(_sample(self.handle, context_handle, row))
        return self._pick_in_form(logits_of(context_handle, row, self._model.vocab_size))

    def take(self, token: int) -> None:
        """Take a token that was chosen elsewhere.

        Raises:
            BadArgumentError: the grammar does not allow it; nothing is taken.
        """
        if self._place is not None and not self.is_free and not self._place.take(token):
            raise BadArgumentError(
                "A token does not have the form asked for", "Ask again.", token=token
            )
        api.llama_sampler_accept(self.handle, token)

    def odds(self, context_handle: Handle, row: int, token: int) -> TokenOdds:
        """Return how likely a token of a row was, and the alternatives asked for.

        The logits are the model's own: it makes no difference whether this is called before
        or after ``pick``, as long as nothing has been decoded since.
        """
        logits = logits_of(context_handle, row, self._model.vocab_size)
        return token_odds(self._model, logits, token, self._sampling.odds)

    def logprob_of(self, context_handle: Handle, row: int, token: int) -> float:
        """Return the natural logarithm of a token's probability before any sampling knob."""
        return logprob(logits_of(context_handle, row, self._model.vocab_size), token)

    # --- by the grammar ---

    def _pick_in_form(self, logits: Logits) -> int:
        assert self._place is not None
        assert self._candidates is not None
        token = self._candidates.picked(self.handle, logits)
        if not self._place.take(token):
            allowed = self._allowed(logits)
            if not len(allowed):
                return self._give_up()
            token = int(allowed[0])
            if len(allowed) > 1:
                token = self._candidates.picked(self.handle, logits, allowed)
            self._place.take(token)
        api.llama_sampler_accept(self.handle, token)
        return token

    def _allowed(self, logits: Logits) -> Ids:
        assert self._place is not None
        keeps = 1 if self._sampling.temperature <= 0.0 else self._sampling.top_k
        if 0 < keeps <= _ENOUGH and len(logits) > _LIKELY and self._place.is_wide():
            likely = np.argpartition(logits, -_LIKELY)[-_LIKELY:].astype(np.int32)
            allowed = self._place.allowed_of(likely)
            if len(allowed) >= _ENOUGH:
                return allowed
        return self._place.allowed()

    def _give_up(self) -> int:
        self.is_stuck = True
        enders = Vocabulary.of(self._model).enders
        if not len(enders):
            raise ComputeError(
                "The answer cannot go on in the form asked for",
                "Choose a wider form; this model has no token to end an answer with.",
            )
        return int(enders[0])


# --- what the settings ask for ---


def _samplers(sampling: Sampling, model: Model, seed: int) -> Iterator[Handle]:
    """Make what the settings ask for; a neutral sampler would cost time and change nothing."""
    biases = [*sampling.logit_bias, *((token, -np.inf) for token in _suppressed(model))]
    if biases:
        yield _bias(biases, model.vocab_size)
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
            sampling.xtc_probability, sampling.xtc_threshold, 1, seed ^ _FOR_XTC
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
            _made(api.llama_sampler_init_dry(model.vocab, *key[:4], breakers, len(texts)))
        )
    return api.llama_sampler_clone(known[key].handle)


class _Kept:
    """A sampler that is freed when nobody refers to it any more."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        weakref.finalize(self, api.llama_sampler_free, handle)


def _bias(biases: list[tuple[int, float]], vocab_size: int) -> Handle:
    for token, _ in biases:
        if token >= vocab_size:
            raise BadArgumentError(
                "This model has no such token",
                f"Use token ids below {vocab_size:,} for logit_bias.",
                token=token,
            )
    items = (api.llama_logit_bias * len(biases))(*biases)
    return api.llama_sampler_init_logit_bias(vocab_size, len(biases), items)


def _suppressed(model: Model) -> list[int]:
    """Return the tokens that the model's makers want never to be written."""
    count = ctypes.c_int32()
    tokens = api.llama_vocab_get_suppress_tokens(model.vocab, ctypes.byref(count))
    return list(tokens[: count.value]) if tokens else []


_dry_samplers: "weakref.WeakKeyDictionary[Model, dict[tuple[object, ...], _Kept]]" = (
    weakref.WeakKeyDictionary()
)
_candidates: "weakref.WeakKeyDictionary[Model, Candidates]" = weakref.WeakKeyDictionary()


def _candidates_of(model: Model) -> Candidates:
    known = _candidates.get(model)
    if known is None:
        known = _candidates[model] = Candidates(model.vocab_size)
    return known


def _place(sampling: Sampling, model: Model) -> Place | None:
    if not sampling.json_schema and not sampling.grammar:
        return None
    return Place(grammar_for(model, schema=sampling.json_schema, grammar=sampling.grammar))


def _seed(seed: int | None, offset: int) -> int:
    if seed is None:
        return secrets.randbelow(_MOST_SEED)
    return (seed + offset * _SPREAD) % _MOST_SEED


def _made(sampler: Handle) -> Handle:
    return checked(
        sampler,
        ComputeError("The engine could not start an answer", "Try again; memory may be short."),
    )
