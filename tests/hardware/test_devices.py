"""Every child here is a real process that does what broken drivers do."""

import json
import sys
import time

import pytest

from inglenook.hardware.devices import FoundDevices, find_devices, probe_command
from inglenook.models.machine import DeviceFacts, DeviceKind
from inglenook.models.runtime import Launch

SOURCE = "llama.cpp's list of devices"
CARD = {
    "name": "CUDA0", "description": "A card", "kind": "discrete", "total_bytes": 8000,
    "free_bytes": 7000,
}  # fmt: skip


def child(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def says(answer: object) -> FoundDevices:
    return find_devices(child(f"print({json.dumps({'devices': answer})!r})"))


def test_cards_are_found_and_the_processor_is_left_out():
    found = says([CARD, {**CARD, "name": "CPU", "kind": "cpu"}])
    assert not found.failed
    assert found.devices == (
        DeviceFacts("CUDA0", "A card", DeviceKind.DISCRETE, 8000, 7000, source=SOURCE),
    )


def test_what_was_tried_last_is_known_when_the_probe_dies():
    tries = "".join(f'print(\'{{"trying": "{name}"}}\');' for name in ("a.so", "b.so"))
    found = find_devices(child(f"import os, sys; {tries} sys.stdout.flush(); os.abort()"))
    assert (found.failed, found.tried_last, found.is_illegal) == (True, "b.so", False)
    illegal = "import os, signal; print('[', flush=True); os.kill(os.getpid(), signal.SIGILL)"
    found = find_devices(child(illegal))
    assert (found.tried_last, found.is_illegal) == ("", True)


def test_a_card_that_does_not_tell_what_is_free_says_so():
    (card,) = says([{**CARD, "free_bytes": 0}]).devices
    assert card.source == f"{SOURCE}, which does not tell what is free"


def test_the_probe_hears_of_the_runtime_and_of_no_other(monkeypatch):
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", "/somewhere/else")
    code = (
        "import json, os; print(json.dumps({'devices': [],"
        "'folder': os.environ.get('LLAMA_CPP_LIB_PATH', ''), 'modules': ['m.so'],"
        "'fingerprint': 'llama.cpp 1 2 3'}))"
    )
    assert find_devices(child(code)).folder == ""
    found = find_devices(child(code), launch=Launch("/named"))
    assert (found.folder, found.modules) == ("/named", ("m.so",))
    assert found.fingerprint == "llama.cpp 1 2 3"


def test_more_free_than_there_is_cannot_be():
    assert says([{**CARD, "free_bytes": 9000}]).devices[0].free_bytes == 8000


def test_a_name_cannot_play_tricks():
    assert says([{**CARD, "description": "a\u202eb\n"}]).devices[0].description == "a b"


@pytest.mark.parametrize(
    "answer",
    [
        {}, None, 5, "x", [5], [[]], [{}], [{**CARD, "extra": 1}], [{**CARD, "kind": "magic"}],
        [{**CARD, "free_bytes": -1}], [{**CARD, "total_bytes": 2**63}],
        [{**CARD, "name": ""}], [{**CARD, "name": "x" * 300}], [{**CARD, "free_bytes": 1.5}],
        [CARD] * 65,
    ],
)  # fmt: skip
def test_answers_that_make_no_sense_are_not_believed(answer):
    found = says(answer)
    assert found == FoundDevices((), "the probe's answer makes no sense", failed=True)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("", "makes no sense"),
        ("import sys; sys.stdout.buffer.write(bytes(range(256)))", "makes no sense"),
        ("print('[' * 60000)", "makes no sense"),
        ("import os; os.abort()", "ended with code"),
        ("print('5')", "makes no sense"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGILL)", "does not have"),
        ("import sys; print('[]'); sys.exit(3)", "ended with code 3"),
        ("print('x' * 100_000)", "said too much"),
        ("while True: print('x' * 1000)", "said too much"),
    ],
)
def test_a_broken_probe_is_survived(code, why):
    found = find_devices(child(code))
    assert (found.devices, found.failed) == ((), True)
    assert why in found.source


@pytest.mark.parametrize(
    "code",
    [
        "import threading; threading.Event().wait()",
        "import os, threading; os.close(1); threading.Event().wait()",
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'], stdin=None);"
        "import threading; threading.Event().wait()",
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c',"
        " 'import threading; threading.Event().wait()'])",
    ],
)
def test_a_probe_that_hangs_is_ended_with_all_it_started(code):
    start = time.monotonic()
    found = find_devices(child(code), timeout_s=1.0)
    assert found.source == "the probe did not answer within 1 s"
    assert time.monotonic() - start < 30


def test_a_probe_that_is_not_there_is_said():
    found = find_devices(("/nowhere/at/all",))
    assert found.failed
    assert found.source.startswith("the probe did not start")


def test_a_bundle_asks_itself(monkeypatch):
    assert probe_command()[1:] == ("-m", "inglenook.engine.devices")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert probe_command() == (sys.executable, "--device-probe")


@pytest.mark.model
def test_the_real_probe_answers():
    found = find_devices()
    assert not found.failed
    assert all(one.kind is not DeviceKind.CPU for one in found.devices)
