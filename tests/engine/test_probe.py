"""The engine's own sizes, asked without allocating, beside what it then allocates."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace

import pytest
from tests.data import cards, skeletons
from tests.data.tiny_llama import write

from inglenook.core.units import GIB, MIB
from inglenook.models.settings import EngineSettings

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="the fake card is built here"),
]
ONE_CARD = [cards.card("CUDA0", 24000)]
TWO_CARDS = [cards.card("CUDA0", 24000), cards.card("CUDA1", 24000)]
WHOLE = EngineSettings(
    gpu_layers=99, context_tokens=8192, sequences=1, devices=("CUDA0",), op_offload=True
)


def answers(devices, *questions):
    lines = [
        json.dumps({"path": str(path), "settings": asdict(each)}) for path, each in questions
    ]
    done = subprocess.run(
        [sys.executable, "-m", "inglenook.engine.probe"],
        input="\n".join(lines).encode(),
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, **cards.environment(devices)},
    )
    found = [json.loads(line)["held"] for line in done.stdout.splitlines()]
    return [{one.pop("device"): one for one in each} for each in found]


def mib(one):
    return [round(one[f"{part}_bytes"] / MIB, 1) for part in ("weights", "kv", "compute")]


def test_whole_models_come_out_as_measured_elsewhere(tmp_path):
    """Weights, caches and graphs in MiB; the first two also follow from formulas."""
    expected = {
        "Llama-3.1-8B": [4403.5, 1024.0, 116.0],
        "Gemma-3-27B": [15774.0, 1264.0, 164.5],
        "Qwen3-30B-A3B": [17524.4, 768.0, 92.0],
        "DeepSeek-V2-Lite": [9774.7, 243.0, 84.1],
        "gpt-oss-20b": [10949.4, 210.0, 95.5],
    }
    asked = [(skeletons.write(tmp_path, name), WHOLE) for name in expected]
    for (name, sizes), found in zip(expected.items(), answers(ONE_CARD, *asked), strict=True):
        assert mib(found["CUDA0"])[1:2] == sizes[1:2], name
        assert mib(found["CUDA0"]) == pytest.approx(sizes, rel=0.01), name


def test_layers_and_experts_go_where_they_are_told(tmp_path):
    path = skeletons.write(tmp_path, "Qwen3-30B-A3B")
    split = replace(WHOLE, gpu_layers=20, devices=("CUDA1", "CUDA0"), layers_on=(5, 15))
    experts = replace(WHOLE, experts_in_ram=48)
    alone = replace(WHOLE, gpu_layers=0, devices=())
    dealt, in_ram, by_cpu = answers(TWO_CARDS, (path, split), (path, experts), (path, alone))
    assert list(dealt) == ["CUDA0", "CUDA1", "CPU"]
    # The output layer is the last of CUDA0's 15 and has no cache.
    assert [mib(dealt[one])[1] for one in dealt] == [14 * 16, 5 * 16, 29 * 16]
    assert mib(in_ram["CUDA0"])[0] == pytest.approx(784, rel=0.01)
    assert list(by_cpu) == ["CPU"]


def test_what_cannot_be_answered_is_answered_with_nothing(tmp_path):
    path = write(tmp_path / "tiny.gguf")
    found = answers(
        ONE_CARD,
        (tmp_path / "none.gguf", WHOLE),
        (path, EngineSettings(gpu_layers=9, devices=("CUDA7",))),
        (path, EngineSettings(kv_type="q1")),
        (path, EngineSettings(sequences=2)),
    )
    assert found[:3] == [{}, {}, {}]
    assert list(found[3]) == ["CPU"]


def test_a_simulated_load_equals_the_real_one(tmp_path):
    path = write(tmp_path / "tiny.gguf", arch="gemma3", window=256)
    settings = EngineSettings(
        gpu_layers=4, context_tokens=2048, sequences=3, devices=("CUDA0",), op_offload=True
    )
    (found,) = answers(ONE_CARD, (path, settings))
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, str(path), json.dumps(asdict(settings))],
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, **cards.environment(ONE_CARD)},
    )
    real = {one.pop("device"): one for one in json.loads(done.stdout)}
    assert real["CUDA0"] == found["CUDA0"]
    assert real["CPU"]["kv_bytes"] == found["CPU"]["kv_bytes"]
    assert real["CPU"]["compute_bytes"] == found["CPU"]["compute_bytes"]
    # What is mapped is counted from its first to its last tensor.
    assert real["CPU"]["weights_bytes"] >= found["CPU"]["weights_bytes"]


_LOAD = """
import json, sys
from dataclasses import asdict
import msgspec
from inglenook.engine.modules import load_modules
from inglenook.engine.context import Context
from inglenook.engine.held import held
from inglenook.engine.lib import AbortFlag
from inglenook.engine.model import Model
from inglenook.models.settings import EngineSettings
load_modules()
settings = msgspec.convert(json.loads(sys.argv[2]), EngineSettings)
model = Model.load(sys.argv[1], settings, lambda _: True)
context = Context(model, settings, AbortFlag())
scores = 4 * model.vocab_size * settings.sequences
print(json.dumps([asdict(one) for one in held(context.handle, scores_bytes=scores)]))
"""


def test_asking_takes_no_memory(tmp_path):
    path = skeletons.write(tmp_path, "Qwen2.5-72B")
    found = answers(TWO_CARDS, (path, EngineSettings(context_tokens=32768)))
    assert found[0]["CPU"]["weights_bytes"] > 40 * GIB
