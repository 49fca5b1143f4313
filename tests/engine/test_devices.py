import json
import subprocess
import sys
from functools import partial

import pytest

from inglenook.models.machine import DeviceKind

pytestmark = pytest.mark.model


def test_the_processor_is_in_the_list():
    from inglenook.engine.devices import listed_devices  # noqa: PLC0415 - loads llama.cpp

    cpu = next(one for one in listed_devices() if one.kind is DeviceKind.CPU)
    assert cpu.name == "CPU"
    assert cpu.total_bytes > 0


def test_the_report_is_all_that_is_printed():
    answer = subprocess.run(
        [sys.executable, "-m", "inglenook.engine.devices"],
        capture_output=True,
        timeout=60,
        check=True,
    )
    report = json.loads(answer.stdout)
    assert [one["kind"] for one in report if one["name"] == "CPU"] == ["cpu"]


class Registry:
    """Stands in for ggml's libraries, with the devices of other computers."""

    def __init__(self, *devices: tuple[str, str, int, int, int]) -> None:
        self.devices = devices
        self.ggml_backend_dev_count = lambda: len(devices)
        self.ggml_backend_dev_get = lambda index: index + 1
        self.ggml_backend_dev_type = lambda handle: devices[handle - 1][2]
        self.ggml_backend_dev_backend_reg = lambda handle: handle
        self.ggml_backend_reg_name = lambda handle: devices[handle - 1][1].encode()
        self.ggml_backend_dev_name = lambda handle: devices[handle - 1][0].encode()
        self.ggml_backend_dev_description = lambda _: b"caf\xe9"
        # A bound method takes no attributes, which is how ctypes is told of types.
        self.ggml_backend_dev_memory = partial(self._memory)

    def _memory(self, handle, free, total):
        free._obj.value, total._obj.value = self.devices[handle - 1][3:]


def test_kinds_of_other_computers(monkeypatch):
    from inglenook.engine import devices  # noqa: PLC0415 - loads llama.cpp

    registry = Registry(
        ("CUDA0", "CUDA", 1, 7, 8), ("Vulkan1", "Vulkan", 2, 5, 6), ("MTL0", "MTL", 1, 3, 4),
        ("BLAS", "BLAS", 3, 0, 0), ("Meta", "Meta", 4, 0, 0),
    )  # fmt: skip
    monkeypatch.setattr(devices, "_library", lambda _: registry)
    found = devices.listed_devices()
    assert [(one.name, one.kind, one.free_bytes, one.total_bytes) for one in found] == [
        ("CUDA0", DeviceKind.DISCRETE, 7, 8),
        ("Vulkan1", DeviceKind.INTEGRATED, 5, 6),
        ("MTL0", DeviceKind.INTEGRATED, 3, 4),
    ]
    assert found[0].description == "caf\ufffd"
