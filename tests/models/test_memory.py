"""Figures in MiB are those of the engine on a fake GPU, llama-cpp-python 0.3.36."""

from dataclasses import replace

import pytest

from inglenook.core.units import MIB
from inglenook.models.attention import Attention
from inglenook.models.facts import ModelFacts, Weights
from inglenook.models.memory import (
    cache_bytes,
    can_halve_cache,
    compute_bytes,
    memory_parts,
    padded_cells,
    score_bytes,
)
from inglenook.models.settings import EngineSettings


def model(layers: int, key: int, value: int | None = None, **more) -> ModelFacts:
    period, window = more.pop("period", 0), more.pop("window", 0)
    attention = tuple(
        Attention(key, key if value is None else value, bool(period and (i + 1) % period))
        for i in range(layers)
    )
    weights = more.pop("weights", Weights((MIB,) * layers, 4 * MIB, MIB, tied=True))
    return ModelFacts("x", "x", weights, attention, window=window, **more)


LLAMA_8B = model(32, 1024, embedding_width=4096, feed_forward_width=14336, vocabulary=128256)
GEMMA_27B = model(
    62, 2048, period=6, window=1024, embedding_width=5376, feed_forward_width=21504,
    vocabulary=262208,
)  # fmt: skip
QWEN_30B = model(
    48, 512, embedding_width=2048, feed_forward_width=6144, experts_used=8, vocabulary=151936
)
DEEPSEEK_LITE = model(
    27, 576, 0, embedding_width=2048, feed_forward_width=10944, experts_used=6,
    vocabulary=102400,
)  # fmt: skip
GPT_OSS = model(
    24, 512, period=2, window=128, embedding_width=2880, feed_forward_width=11520,
    experts_used=4, vocabulary=201088,
)  # fmt: skip
SMOLLM = model(30, 192, embedding_width=576, feed_forward_width=1536, vocabulary=49152)


@pytest.mark.parametrize(
    ("facts", "context", "f16", "q8"),
    [
        (LLAMA_8B, 8192, 1024, 544), (LLAMA_8B, 32768, 4096, 2176),
        (GEMMA_27B, 8192, 1264, 671.5), (GEMMA_27B, 32768, 3184, 1691.5),
        (QWEN_30B, 8192, 768, 408), (QWEN_30B, 32768, 3072, 1632),
        (DEEPSEEK_LITE, 8192, 243, 129.1), (GPT_OSS, 8192, 210, 111.6),
        (GPT_OSS, 32768, 786, 417.6), (SMOLLM, 4096, 90, 47.8),
    ],
)  # fmt: skip
def test_caches_are_as_the_engine_allocates_them(facts, context, f16, q8):
    full = EngineSettings(context_tokens=context, sequences=1)
    half = replace(full, kv_type="q8_0")
    assert sum(cache_bytes(facts, full)) / MIB == pytest.approx(f16, abs=0.05)
    assert sum(cache_bytes(facts, half)) / MIB == pytest.approx(q8, abs=0.05)


@pytest.mark.parametrize(
    ("facts", "measured"),
    [(LLAMA_8B, 116.0), (GEMMA_27B, 171), (QWEN_30B, 92), (GPT_OSS, 103), (SMOLLM, 21.5)],
)
def test_working_memory_is_estimated_close_above(facts, measured):
    estimate = compute_bytes(facts, EngineSettings(context_tokens=8192)) / MIB
    assert measured * 0.999 < estimate < measured * 1.25


def test_unknown_widths_cost_a_generous_guess():
    assert compute_bytes(model(1, 64), EngineSettings()) == 512 * MIB
    guessed = model(1, 64, embedding_width=64, vocabulary=10)
    told = model(1, 64, embedding_width=64, vocabulary=10, feed_forward_width=256)
    assert compute_bytes(guessed, EngineSettings()) == compute_bytes(told, EngineSettings())


def test_a_huge_vocabulary_decides_for_a_tiny_model():
    tiny = model(1, 32, embedding_width=32, feed_forward_width=32, vocabulary=10_000_000)
    one = EngineSettings(context_tokens=256, ubatch_tokens=32, sequences=1)
    assert compute_bytes(tiny, one) == 4 * (10_000_000 + 32 * 32)
    assert compute_bytes(tiny, replace(one, sequences=3)) == 4 * (30_000_000 + 32 * 32)
    assert score_bytes(tiny, replace(one, sequences=3)) == 4 * 30_000_000


