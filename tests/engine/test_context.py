"""Decoding, and the rules by which a cache goes back."""

import numpy as np
import pytest
from tests.data.tiny_llama import write

from inglenook.core.errors import ComputeError, ModelLoadError
from inglenook.engine.cells import Cells
from inglenook.engine.context import Context, Decoded
from inglenook.engine.lib import AbortFlag, api
from inglenook.engine.model import Model
from inglenook.engine.odds import logits_of
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


def fresh(context, number=0):
    """Return a sequence of a table of its own; use it alone."""
    return Sequence(context.memory, Cells(context.tokens), number)


def read(context, sequence, tokens, *, wanted=1):
    """Decode tokens at the end of a sequence, in one call; return how it ended."""
    context.batch.clear()
    context.batch.add_many(tokens, sequence.length, sequence.number, wanted=wanted)
    outcome = context.decode()
    if outcome is Decoded.DONE:
        sequence.grew_by(tokens)
    elif outcome is Decoded.ABORTED:
        sequence.stopped_at(tokens)
    return outcome


def read_all(context, sequence, prompt):
    """Read what of a prompt is not resident; return how much was."""
    start = sequence.keep(min(sequence.common(prompt), len(prompt) - 1))
    size = context.batch.capacity
    for at in range(start, len(prompt), size):
        chunk = prompt[at : at + size]
        is_last = at + len(chunk) == len(prompt)
        assert read(context, sequence, chunk, wanted=int(is_last)) is Decoded.DONE
    return start


def test_the_granted_sizes_are_known(context, arch):
    assert context.tokens == 512
    assert context.sequences == 8
    assert context.ubatch_tokens == 32
    assert context.batch.capacity == (64 if arch == "llama" else 32)


def test_reading_in_chunks_or_one_by_one_gives_the_same_logits(model, context):
    prompt = ids(50)
    sequence = fresh(context)
    read_all(context, sequence, prompt)
    in_chunks = logits(context, model)
    sequence.clear()
    for token in prompt:
        context.batch.clear()
        context.batch.add(int(token), sequence.length, sequence.number)
        assert context.decode() is Decoded.DONE
        sequence.grew(int(token))
    assert np.allclose(logits(context, model), in_chunks, atol=0.05)


def test_a_token_that_does_not_exist_is_an_error(context):
    context.batch.clear()
    context.batch.add(10**6, 0, 0)
    with pytest.raises(ComputeError) as failure:
        context.decode()
    assert failure.value.problem.facts["code"] == "-1"


def test_rows_of_several_sequences_in_one_call_are_told_apart(model, context):
    prompts = [ids(20, seed=seed) for seed in (1, 2, 3)]
    alone = []
    for prompt in prompts:
        sequence = fresh(context)
        read_all(context, sequence, prompt)
        alone.append(logits(context, model))
        sequence.clear()
    table = [fresh(context, number) for number in range(3)]
    for sequence, prompt in zip(table, prompts, strict=True):
        read_all(context, sequence, prompt[:-1])
    context.batch.clear()
    rows = [context.batch.add(int(prompt[-1]), 19, at) for at, prompt in enumerate(prompts)]
    assert context.decode() is Decoded.DONE
    for row, expected in zip(rows, alone, strict=True):
        found = logits_of(context.handle, row, model.vocab_size)
        assert np.allclose(found, expected, atol=0.05)


def test_the_probability_of_a_token_is_its_share_of_the_row(model, context):
    read_all(context, fresh(context), ids(20))
    row = logits(context, model).astype(np.float64)
    expected = row - np.log(np.exp(row - row.max()).sum()) - row.max()
    for token in (0, 5, int(row.argmax())):
        found = context.logprob(context.batch.count - 1, token)
        assert found == pytest.approx(expected[token], abs=1e-5)


def test_a_row_whose_logits_were_not_wanted_is_an_error_in_words(context):
    read(context, fresh(context), ids(20), wanted=1)
    with pytest.raises(ComputeError, match="no result"):
        context.logprob(3, 0)


def test_a_prefix_that_is_resident_is_not_read_again(model, context):
    sequence = fresh(context)
    first = ids(40)
    read_all(context, sequence, first)
    second = np.concatenate([first[:30], ids(12, seed=2)])
    assert read_all(context, sequence, second) == 30
    reused = logits(context, model)
    sequence.clear()
    read_all(context, sequence, second)
    assert np.allclose(logits(context, model), reused, atol=0.05)
    assert list(sequence.resident()) == list(second)


def test_the_same_prompt_again_reads_one_token(context):
    sequence = fresh(context)
    read_all(context, sequence, ids(40))
    assert read_all(context, sequence, ids(40)) == 39


def test_going_back_beyond_a_sliding_window_reads_again_and_is_right(model, context, arch):
    sequence = fresh(context)
    first = ids(450)
    read_all(context, sequence, first)
    second = np.concatenate([first[:60], ids(20, seed=3)])
    start = read_all(context, sequence, second)
    assert start == (60 if arch == "llama" else 0)
    again = logits(context, model)
    sequence.clear()
    read_all(context, sequence, second)
    assert np.allclose(logits(context, model), again, atol=0.05)


def test_a_full_cache_is_no_error(context):
    sequence = fresh(context)
    read_all(context, sequence, ids(512))
    assert sequence.room == 0
    context.batch.clear()
    context.batch.add(300, 512, 0)
    assert context.decode() is Decoded.NO_ROOM
    assert context.memory.length(0) == 512


def test_a_raised_flag_ends_a_decode_and_lowering_it_goes_on(model, context, flag):
    sequence = fresh(context)
    prompt = ids(context.batch.capacity)
    flag.set(on=True)
    assert read(context, sequence, prompt) is Decoded.ABORTED
    assert sequence.length == context.memory.length(0) < len(prompt)
    flag.set(on=False)
    read_all(context, sequence, prompt)
    resumed = logits(context, model)
    sequence.clear()
    read_all(context, sequence, prompt)
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
    assert read(small, fresh(small), ids(20)) is Decoded.DONE
    small.free()
    small.free()
