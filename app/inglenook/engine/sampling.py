"""The sampler chain of one answer."""

import secrets
import weakref

import numpy as np

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import BadArgumentError, ComputeError
from inglenook.engine.candidates import Candidates, Logits
from inglenook.engine.grammar import Place, grammar_for
from inglenook.engine.lib import Handle, api
from inglenook.engine.model import Ids, Model
from inglenook.engine.odds import logits_of, token_odds
from inglenook.engine.protocol import TokenOdds
from inglenook.engine.samplers import MOST_SEED, biases, made, samplers

_SPREAD = 0x9E3779B1  # odd, so that seeds 1 and 2 share no offset for a long way

_LIKELY = 512
_ENOUGH = 128
"""After a refusal, candidates are cut to those allowed among so many of the likeliest, if so
many are left and top-k keeps no more than that: naming all allowed ones takes 20 times as long
where nearly all are (10 ms for 49,152 tokens)."""

_sample = api.llama_sampler_sample

_candidates: "weakref.WeakKeyDictionary[Model, Candidates]" = weakref.WeakKeyDictionary()


class Chain:
    """Samplers in llama.cpp's usual order, and a grammar beside them.

    The grammar is asked about the picked token alone; only if it refuses are the candidates
    cut down to what it allows and one is picked again.

    Threads: the engine's main thread only.

    Attributes:
        handle: llama.cpp's chain, without the grammar.
        is_free: Set it while text is written that is no part of the answer's form (a thinking
            part): the grammar neither looks nor moves on.
        is_barred: Set it while the barred tokens may not be picked.
    """

    def __init__(
        self,
        sampling: Sampling,
        model: Model,
        *,
        seed_offset: int = 0,
        barred: Ids | None = None,
    ) -> None:
        """Make a chain.

        Args:
            sampling: The knobs.
            model: Whose logits it picks from.
            seed_offset: Gives branches of one answer draws of their own.
            barred: Tokens that may now and then not be picked, shape (n,); None for none.

        Raises:
            BadArgumentError: schema or grammar cannot be followed, or a bias has no token.
            ComputeError: memory is short.
        """
        self.handle: Handle = None
        self.is_free = self.is_barred = False
        self._barred = barred
        self._sampling = sampling
        self._model = model
        self._place = _place(sampling, model)
        self._candidates = _candidates_of(model) if self._place else None
        self._biases = _biases(sampling, model) if sampling.is_greedy else None
        params = api.llama_sampler_chain_default_params()
        params.no_perf = True
        self.handle = made(api.llama_sampler_chain_init(params))
        try:
            for sampler in samplers(sampling, model, _seed(sampling.seed, seed_offset)):
                api.llama_sampler_chain_add(self.handle, made(sampler))
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
        other = Chain(self._sampling, self._model, seed_offset=seed_offset, barred=self._barred)
        for at in range(api.llama_sampler_chain_n(self.handle)):
            here = api.llama_sampler_chain_get(self.handle, at)
            if api.llama_sampler_name(here) in {b"penalties", b"dry"}:
                api.llama_sampler_copy(here, api.llama_sampler_chain_get(other.handle, at))
        other._place = self._place and self._place.copy()
        other.is_free, other.is_barred = self.is_free, self.is_barred
        return other

    def pick(self, context_handle: Handle, row: int) -> int:
        """Pick and take a token from a row of logits.

        Args:
            context_handle: llama.cpp's context, after a decode.
            row: Index of the token in the batch, -1 for the last; it must have logits.

        Raises:
            BadArgumentError: the grammar turned out to be too complicated to be followed.
            ComputeError: the row has no logits, or the grammar allows no token of this model.
        """
        if self.is_barred and self._barred is not None:
            return self._pick_unbarred(context_handle, row, self._barred)
        if self._place is None or self.is_free:
            if self._biases is not None:
                return self._pick_likeliest(context_handle, row, *self._biases)
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

    def _pick_unbarred(self, context_handle: Handle, row: int, barred: Ids) -> int:
        """Pick from a row in which some tokens are impossible for as long as that takes."""
        logits = logits_of(context_handle, row, self._model.vocab_size)
        own = logits[barred]  # a copy: what is noted of the row is what the model said
        logits[barred] = -np.inf
        try:
            return int(_sample(self.handle, context_handle, row))
        finally:
            logits[barred] = own

    def _pick_likeliest(
        self, context_handle: Handle, row: int, biased: Ids, biases: Logits
    ) -> int:
        """Pick as the chain would, which lists all tokens first: that takes six times as long.

        Nothing is taken: no sampler of such a chain looks back.
        """
        logits = logits_of(context_handle, row, self._model.vocab_size)
        if not len(biased):
            return int(logits.argmax())
        own = logits[biased]
        logits[biased] = own + biases
        try:
            return int(logits.argmax())
        finally:
            logits[biased] = own

    # --- by the grammar ---

    def _pick_in_form(self, logits: Logits) -> int:
        assert self._place is not None
        assert self._candidates is not None
        token = self._candidates.picked(self.handle, logits)
        if not self._place.take(token):
            allowed = self._allowed(logits)
            if not len(allowed):
                raise ComputeError(
                    "The answer cannot go on in this form",
                    "Ask for a wider form: this model has no token that it allows here.",
                )
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


def _biases(sampling: Sampling, model: Model) -> tuple[Ids, Logits]:
    """Return tokens, each once, and what is added to their logits, both of shape (n,)."""
    added: dict[int, float] = {}
    for token, bias in biases(sampling, model):
        added[token] = added.get(token, 0.0) + bias
    return np.array([*added], np.int32), np.array([*added.values()], np.float32)


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
        return secrets.randbelow(MOST_SEED)
    return (seed + offset * _SPREAD) % MOST_SEED