def test_each_sequence_has_its_states_whatever_the_context():
    facts = model(2, 0, state_bytes=1000, recurrent=(True, False))
    for context in (256, 65536):
        settings = EngineSettings(context_tokens=context, sequences=3)
        assert cache_bytes(facts, settings) == (3000, 0)


def test_each_sequence_has_its_window_until_everything_fits():
    facts = model(2, 64, period=2, window=1024)
    cells = [
        cache_bytes(facts, EngineSettings(context_tokens=8192, sequences=count))[0] // 256
        for count in (1, 2, 4, 7, 8, 16)
    ]
    assert cells == [1536, 2560, 4608, 7680, 8192, 8192]


def test_cells_come_in_steps():
    assert [padded_cells(count) for count in (0, 1, 256, 257)] == [256, 256, 256, 512]


def test_only_rows_of_whole_blocks_can_be_halved():
    assert can_halve_cache(SMOLLM)
    assert not can_halve_cache(model(1, 33, 64))
    assert not can_halve_cache(model(1, 64, 33))


def on(devices: int, gpu_layers: int, **more) -> EngineSettings:
    names = tuple(f"CUDA{at}" for at in range(devices))
    return EngineSettings(gpu_layers=gpu_layers, devices=names, **more)


def test_everything_on_the_card_but_the_token_table():
    gpu, cpu = memory_parts(SMOLLM, on(1, 31))
    assert gpu.weights_bytes == (30 + 1 + 4) * MIB  # tied: the card has a copy of the table
    assert cpu.weights_bytes == 4 * MIB
    assert cpu.kv_bytes == 0
    assert gpu.kv_bytes == sum(cache_bytes(SMOLLM, EngineSettings()))


def test_ten_gpu_layers_are_nine_and_the_output_layer():
    untied = model(
        30, 192, weights=Weights((MIB,) * 30, 4 * MIB, 2 * MIB, tied=False), vocabulary=9,
        embedding_width=8,
    )  # fmt: skip
    gpu, cpu = memory_parts(untied, on(1, 10))
    assert gpu.weights_bytes == (9 + 2) * MIB
    assert cpu.weights_bytes == (21 + 4) * MIB


def test_weights_pass_through_the_card_when_work_is_offloaded():
    plain = memory_parts(SMOLLM, on(1, 10))
    lent = memory_parts(SMOLLM, on(1, 10, op_offload=True))
    assert lent[0].compute_bytes == plain[0].compute_bytes + MIB


def test_two_cards_share_as_they_are_told():
    small, large, cpu = memory_parts(SMOLLM, on(2, 31, layers_on=(8, 23)))
    assert small.weights_bytes == 8 * MIB
    assert large.weights_bytes == (22 + 1 + 4) * MIB
    assert cpu.weights_bytes == 4 * MIB
    halves = memory_parts(SMOLLM, on(2, 31))
    assert [part.weights_bytes // MIB for part in halves] == [16, 14 + 1 + 4, 4]


def test_shares_hold_for_fewer_layers_too():
    small, large, _ = memory_parts(SMOLLM, on(2, 11, layers_on=(10, 20)))
    assert [small.weights_bytes // MIB, large.weights_bytes // MIB] == [4, 6 + 1 + 4]


def test_experts_stay_in_main_memory_as_told():
    weights = Weights((3 * MIB,) * 4, MIB, MIB, tied=False, experts=(2 * MIB,) * 4)
    facts = model(4, 64, weights=weights, embedding_width=64, vocabulary=9)
    gpu, cpu = memory_parts(facts, on(1, 5, experts_in_ram=3))
    assert gpu.weights_bytes == (3 * 1 + 3 + 1) * MIB
    assert cpu.weights_bytes == (1 + 3 * 2) * MIB
    assert gpu.kv_bytes == sum(cache_bytes(facts, EngineSettings()))
    few, rest = memory_parts(facts, on(1, 3, experts_in_ram=3))
    assert few.weights_bytes == (1 + 3 + 1) * MIB
    assert rest.weights_bytes == (1 + 2 * 3 + 2) * MIB


def test_without_a_card_everything_is_in_main_memory():
    (cpu,) = memory_parts(SMOLLM, EngineSettings(gpu_layers=31))
    assert cpu.weights_bytes == 35 * MIB
    assert cpu.total_bytes == cpu.weights_bytes + cpu.kv_bytes + cpu.compute_bytes
    (alone,) = memory_parts(SMOLLM, on(1, 0))
    assert alone.weights_bytes == cpu.weights_bytes
