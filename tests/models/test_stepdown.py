"""What is tried after a load has ended the engine."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.models.limits import Limits
from inglenook.models.settings import KV_TYPES, EngineSettings
from inglenook.models.stepdown import MOST_TRIES, Trouble, given_up, memory_trouble, step_down

CPU = EngineSettings(context_tokens=8192)
SPLIT = replace(CPU, gpu_layers=20, op_offload=True)
WHOLE = replace(CPU, gpu_layers=33)

ANY = st.builds(
    EngineSettings,
    gpu_layers=st.integers(0, 100),
    context_tokens=st.integers(1, 4096).map(lambda steps: steps * 256),
    batch_tokens=st.just(2048),
    ubatch_tokens=st.sampled_from([1, 128, 512, 2048]),
    kv_type=st.sampled_from(KV_TYPES),
    use_mmap=st.booleans(),
    op_offload=st.booleans(),
    sequences=st.integers(1, 64),
)


def tries(settings, trouble):
    """Return what is tried after these settings, while each try fails in the same way."""
    found = []
    for at in range(1, MOST_TRIES):
        smaller = step_down(settings, trouble, is_last=at == MOST_TRIES - 1)
        if smaller is None:
            break
        found.append(smaller)
        settings = smaller
    return found


def test_without_memory_the_context_becomes_shorter_and_the_work_space_smaller():
    first, second = tries(CPU, Trouble.MEMORY)
    assert (first.context_tokens, first.ubatch_tokens) == (4096, 256)
    assert (second.context_tokens, second.ubatch_tokens) == (2048, 128)
    assert first.sequences < CPU.sequences


def test_a_huge_context_becomes_a_usual_one_at_once():
    huge = replace(CPU, context_tokens=1 << 20)
    assert [each.context_tokens for each in tries(huge, Trouble.MEMORY)] == [8192, 4096]


def test_a_short_context_stays():
    tiny = replace(CPU, context_tokens=512)
    assert {each.context_tokens for each in tries(tiny, Trouble.MEMORY)} == {512}
    least = replace(tiny, ubatch_tokens=64, sequences=1)
    assert tries(least, Trouble.MEMORY) == []


def test_a_card_without_memory_gets_fewer_layers_and_then_none():
    for settings in (SPLIT, WHOLE):
        first, second = tries(settings, Trouble.GPU_MEMORY)
        assert 0 < first.gpu_layers < settings.gpu_layers
        assert not first.op_offload
        assert second == replace(first, gpu_layers=0)
    small = replace(SPLIT, gpu_layers=2)
    assert tries(small, Trouble.GPU_MEMORY)[0].gpu_layers == 0


EXPERTS = Limits(layers=48, has_experts=True)


def without_room(settings, limits=EXPERTS):
    return step_down(settings, Trouble.GPU_MEMORY, is_last=False, limits=limits)


def test_experts_leave_a_card_before_layers_do():
    whole = replace(CPU, gpu_layers=49, op_offload=True)
    first = without_room(whole)
    assert (first.gpu_layers, first.experts_in_ram, first.op_offload) == (49, 24, False)
    assert without_room(first).experts_in_ram == 36
    assert given_up(whole, first) == "with less on the graphics card"


def test_only_layers_that_are_on_a_card_have_experts_to_give():
    assert without_room(replace(CPU, gpu_layers=11)).experts_in_ram == 38 + 5
    assert without_room(replace(CPU, gpu_layers=2)).experts_in_ram == 47 + 1


def test_where_all_experts_are_in_main_memory_layers_follow():
    aside = replace(CPU, gpu_layers=49, experts_in_ram=48)
    assert without_room(aside) == replace(aside, gpu_layers=36)
    dense = without_room(replace(CPU, gpu_layers=49), Limits(layers=48))
    assert (dense.gpu_layers, dense.experts_in_ram) == (36, 0)


@pytest.mark.parametrize("trouble", [Trouble.ASSERTION, Trouble.CRASH])
def test_code_that_fails_on_a_card_is_left_out_step_by_step(trouble):
    assert tries(SPLIT, trouble)[:2] == [
        replace(SPLIT, op_offload=False),
        replace(SPLIT, op_offload=False, gpu_layers=0),
    ]
    assert tries(WHOLE, trouble)[0] == replace(WHOLE, gpu_layers=0)


def test_a_failed_assertion_on_the_processor_leads_to_the_plainest_cache():
    eighth = replace(CPU, kv_type="q8_0")
    first, second = tries(eighth, Trouble.ASSERTION)
    assert (first.kv_type, first.context_tokens) == ("f16", 4096)
    assert second.sequences == 1
    assert tries(CPU, Trouble.ASSERTION) == [replace(CPU, sequences=1)]


def test_what_nothing_helps_against_is_not_tried_again():
    assert tries(WHOLE, Trouble.HOPELESS) == []
    assert tries(CPU, Trouble.CRASH) == []


def test_memory_of_a_card_is_main_memory_without_one():
    assert tries(CPU, Trouble.GPU_MEMORY) == tries(CPU, Trouble.MEMORY)


def test_whose_memory_ran_out_is_read_from_what_llama_cpp_said():
    for words in ("CUDA error: out of memory", "vk::Device::allocateMemory", "HIP: no memory"):
        assert memory_trouble(words) is Trouble.GPU_MEMORY
    for words in ("std::bad_alloc", "the ship sank", "unable to allocate CPU buffer"):
        assert memory_trouble(words) is Trouble.MEMORY


def test_a_file_that_cannot_be_mapped_is_read():
    assert tries(CPU, Trouble.UNREADABLE) == [replace(CPU, use_mmap=False)]


@given(ANY, st.sampled_from(Trouble), st.booleans(), st.booleans(), st.integers(0, 99))
def test_a_step_never_asks_for_more(settings, trouble, is_last, has_experts, layers):
    limits = Limits(layers, has_experts=has_experts)
    smaller = step_down(settings, trouble, is_last=is_last, limits=limits)
    if smaller is None:
        return
    assert smaller != settings
    for name in ("gpu_layers", "context_tokens", "ubatch_tokens", "sequences", "op_offload"):
        assert getattr(smaller, name) <= getattr(settings, name)
    assert settings.experts_in_ram <= smaller.experts_in_ram
    assert smaller.context_tokens % 256 == 0
    assert smaller.context_tokens > 0
    assert given_up(settings, smaller)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (replace(SPLIT, gpu_layers=0), "on the processor alone"),
        (replace(SPLIT, gpu_layers=15, context_tokens=4096), "with less on the graphics card"),
        (replace(SPLIT, context_tokens=4096), "with a shorter context"),
        (replace(SPLIT, use_mmap=False), "by reading the whole file"),
        (replace(SPLIT, op_offload=False), "in a simpler way"),
    ],
)
def test_what_was_given_up_is_said(after, words):
    assert given_up(SPLIT, after) == words
