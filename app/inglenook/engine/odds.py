"""How likely tokens were, from the raw logits of the model."""

import ctypes
import math

import numpy as np

from inglenook.core.errors import ComputeError
from inglenook.engine.candidates import Logits
from inglenook.engine.lib import Handle, api, checked
from inglenook.engine.model import Model
from inglenook.engine.protocol import TokenOdds


def logits_of(context_handle: Handle, row: int, vocab_size: int) -> Logits:
    """Return the logits of a row of the last batch, shape (vocab_size,), valid until the next.

    Args:
        context_handle: llama.cpp's context, after a decode.
        row: Index of the token in the batch, -1 for the last one with logits.
        vocab_size: Logits a row has.

    Raises:
        ComputeError: that row has no logits.
    """
    pointer = checked(
        api.llama_get_logits_ith(context_handle, row),
        ComputeError("The engine has no result to go on from", "Ask again.", row=row),
    )
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


def _log_sum(logits: Logits) -> float:
    """Return log(sum(exp(logits))) without overflow."""
    most = logits.max()
    # Single precision is enough: numpy adds in pairs, so that 262,144 terms lose some 1e-6.
    return float(most) + math.log(float(np.exp(logits - most).sum()))


def _text(model: Model, token: int) -> str:
    return model.piece(token, special=True).decode("utf-8", "replace")
