"""A plan is put to the test in an engine of its own."""

import pytest
from tests.data.gguf_files import tiny_model
from tests.data.tiny_llama import write

from inglenook.core.errors import EngineStoppedError, InglenookError
from inglenook.engine.death import Cause, Death
from inglenook.models.memory import MemoryPart
from inglenook.models.settings import EngineSettings
from inglenook.services import trial

CPU, CARD = MemoryPart("CPU", 60, 20, 20, 0), MemoryPart("CUDA0", 100, 50, 50, 0)


@pytest.mark.model
def test_what_a_model_took_is_told(tmp_path):
    path = write(tmp_path / "tiny.gguf")
    loaded = trial.tried(str(path), EngineSettings(context_tokens=1024, sequences=2))
    assert loaded.context_tokens == 1024
    (cpu,) = loaded.memory
    assert cpu.device == "CPU"
    assert min(cpu.weights_bytes, cpu.kv_bytes, cpu.compute_bytes) > 0


@pytest.mark.model
def test_a_model_that_does_not_load_is_told(tmp_path):
    path = tmp_path / "no.gguf"
    path.write_bytes(tiny_model())
    with pytest.raises(InglenookError):
        trial.tried(str(path), EngineSettings())


class Dead:
    """An engine that ends over the model, or never says a word."""

    def __init__(self, on_event, on_death, *, launch):
        self._on_death = on_death

    def start(self):
        pass

    def close(self):
        pass

    def send(self, _command):
        self._on_death(Death(Cause.ENDED, exit_status=-11), False)  # noqa: FBT003


def test_an_engine_that_ends_over_it_is_told(monkeypatch):
    monkeypatch.setattr(trial, "EngineClient", Dead)
    with pytest.raises(EngineStoppedError):
        trial.tried("a.gguf", EngineSettings())


def test_an_engine_without_a_word_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(trial, "EngineClient", Dead)
    monkeypatch.setattr(Dead, "send", lambda _self, _command: None)
    monkeypatch.setattr(trial, "_LONGEST_LOAD_S", 0.01)
    with pytest.raises(EngineStoppedError, match="does not answer"):
        trial.tried("a.gguf", EngineSettings())


def test_the_worst_device_says_how_far_off_a_plan_was():
    assert trial.off_by((CARD, CPU), (CARD, CPU)) == 0
    less = MemoryPart("CUDA0", 90, 45, 45, 0)
    assert trial.off_by((less, CPU), (CARD, CPU)) == pytest.approx(0.1)
    assert trial.off_by((CPU,), ()) is None
    assert trial.off_by((CARD, CPU), (CPU,)) is None
