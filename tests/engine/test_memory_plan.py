"""The plan's memory beside what llama.cpp says it allocates, for every kind of memory."""

import re
from collections import deque
from dataclasses import replace

import pytest
from tests.data.tiny_llama import write
from tests.data.tiny_recurrent import write_jamba, write_lfm2, write_mamba

from inglenook.core.units import MIB
from inglenook.engine.context import Context
from inglenook.engine.lib import AbortFlag, log
from inglenook.engine.model import Model
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.memory import cache_bytes, memory_parts, score_bytes
from inglenook.models.settings import EngineSettings

WRITERS = {
    "attention": write,
    "window": lambda path: write(path, arch="gemma3", window=200),
    "recurrent": write_mamba,
    "hybrid": write_lfm2,
    "hybrid with a large state": write_jamba,
    "hybrid with a window": lambda path: write_lfm2(path, window=200),
}
LINE = re.compile(r"(output|KV|RS|compute)\s+buffer size = +([\d.]+) MiB")


@pytest.fixture(params=WRITERS)
def path(request, tmp_path, monkeypatch):
    monkeypatch.setattr(log, "_lines", deque(maxlen=20_000))  # it tells a lot of each layer
    return WRITERS[request.param](tmp_path / "m.gguf")


def allocated(path, settings: EngineSettings) -> dict[str, float]:
    """Load as told; return MiB by kind of buffer."""
    model = Model.load(str(path), settings, lambda _fraction: True)
    context = Context(model, settings, AbortFlag())
    found = {"output": 0.0, "cache": 0.0, "compute": 0.0}
    for kind, size in LINE.findall("\n".join(log.lines())):
        found["cache" if kind in {"KV", "RS"} else kind] += float(size)
    context.free()
    model.free()
    return found


@pytest.mark.parametrize("sequences", [1, 4, 16])
@pytest.mark.parametrize("context_tokens", [1024, 4096])
def test_caches_take_what_the_plan_counts(path, context_tokens, sequences):
    settings = EngineSettings(context_tokens=context_tokens, sequences=sequences, threads=1)
    facts, real = read_model_facts(path), allocated(path, settings)
    assert sum(cache_bytes(facts, settings)) / MIB == pytest.approx(real["cache"], abs=0.011)
    assert score_bytes(facts, settings) / MIB == pytest.approx(real["output"], abs=0.006)


@pytest.mark.parametrize("sequences", [1, 16])
def test_working_memory_is_not_more_than_the_plan_counts(path, sequences):
    settings = EngineSettings(context_tokens=4096, sequences=sequences, threads=1)
    facts, real = read_model_facts(path), allocated(path, settings)
    (part,) = memory_parts(facts, settings)
    # What states compute is taken to be less than the feed-forward layers do, as in all real
    # models; here those are as narrow as they can be.
    assert real["compute"] + real["output"] < part.compute_bytes / MIB * 1.2 + 0.011


def test_more_sequences_never_take_less(path):
    facts = read_model_facts(path)
    totals = [
        memory_parts(facts, replace(EngineSettings(), sequences=count))[0].total_bytes
        for count in range(1, 33)
    ]
    assert totals == sorted(totals)
