"""Odds are the softmax of the raw logits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.lone_context import LoneContext
from tests.data.tiny_llama import CONTROLS, write

from inglenook.core.errors import ComputeError
from inglenook.engine.odds import logits_of, logprob, token_odds


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    made = LoneContext(write(tmp_path_factory.mktemp("models") / "tiny.gguf"))
    yield made
    made.free()


@given(st.lists(st.floats(-80, 80, width=32), min_size=2, max_size=20), st.integers(0, 19))
def test_a_logarithm_is_that_of_the_probability(values, at):
    logits = np.array(values, np.float32)
    token = at % len(values)
    exact = (
        values[token]
        - max(values)
        - math.log(math.fsum(math.exp(each - max(values)) for each in values))
    )
    assert logprob(logits, token) == pytest.approx(exact, abs=1e-4)


def test_logits_far_from_zero_have_the_same_odds():
    logits = np.random.default_rng(2).normal(0, 4, 1000).astype(np.float32)
    for far in (-900.0, -60.0, 60.0, 900.0):
        assert logprob(logits + np.float32(far), 7) == pytest.approx(
            logprob(logits, 7), abs=2e-3
        )


def test_single_precision_is_enough_for_the_largest_vocabularies():
    logits = np.random.default_rng(1).normal(0, 4, 262_144).astype(np.float32)
    wide = logits.astype(np.float64)
    exact = wide[7] - wide.max() - math.log(np.exp(wide - wide.max()).sum())
    assert logprob(logits, 7) == pytest.approx(exact, abs=2e-5)


def test_rows_of_a_batch_are_the_models_own(context):
    context.read([5, 6, 7])
    logits = logits_of(context.handle, -1, context.model.vocab_size)
    assert logits.shape == (context.model.vocab_size,)
    assert np.isfinite(logits).all()
    total = sum(math.exp(logprob(logits, token)) for token in range(len(logits)))
    assert total == pytest.approx(1.0, abs=1e-3)
    with pytest.raises(ComputeError):
        logits_of(context.handle, 0, context.model.vocab_size)


def test_the_likeliest_come_first_and_are_spelled_out(context):
    logits = np.zeros(context.model.vocab_size, np.float32)
    logits[[3, 300, 5 + 0xC3]] = 3.0, 2.0, 1.0
    odds = token_odds(context.model, logits, 3, 3)
    texts = [text for text, _ in odds.others]
    assert texts == [CONTROLS[0], context.model.piece(300).decode(), "\ufffd"]
    assert odds.text == CONTROLS[0]
    assert odds.others[0][1] == odds.logprob
    assert odds.logprob > odds.others[1][1] > odds.others[2][1]


def test_without_alternatives_only_the_token_is_told(context):
    logits = np.zeros(context.model.vocab_size, np.float32)
    assert token_odds(context.model, logits, 3, 0).others == ()
