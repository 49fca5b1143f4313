"""How likely tokens were, from the raw logits of the model."""

import ctypes
import math
from collections.abc import Collection

import numpy as np

from inglenook.core.errors import ComputeError
from inglenook.effort.scores import TAIL_CANDIDATES
from inglenook.effort.strategy import Score
from inglenook.engine.candidates import Logits
from inglenook.engine.lib import Handle, api
from inglenook.engine.model import Model
from inglenook.engine.protocol import TokenOdds
from inglenook.engine.rowpass import read_row


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
    return float(logits[token]) - read_row(logits).log_sum


def token_odds(model: Model, logits: Logits, token: int, count: int) -> TokenOdds:
    """Return how likely a token was, and the ``count`` likeliest ones, best first.

    Tokens that are impossible are not among them.
    """
    row = read_row(logits, likeliest=count)
    others = [(_text(model, each), float(logits[each]) - row.log_sum) for each in row.likeliest]
    return TokenOdds(_text(model, token), float(logits[token]) - row.log_sum, tuple(others))


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
    has_mean, has_tail = Score.SELF_CERTAINTY in scores, Score.TAIL in scores
    row = read_row(logits, likeliest=TAIL_CANDIDATES if has_tail else 0, has_mean=has_mean)
    measures: dict[Score, float] = {}
    if has_mean:
        measures[Score.SELF_CERTAINTY] = row.log_sum - row.mean - math.log(len(logits))
    if has_tail:
        # A row without a number has none of the likeliest, and no log-sum-exp either.
        top = math.fsum(map(logits.item, row.likeliest)) / (len(row.likeliest) or 1)
        measures[Score.TAIL] = row.log_sum - top
    return float(logits[token]) - row.log_sum, measures


def _text(model: Model, token: int) -> str:
    return model.piece(token, special=True).decode("utf-8", "replace")
