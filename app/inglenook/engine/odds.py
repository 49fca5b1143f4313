"""How likely tokens were, from the raw logits of the model."""

import ctypes
import math
import threading
from collections.abc import Collection

import numpy as np

from inglenook.core.errors import ComputeError
from inglenook.effort.scores import TAIL_CANDIDATES
from inglenook.effort.strategy import Score
from inglenook.engine.candidates import Logits
from inglenook.engine.lib import Handle, api
from inglenook.engine.model import Model
from inglenook.engine.protocol import TokenOdds

_LEAST, _MOST = -40.0, 70.0
"""Between these the greatest logit need not be taken from all others first, which is a pass
over the row: 262,144 times e^70 is a number yet, and what e^-40 stands beside loses nothing."""

_NEAR_THE_TOP = 10.0
"""Logits this far below the greatest: e^-10 of its probability."""


def logits_of(context_handle: Handle, row: int, vocab_size: int) -> Logits:
    """Return the logits of a row of the last batch, shape (vocab_size,), valid until the next.

    Args:
        context_handle: llama.cpp's context, after a decode.
        row: Index of the token in the batch, -1 for the last one with logits.
        vocab_size: Logits a row has.

    Raises:
        ComputeError: that row has no logits.
    """
    pointer = api.llama_get_logits_ith(context_handle, row)
    if not pointer:  # asked for each token: an error is made only where there is one
        raise ComputeError("The engine has no result to go on from", "Ask again.", row=row)
    address = ctypes.addressof(pointer.contents)
    memory: Handle = (ctypes.c_float * vocab_size).from_address(address)
    logits: Logits = np.frombuffer(memory, np.float32)
    return logits


def logprob(logits: Logits, token: int) -> float:
    """Return the natural logarithm of a token's probability before any sampling knob."""
    return float(logits[token]) - _log_sum(logits)


def token_odds(model: Model, logits: Logits, token: int, count: int) -> TokenOdds:
    """Return how likely a token was, and the ``count`` likeliest ones, best first."""
    total = _log_sum(logits)
    others = []
    if count:
        best = np.argpartition(logits, -count)[-count:]
        best = best[np.argsort(-logits[best], kind="stable")]
        others = [(_text(model, int(each)), float(logits[each]) - total) for each in best]
    return TokenOdds(_text(model, token), float(logits[token]) - total, tuple(others))


def noted(
    logits: Logits, token: int, scores: Collection[Score]
) -> tuple[float, dict[Score, float]]:
    """Return a token's log-probability, and what scores need of the whole row besides.

    Args:
        logits: The row it was picked from, shape (vocab_size,).
        token: What was picked.
        scores: For ``SELF_CERTAINTY`` it is the distance (KL divergence) of the uniform
            distribution from the model's, as in arXiv 2502.18581: log-sum-exp less the mean
            logit less log(vocab_size). For ``TAIL`` it is the confidence of arXiv 2508.15260:
            minus the mean log-probability of the likeliest tokens. Nothing for the others.
    """
    total = _log_sum(logits)
    measures: dict[Score, float] = {}
    if Score.SELF_CERTAINTY in scores:
        measures[Score.SELF_CERTAINTY] = total - _mean(logits) - math.log(len(logits))
    if Score.TAIL in scores:
        measures[Score.TAIL] = total - _mean(_likeliest(logits))
    return float(logits[token]) - total, measures


def _likeliest(logits: Logits) -> Logits:
    """Return the greatest logits, TAIL_CANDIDATES of them, in any order."""
    count = min(TAIL_CANDIDATES, len(logits))
    # Sorting the few that are near the top takes a fifth of the time for 49,152 tokens.
    near = logits[logits >= logits.max() - _NEAR_THE_TOP]
    if len(near) < count:
        near = logits
    return np.partition(near, -count)[-count:]


def _mean(logits: Logits) -> float:
    mean = float(logits.mean())
    if math.isfinite(mean):
        return mean
    # Some models forbid unused tokens by a logit of minus infinity.
    return float(logits[np.isfinite(logits)].mean())


def _log_sum(logits: Logits) -> float:
    """Return log(sum(exp(logits))) without overflow."""
    most = float(np.maximum.reduce(logits))
    room = _room_of(len(logits))
    if _LEAST < most < _MOST:
        most = 0.0
        np.exp(logits, out=room)
    else:
        np.subtract(logits, most, out=room)
        np.exp(room, out=room)
    # Single precision is enough: numpy adds in pairs, so that 262,144 terms lose some 1e-6.
    return most + math.log(float(np.add.reduce(room)))


def _room_of(size: int) -> Logits:
    """Return room for so many logits, with anything in it; each thread has its own.

    It is kept: to have it from the system anew takes longer than to fill it.
    """
    room: Logits | None = getattr(_kept, "room", None)
    if room is None or room.size != size:
        room = _kept.room = np.empty(size, np.float32)
    return room


_kept = threading.local()


def _text(model: Model, token: int) -> str:
    return model.piece(token, special=True).decode("utf-8", "replace")
