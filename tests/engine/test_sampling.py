"""The chain holds what the settings ask for and nothing else."""

from dataclasses import replace

import pytest

from inglenook.chat.sampling import BALANCED, EXACT, Sampling
from inglenook.core.errors import ComputeError
from inglenook.engine import sampling
from inglenook.engine.lib import api
from inglenook.engine.sampling import Chain

NEUTRAL = Sampling(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0)


def names(settings):
    chain = Chain(settings, vocab_size=1000)
    members = [
        api.llama_sampler_name(api.llama_sampler_chain_get(chain.handle, at)).decode()
        for at in range(api.llama_sampler_chain_n(chain.handle))
    ]
    chain.free()
    return members


def test_temperature_zero_takes_the_likeliest_token():
    assert names(EXACT) == ["greedy"]


def test_neutral_settings_leave_only_the_draw():
    assert names(NEUTRAL) == ["dist"]


def test_the_usual_chain_cuts_the_vocabulary_down_first():
    assert names(BALANCED) == ["top-k", "top-p", "min-p", "temp", "dist"]


def test_a_penalty_comes_before_all():
    assert names(replace(BALANCED, repeat_penalty=1.1))[0] == "penalties"
    assert names(replace(BALANCED, repeat_penalty=1.1, repeat_window_tokens=0))[0] == "top-k"


def test_keeping_more_than_the_vocabulary_is_keeping_all():
    assert "top-k" not in names(replace(BALANCED, top_k=1000))


@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**70, -1])
def test_any_seed_is_taken(seed):
    assert names(replace(NEUTRAL, seed=seed)) == ["dist"]


def test_without_a_seed_each_answer_has_its_own():
    assert len({sampling._seed(None) for _ in range(5)}) > 1


def test_freeing_twice_is_harmless():
    chain = Chain(EXACT, vocab_size=10)
    chain.free()
    chain.free()


def test_a_sampler_that_cannot_be_made_is_an_error_and_no_crash(monkeypatch):
    null = type(api.llama_sampler_init_greedy())()
    monkeypatch.setattr(api, "llama_sampler_init_greedy", lambda: null)
    with pytest.raises(ComputeError):
        Chain(EXACT, vocab_size=10)
