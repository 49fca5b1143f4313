"""Asking a child what settings take: it may answer, die, hang or talk nonsense."""

import json
import sys
from pathlib import Path

import pytest

from inglenook.hardware.memoryprobe import MemoryProbe, probe_command
from inglenook.models.memory import MemoryPart
from inglenook.models.settings import EngineSettings

ON_CARD = EngineSettings(gpu_layers=3, devices=("CUDA0",))


def child(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"import sys, json, os\n{code}")


def held(*devices: str) -> str:
    sizes = {"weights_bytes": 1, "kv_bytes": 2, "compute_bytes": 3}
    return json.dumps({"held": [{"device": one, **sizes} for one in devices]})


def saying(answer: str) -> MemoryProbe:
    return MemoryProbe(child(f"for line in sys.stdin: print({answer!r}, flush=True)"))


def test_an_answer_becomes_parts_in_the_settings_order():
    probe = saying(held("CPU", "CUDA0"))
    expected = (MemoryPart("CUDA0", 1, 2, 3, 0), MemoryPart("CPU", 1, 2, 3, 0))
    assert probe.ask("a.gguf", ON_CARD) == expected
    assert probe.ask("a.gguf", ON_CARD) == expected
    probe.close()
    probe.close()


def test_a_question_is_a_line_with_path_and_settings():
    echo = (
        "q = json.loads(sys.stdin.readline());"
        f"assert q['path'] == {str(Path('dé.gguf').absolute())!r};"
        "assert q['settings']['gpu_layers'] == 0;"
        f"print({held('CPU')!r}, flush=True)"
    )
    probe = MemoryProbe(child(echo))
    assert probe.ask("dé.gguf", EngineSettings()) == (MemoryPart("CPU", 1, 2, 3, 0),)
    probe.close()


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense",
        '{"held": []}',
        '{"held": 7}',
        held("CUDA0"),
        held("CPU", "CUDA0", "CUDA1"),
        held("CPU", "CUDA0").replace("3", "-3"),
        "\udcff",
    ],
)
def test_what_makes_no_sense_is_no_answer(answer):
    line = answer.encode("utf-8", "surrogateescape") + b"\n"
    code = f"for _ in sys.stdin: sys.stdout.buffer.write({line!r}); sys.stdout.flush()"
    probe = MemoryProbe(child(code))
    assert probe.ask("a.gguf", ON_CARD) is None
    probe.close()


@pytest.mark.parametrize(
    "code",
    [
        "os.abort()",
        "sys.stdin.readline(); os._exit(3)",
        "sys.stdin.readline(); print('x' * 100000)",
        "sys.stdin.readline(); print('half', end='')",
    ],
)
def test_a_child_that_dies_is_not_asked_again(code):
    probe = MemoryProbe(child(code))
    assert probe.ask("a.gguf", ON_CARD) is None
    assert probe.ask("a.gguf", ON_CARD) is None
    probe.close()


def test_a_child_that_hangs_is_ended_in_time():
    probe = MemoryProbe(child("import threading; threading.Event().wait(60)"), timeout_s=0.5)
    assert probe.ask("a.gguf", ON_CARD) is None
    probe.close()


def test_a_command_that_does_not_start_is_no_answer():
    probe = MemoryProbe(("/nowhere/at/all",))
    assert probe.ask("a.gguf", ON_CARD) is None
    probe.close()


def test_the_command_is_known_in_a_checkout_and_in_a_bundle(monkeypatch):
    assert probe_command()[1:] == ("-m", "inglenook.engine.probe")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert probe_command() == (sys.executable, "--memory-probe")
