"""llama.cpp's list of devices, on this computer and on computers with cards."""

import json
import os
import subprocess
import sys

import pytest
from tests.data import cards

from inglenook.models.machine import DeviceKind

pytestmark = pytest.mark.model
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="the fake card is built here")


def test_the_processor_is_in_the_list():
    from inglenook.engine.devices import listed_devices  # noqa: PLC0415 - loads llama.cpp

    cpu = next(one for one in listed_devices() if one.kind is DeviceKind.CPU)
    assert cpu.name == "CPU"
    assert cpu.total_bytes > 0


def listed(**environment: str) -> dict[str, tuple[str, str, int, int]]:
    answer = subprocess.run(
        [sys.executable, "-m", "inglenook.engine.devices"],
        capture_output=True,
        timeout=60,
        check=True,
        env={**os.environ, **environment},
    )
    return {
        one["name"]: (
            one["kind"],
            one["description"],
            one["free_bytes"] >> 20,
            one["total_bytes"] >> 20,
        )
        for one in json.loads(answer.stdout.splitlines()[-1])["devices"]
    }


def test_the_report_is_all_that_is_printed():
    assert listed()["CPU"][0] == "cpu"


@needs_linux
def test_cards_are_listed_with_their_memory():
    found = listed(**cards.environment([cards.card("CUDA0", 8, 7), cards.card("CUDA1", 6)]))
    assert found["CUDA0"] == ("discrete", "Card CUDA0", 7, 8)
    assert found["CUDA1"] == ("discrete", "Card CUDA1", 6, 6)


@needs_linux
def test_graphics_that_share_memory_are_told_from_cards():
    shared = cards.card("Vulkan0", 9, kind=DeviceKind.INTEGRATED)
    assert listed(**cards.environment([shared]))["Vulkan0"][0] == "integrated"


@needs_linux
def test_a_mac_calls_its_graphics_a_card_but_shares_its_memory():
    found = listed(**cards.environment([cards.card("MTL0", 9)], backend="MTL"))
    assert found["MTL0"][0] == "integrated"


@needs_linux
def test_a_card_with_two_drivers_is_listed_once():
    words = (
        "CUDA0,gpu,8,8,Card,0000:01:00.0;Vulkan0,gpu,8,8,Card,0000:01:00.0;CUDA1,gpu,8,8,Card"
    )
    found = listed(**cards.environment([]) | {"GGML_FAKE_GPU": words})
    assert sorted(found) == ["CPU", "CUDA0", "CUDA1"]


@needs_linux
def test_what_only_helps_the_processor_and_odd_letters_do_no_harm():
    found = listed(
        **cards.environment([])
        | {"GGML_FAKE_GPU": "BLAS,accel,0,0,Maths;CUDA0,gpu,8,8,caf\udce9"}
    )
    assert sorted(found) == ["CPU", "CUDA0"]
    assert found["CUDA0"][1] == "caf\ufffd"


def test_a_module_that_cannot_be_loaded_is_no_reason_to_fail(tmp_path):
    (tmp_path / "broken.so").write_bytes(b"no library")
    assert "CPU" in listed(GGML_BACKEND_PATH=str(tmp_path / "broken.so"))
    assert "CPU" in listed(GGML_BACKEND_PATH="broken.so")
