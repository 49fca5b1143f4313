"""Decoding, and the rules by which a cache goes back."""

import numpy as np
import pytest
from tests.data.tiny_llama import write

from inglenook.core.errors import ComputeError, ModelLoadError
from inglenook.engine.context import Context, Decoded
from inglenook.engine.lib import AbortFlag, api
from inglenook.engine.model import Model
from inglenook.engine.sandbox import _memory_limit
from inglenook.engine.sequence import Sequence
from inglenook.models.fit import EngineSettings

SETTINGS = EngineSettings(context_tokens=512, threads=1, batch_tokens=64, ubatch_tokens=32)


@pytest.fixture(params=["llama", "gemma3"])
def arch(request):
    return request.param


@pytest.fixture
def model(tmp_path, arch):
    path = write(tmp_path / "m.gguf", arch=arch, window=16 if arch == "gemma3" else 0)
    loaded = Model.load(str(path), SETTINGS, lambda _fraction: True)
    yield loaded
    loaded.free()


@pytest.fixture
def flag():
    return AbortFlag()


@pytest.fixture
def context(model, flag):
    made = Context(model, SETTINGS, flag)
    yield made
    made.free()


def ids(count, seed=1):
    return np.random.default_rng(seed).integers(270, 350, count).astype(np.int32)


def logits(context, model):
    row = api.llama_get_logits_ith(context.handle, -1)
    return np.ctypeslib.as_array(row, (model.vocab_size,)).copy()


def read_all(sequence, prompt):
    start = sequence.continue_to(prompt)
    for at in range(start, len(prompt), 64):
        chunk = prompt[at : at + 64]
        assert sequence.read(chunk, wanted=at + len(chunk) == len(prompt)) is Decoded.DONE
    return start


def test_the_granted_sizes_are_known(context):
    assert context.tokens == 512
    assert context.most_at_once == 64


def test_reading_in_chunks_or_one_by_one_gives_the_same_logits(model, context):
    prompt = ids(50)
    sequence = Sequence(context)
    read_all(sequence, prompt)
    in_chunks = logits(context, model)
    sequence.clear()
    for token in prompt:
        assert sequence.write(int(token)) is Decoded.DONE
    assert np.allclose(logits(context, model), in_chunks, atol=0.05)


def test_a_batch_larger_than_the_limit_is_refused_before_it_kills(context):
    with pytest.raises(ValueError, match="do not fit"):
        context.read(ids(65), 0, wanted=True)
    with pytest.raises(ValueError, match="do not fit"):
        context.read(ids(0), 0, wanted=True)


def test_a_token_that_does_not_exist_is_an_error(context):
    with pytest.raises(ComputeError) as failure:
        context.write(10**6, 0)
    assert failure.value.problem.facts["code"] == "-1"


def test_a_prefix_that_is_resident_is_not_read_again(model, context):
    sequence = Sequence(context)
    first = ids(40)
    read_all(sequence, first)
    second = np.concatenate([first[:30], ids(12, seed=2)])
    assert read_all(sequence, second) == 30
    reused = logits(context, model)
    sequence.clear()
    read_all(sequence, second)
    assert np.allclose(logits(context, model), reused, atol=0.05)
    assert list(sequence.resident()) == list(second)


def test_the_same_prompt_again_reads_one_token(context):
    sequence = Sequence(context)
    read_all(sequence, ids(40))
    assert read_all(sequence, ids(40)) == 39


def test_going_back_beyond_a_sliding_window_reads_again_and_is_right(model, context, arch):
    sequence = Sequence(context)
    first = ids(450)
    read_all(sequence, first)
    second = np.concatenate([first[:60], ids(20, seed=3)])
    start = read_all(sequence, second)
    assert start == (60 if arch == "llama" else 0)
    again = logits(context, model)
    sequence.clear()
    read_all(sequence, second)
    assert np.allclose(logits(context, model), again, atol=0.05)


def test_a_full_cache_is_no_error(context):
    sequence = Sequence(context)
    read_all(sequence, ids(512))
    assert sequence.room == 0
    assert context.write(300, 512) is Decoded.NO_ROOM
    assert context.length() == 512


def test_a_raised_flag_ends_a_decode_and_lowering_it_goes_on(model, context, flag):
    sequence = Sequence(context)
    prompt = ids(60)
    flag.set(on=True)
    assert sequence.read(prompt, wanted=True) is Decoded.ABORTED
    assert sequence.length == context.length() < 60
    flag.set(on=False)
    read_all(sequence, prompt)
    resumed = logits(context, model)
    sequence.clear()
    read_all(sequence, prompt)
    assert np.allclose(logits(context, model), resumed, atol=0.05)


def test_the_number_of_threads_can_change_at_any_time(context):
    context.set_threads(2)
    assert api.llama_n_threads(context.handle) == 2
    assert api.llama_n_threads_batch(context.handle) == 2


def test_an_unknown_cache_type_is_refused(model, flag):
    with pytest.raises(ModelLoadError, match="not known"):
        Context(model, EngineSettings(kv_type="q9"), flag)


def test_a_context_that_memory_cannot_hold_is_refused_in_words(model, flag):
    settings = EngineSettings(context_tokens=2**22, threads=1)
    with _memory_limit(), pytest.raises(ModelLoadError, match="not enough memory"):
        Context(model, settings, flag)


def test_a_smaller_cache_type_works(model, flag):
    small = Context(model, EngineSettings(context_tokens=256, threads=1, kv_type="q8_0"), flag)
    assert Sequence(small).read(ids(20), wanted=True) is Decoded.DONE
    small.free()
    small.free()
