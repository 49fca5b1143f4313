"""Probes run our code alone, whatever lies in the folder where the program was started."""

import pytest

from inglenook.hardware.bandwidth import measure_bandwidth
from inglenook.hardware.devices import find_devices
from inglenook.hardware.memoryprobe import MemoryProbe
from inglenook.models.settings import EngineSettings


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """Start in a folder with modules that leave a trace when they are run."""
    for name in ("ctypes", "msgspec", "inglenook"):
        (tmp_path / f"{name}.py").write_text(
            f"open({str(tmp_path / 'sprung')!r}, 'w').close()\nraise ImportError\n"
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path / "sprung"


def _ask_memory():
    probe = MemoryProbe()
    probe.ask("gone.gguf", EngineSettings())
    probe.close()


@pytest.mark.parametrize("probe", [find_devices, lambda: measure_bandwidth(1), _ask_memory])
def test_modules_of_the_current_folder_are_not_run(trap, probe):
    probe()
    assert not trap.exists()


def test_devices_are_found_from_any_folder(trap):
    assert not find_devices().failed
