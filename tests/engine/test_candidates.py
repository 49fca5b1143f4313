"""Candidates are shared with llama.cpp and come back as token ids."""

import numpy as np

from inglenook.engine.candidates import Candidates
from inglenook.engine.lib import api


def test_a_chain_picks_among_all_tokens_or_some():
    chain = api.llama_sampler_init_greedy()
    candidates = Candidates(100)
    logits = np.arange(100, dtype=np.float32)
    assert candidates.picked(chain, logits) == 99
    assert candidates.picked(chain, logits, np.array([7, 70, 9], np.int32)) == 70
    assert candidates.picked(chain, -logits) == 0
    api.llama_sampler_free(chain)


def test_what_a_sampler_reorders_is_put_right_for_the_next():
    chain = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
    api.llama_sampler_chain_add(chain, api.llama_sampler_init_top_k(3))
    api.llama_sampler_chain_add(chain, api.llama_sampler_init_greedy())
    candidates = Candidates(100)
    dice = np.random.default_rng(1)
    for _ in range(20):
        logits = dice.normal(size=100).astype(np.float32)
        assert candidates.picked(chain, logits) == logits.argmax()
    api.llama_sampler_free(chain)
