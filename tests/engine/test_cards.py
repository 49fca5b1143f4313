"""Models on graphics cards that are not there: split, refused for room, and answering."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace

import pytest
from tests.data import cards, skeletons
from tests.data.tiny_llama import LAYERS, write

from inglenook.core.units import GIB
from inglenook.hardware.memoryprobe import MemoryProbe
from inglenook.hardware.modelfile import read_model_facts
from inglenook.models.budget import card_margin_bytes, usable_gpus
from inglenook.models.fit import Verdict, Wish, plan
from inglenook.models.machine import HostFacts
from inglenook.models.settings import EngineSettings
from inglenook.services.sizes import EngineSizes
from inglenook.storage.sizes import SizesFile

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="the fake card is built here"),
]

_ANSWER = """
import json, sys
import msgspec
from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import InglenookError
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Answer, Delta, Done, Load, Turn
from inglenook.models.settings import EngineSettings
backend = LlamaBackend()
results = []
for each in json.loads(sys.argv[2]):
    try:
        loaded = backend.load(
            Load(sys.argv[1], msgspec.convert(each, EngineSettings)), lambda _: True
        )
    except InglenookError as error:
        results.append({"problem": error.problem.title, **error.problem.facts})
        continue
    backend.accept(Answer("r", "c", (Turn(Role.USER, "hello"),), EXACT))
    text, events = "", []
    while not any(isinstance(event, Done) for event in events):
        events = list(backend.step())
        text += "".join(event.text for event in events if isinstance(event, Delta))
    memory = {part.device: msgspec.to_builtins(part) for part in loaded.memory}
    results.append({"text": text, "memory": memory})
backend.unload()
print(json.dumps(results, default=str))
"""


def answers(path, devices, *settings, **environment):
    """Load with each settings and answer; return text and memory, or the problem."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            _ANSWER,
            str(path),
            json.dumps([asdict(one) for one in settings]),
        ],
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, **cards.environment(devices), **environment},
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


ALONE = EngineSettings(context_tokens=512, sequences=2)


def on(*names, layers=LAYERS + 1, **more):
    return replace(ALONE, gpu_layers=layers, devices=names, op_offload=True, **more)


def test_the_same_text_is_written_wherever_the_layers_are(tiny):
    two = [cards.card("CUDA0", 900), cards.card("CUDA1", 900)]
    found = answers(
        tiny, two, ALONE, on("CUDA0"), on("CUDA1", layers=3),
        on("CUDA0", "CUDA1", layers_on=(2, LAYERS - 1)),
    )  # fmt: skip
    # Sums in another order differ in their last bits, which such a model soon makes much of.
    assert len({each["text"][:30] for each in found}) == 1
    assert all(len(each["text"]) > 100 for each in found)
    assert [list(each["memory"]) for each in found] == [
        ["CPU"], ["CUDA0", "CPU"], ["CUDA1", "CPU"], ["CUDA0", "CUDA1", "CPU"],
    ]  # fmt: skip
    few, many = (found[3]["memory"][name]["kv_bytes"] for name in ("CUDA0", "CUDA1"))
    assert few * (LAYERS - 2) == many * 2


def test_a_card_that_is_too_small_is_told_and_a_smaller_try_answers(tiny):
    found = answers(tiny, [cards.card("CUDA0", 1)], on("CUDA0", context_tokens=4096), ALONE)
    assert found[0]["problem"] == "There is not enough memory for this model"
    assert found[0]["lacks"] == "gpu memory"
    assert found[1]["text"]


def test_a_card_that_is_gone_is_told(tiny):
    (found,) = answers(tiny, [], on("CUDA0"))
    assert found["problem"] == "The graphics card is not there any more"


def test_what_a_driver_takes_for_itself_is_noticed(tiny):
    two = [cards.card("CUDA0", 900), cards.card("CUDA1", 900)]
    both = on("CUDA0", "CUDA1", layers_on=(3, LAYERS - 2))
    (plain,) = answers(tiny, two, both)
    (dear,) = answers(tiny, two, both, GGML_FAKE_GPU_OVERHEAD_MIB="37")
    for name in ("CUDA0", "CUDA1"):
        assert plain["memory"][name]["overhead_bytes"] == 0
        assert dear["memory"][name]["overhead_bytes"] == 37 << 20
    assert dear["memory"]["CPU"]["overhead_bytes"] == 0


HOST = HostFacts(64 * GIB, 60 * GIB, 8, 16)


@pytest.mark.parametrize(
    ("name", "gpus"),
    [
        ("Llama-3.1-8B", (4096,)),
        ("Qwen3-30B-A3B", (8192,)),
        ("Gemma-3-27B", (8192, 6144)),
        ("Granite-4.0-H-Tiny", (3072,)),
    ],
)
def test_a_split_has_as_many_layers_as_could_load(name, gpus, tmp_path, monkeypatch):
    """With one or two more, by any split between the cards, too much would be taken."""
    devices = [cards.card(f"CUDA{at}", size) for at, size in enumerate(gpus)]
    for key, value in cards.environment(devices).items():
        monkeypatch.setenv(key, value)
    path = skeletons.write(tmp_path, name)
    facts = read_model_facts(path)
    sizes = EngineSizes(SizesFile(tmp_path / "sizes.json"))
    with sizes.of(str(path), facts, usable_gpus(devices)) as cost:
        made = plan(facts, tuple(devices), HOST, Wish(context_tokens=8192), cost)
    assert not cost.is_guess
    assert made.verdict is Verdict.SPLIT
    probe = MemoryProbe()
    room = {one.name: one.free_bytes - card_margin_bytes(one) for one in devices}

    def fits(settings):
        parts = probe.ask(str(path), settings)
        assert parts is not None
        return all(part.total_bytes <= room[part.device] for part in parts[:-1])

    assert fits(made.settings)
    assert not any(map(fits, more(made.settings, 2)))
    probe.close()


def more(settings, count):
    if settings.experts_in_ram:
        settings = replace(settings, experts_in_ram=settings.experts_in_ram - count)
    else:
        settings = replace(settings, gpu_layers=settings.gpu_layers + count)
    if len(settings.devices) < 2:
        return [settings]
    layers = settings.gpu_layers
    return [replace(settings, layers_on=(few, layers - few)) for few in range(1, layers)]
