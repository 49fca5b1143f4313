"""Sizes come from the engine, from what it said before, or from formulas."""

import os
from dataclasses import replace

import pytest
from tests.data import skeletons

from inglenook.core.units import GIB
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.machine import DeviceFacts, DeviceKind
from inglenook.models.memory import MemoryPart, memory_parts
from inglenook.models.settings import EngineSettings
from inglenook.services.sizes import EngineSizes
from inglenook.storage.sizes import SizesFile

CARD = DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 8 * GIB, 8 * GIB)
SAID = (MemoryPart("CPU", 11, 12, 13, 0),)
SETTINGS = EngineSettings(threads=7)


class Said:
    """A probe that knows its lines."""

    def __init__(self, answer=SAID) -> None:
        self.answer, self.asked, self.closed, self.runtime = answer, [], 0, ""

    def __call__(self):
        return self

    def ask(self, path, settings):
        self.asked.append((path, settings))
        return self.answer

    def close(self):
        self.closed += 1


@pytest.fixture
def path(tmp_path):
    return skeletons.write(tmp_path, "Llama-3.1-8B")


def asked(tmp_path, path, said, settings=SETTINGS, devices=(CARD,)):
    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), said)
    with sizes.of(str(path), read_model_facts(path), devices) as of_model:
        found = of_model(settings)
    return found, of_model.is_guess


def test_the_engine_is_asked_once_whatever_the_threads(tmp_path, path):
    said = Said()
    assert asked(tmp_path, path, said) == (SAID, False)
    assert asked(tmp_path, path, said, EngineSettings(threads=2)) == (SAID, False)
    assert said.asked == [(str(path), EngineSettings(threads=1))]
    assert said.closed == 2


def test_another_file_card_length_or_runtime_is_asked_anew(tmp_path, path):
    said = Said()
    asked(tmp_path, path, said)
    asked(tmp_path, path, said, EngineSettings(context_tokens=8192))
    asked(tmp_path, path, said, devices=())
    os.utime(path, ns=(1, 1))
    asked(tmp_path, path, said)
    said.runtime = "another"
    asked(tmp_path, path, said)
    assert len(said.asked) == 5


def test_formulas_stand_in_for_an_engine_that_cannot_say(tmp_path, path):
    said = Said(answer=None)
    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), said)
    facts = read_model_facts(path)
    with sizes.of(str(path), facts, ()) as of_model:
        assert of_model(SETTINGS) == memory_parts(facts, SETTINGS)
        assert of_model(SETTINGS) == memory_parts(facts, SETTINGS)
        assert of_model.is_guess
    assert len(said.asked) == 1


def test_the_child_ends_with_the_plan_whatever_happens(tmp_path, path):
    said = Said()
    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), said)
    with pytest.raises(KeyError), sizes.of(str(path), read_model_facts(path), ()):
        raise KeyError
    assert said.closed == 1


def test_what_a_driver_took_is_counted_next_time(tmp_path, path):
    on_card = EngineSettings(gpu_layers=3, devices=("CUDA0",))
    said = Said((MemoryPart("CUDA0", 1, 1, 1, 0), MemoryPart("CPU", 2, 2, 2, 0)))
    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), said)
    taken = (MemoryPart("CUDA0", 1, 1, 1, 0, overhead_bytes=77), MemoryPart("CPU", 2, 2, 2, 0))
    sizes.learn((CARD,), taken)
    (gpu, cpu), _ = asked(tmp_path, path, said, on_card)
    assert (gpu.overhead_bytes, gpu.total_bytes) == (77, 80)
    assert cpu.overhead_bytes == 0
    other = DeviceFacts("CUDA0", "Another card", DeviceKind.DISCRETE, 8 * GIB, 8 * GIB)
    (gpu, _), _ = asked(tmp_path, path, said, on_card, devices=(other,))
    assert gpu.overhead_bytes == 0
    (gpu, _), _ = asked(tmp_path, path, said, on_card, devices=(replace(CARD, driver="2"),))
    assert gpu.overhead_bytes == 0


def test_an_overhead_beyond_belief_is_cut_and_other_devices_teach_nothing(tmp_path, path):
    on_card = EngineSettings(gpu_layers=3, devices=("CUDA0",))
    said = Said((MemoryPart("CUDA0", 1, 1, 1, 0), MemoryPart("CPU", 2, 2, 2, 0)))
    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), said)
    sizes.learn((CARD,), (MemoryPart("CUDA7", 1, 1, 1, 0, 5 * GIB),))
    assert asked(tmp_path, path, said, on_card)[0][0].overhead_bytes == 0
    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), said)
    sizes.learn((CARD,), (MemoryPart("CUDA0", 1, 1, 1, 0, 5 * GIB),))
    assert asked(tmp_path, path, said, on_card)[0][0].overhead_bytes == GIB


def test_a_child_that_is_to_stay_awake_answers_many_plans(tmp_path, path):
    said = Said()
    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"), said)
    facts = read_model_facts(path)
    sizes.stay_awake()
    sizes.stay_awake()
    for tokens in (1024, 2048):
        with sizes.of(str(path), facts, (CARD,)) as of_model:
            of_model(EngineSettings(context_tokens=tokens))
    assert (len(said.asked), said.closed) == (2, 0)
    sizes.rest()
    sizes.rest()
    assert said.closed == 1
    with sizes.of(str(path), facts, (CARD,)) as of_model:
        of_model(EngineSettings(context_tokens=4096))
    assert said.closed == 2
