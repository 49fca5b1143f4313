import json
import subprocess
import sys

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
