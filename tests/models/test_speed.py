"""Tokens a second from the bytes a token reads."""

from dataclasses import replace

import pytest
from tests.data import skeletons

from inglenook.core.units import GIB, MIB
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.settings import EngineSettings
from inglenook.models.speed import (
    Reading,
    learned,
    processor_rate,
    reading,
    tokens_per_s,
)

CPU = EngineSettings(context_tokens=8192)


@pytest.fixture(scope="module")
def facts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    names = ("Llama-3.1-8B", "Qwen3-30B-A3B", "Granite-4.0-H-Tiny")
    return {name: read_model_facts(skeletons.write(folder, name)) for name in names}


def main_memory(model, settings=CPU, context_tokens=1):
    return dict(reading(model, settings, context_tokens).bytes_on)["CPU"]


def test_a_dense_model_reads_all_but_its_token_table(facts):
    model = facts["Llama-3.1-8B"]
    rest = main_memory(model) - (model.weights.total_bytes - model.weights.embedding)
    assert 0 < rest <= 40 * MIB  # the first 256 cells of the cache


def test_a_table_that_is_the_output_layer_too_is_read(facts):
    model = facts["Llama-3.1-8B"]
    tied = replace(model, weights=replace(model.weights, tied=True))
    assert main_memory(tied) - main_memory(model) == model.weights.embedding


def test_of_experts_only_those_in_use_are_read(facts):
    model = facts["Qwen3-30B-A3B"]
    assert 0.09 < main_memory(model) / model.weights.total_bytes < 0.15


def test_a_longer_conversation_is_read_as_well(facts):
    model = facts["Llama-3.1-8B"]
    assert main_memory(model, context_tokens=8192) - main_memory(model) == (8192 - 256) * 2**17
    assert main_memory(model, context_tokens=99_999) == main_memory(model, context_tokens=8192)


def test_a_recurrent_state_is_read_once(facts):
    model = facts["Granite-4.0-H-Tiny"]
    one = main_memory(model, replace(CPU, sequences=1))
    assert main_memory(model, replace(CPU, sequences=8)) == one


def test_each_device_reads_its_own_layers(facts):
    model = facts["Llama-3.1-8B"]
    half = replace(CPU, gpu_layers=17, devices=("CUDA0",))
    sizes = dict(reading(model, half, 1).bytes_on)
    assert sum(sizes.values()) == main_memory(model)
    assert 0.5 < sizes["CUDA0"] / sum(sizes.values()) < 0.65


def test_experts_in_main_memory_are_read_there(facts):
    model = facts["Qwen3-30B-A3B"]
    aside = replace(CPU, gpu_layers=49, devices=("CUDA0",), experts_in_ram=48)
    sizes = dict(reading(model, aside, 1).bytes_on)
    assert sum(sizes.values()) == main_memory(model)
    assert sizes["CPU"] > sizes["CUDA0"] / 2


ONE = Reading((("CPU", GIB),), 0.001)
TWO = Reading((("CUDA0", 4 * GIB), ("CPU", GIB)), 0.001)


def test_time_is_bytes_by_rate_and_what_is_fixed():
    assert tokens_per_s(ONE, {"CPU": 10 * GIB}) == pytest.approx(1 / 0.101)
    assert tokens_per_s(TWO, {"CUDA0": 400 * GIB, "CPU": 10 * GIB}) == pytest.approx(1 / 0.111)


@pytest.mark.parametrize("rates", [{}, {"CPU": 0.0}, {"CUDA0": 5.0}])
def test_an_unknown_rate_is_no_figure(rates):
    assert tokens_per_s(TWO, rates) == 0


def test_few_threads_are_bound_by_themselves_and_many_by_memory():
    assert processor_rate(30e9, 2, ("AVX2",)) == pytest.approx(20e9)
    assert processor_rate(30e9, 16, ("AVX2",)) == 30e9
    assert processor_rate(30e9, 2, ("SSE4.2",)) == pytest.approx(3e9)
    assert processor_rate(0.0, 2, ("AVX2",)) == 0


def test_what_was_learned_gives_what_was_seen():
    rates = learned(ONE, {"CPU": 10 * GIB}, 5.0)
    assert tokens_per_s(ONE, rates) == pytest.approx(5.0)


def test_a_card_that_is_not_known_has_what_the_processor_leaves():
    rates = learned(TWO, {"CPU": 10 * GIB}, 5.0)
    assert set(rates) == {"CUDA0"}
    assert tokens_per_s(TWO, {**rates, "CPU": 10 * GIB}) == pytest.approx(5.0)


def test_two_that_are_not_known_are_taken_for_alike():
    rates = learned(TWO, {}, 5.0)
    assert rates["CPU"] == rates["CUDA0"]
    assert tokens_per_s(TWO, rates) == pytest.approx(5.0)


def test_a_processor_that_seems_to_need_longer_than_all_together_is_doubted():
    rates = learned(TWO, {"CPU": GIB}, 5.0)
    assert tokens_per_s(TWO, rates) == pytest.approx(5.0)


def test_two_that_are_known_are_off_by_the_same_factor():
    before = {"CUDA0": 400 * GIB, "CPU": 10 * GIB}
    rates = learned(TWO, before, 5.0)
    assert tokens_per_s(TWO, rates) == pytest.approx(5.0)
    assert rates["CUDA0"] / rates["CPU"] == pytest.approx(40)


def test_an_impossible_speed_gives_no_impossible_rate():
    assert all(rate > 0 for rate in learned(ONE, {"CPU": GIB}, 1e9).values())
