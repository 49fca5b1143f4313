import shutil
from pathlib import Path

import psutil

from inglenook.hardware.machine import disk_free_bytes, measure_host


def test_this_computer_is_measured():
    host = measure_host()
    assert 0 < host.ram_available_bytes <= host.ram_total_bytes <= psutil.virtual_memory().total
    assert 1 <= host.physical_cores <= host.logical_cores
    assert {name for name, _ in host.sources} == {
        "ram_total_bytes", "ram_available_bytes", "physical_cores", "logical_cores",
        "processor", "instruction_set",
    }  # fmt: skip
    assert all(source for _, source in host.sources)


def group(root: Path, limit: int, used: int) -> Path:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text("0::/\n")
    folder = root / "sys/fs/cgroup"
    folder.mkdir(parents=True)
    (folder / "memory.max").write_text(str(limit))
    (folder / "memory.current").write_text(str(used))
    return root


def test_a_control_group_lowers_memory(tmp_path):
    host = measure_host(group(tmp_path, 100_000_000, 40_000_000))
    assert host.ram_total_bytes == 100_000_000
    assert host.ram_available_bytes == 60_000_000
    assert "control group" in dict(host.sources)["ram_total_bytes"]


def test_a_limit_above_what_is_there_changes_nothing(tmp_path):
    host = measure_host(group(tmp_path, 1 << 50, 0))
    assert host.ram_total_bytes == psutil.virtual_memory().total


def test_free_disk_is_that_of_the_nearest_folder(tmp_path, monkeypatch):
    free = disk_free_bytes(tmp_path / "not" / "there")
    assert free is not None
    assert free > 0

    def denied(_):
        raise PermissionError

    monkeypatch.setattr(shutil, "disk_usage", denied)
    assert disk_free_bytes(tmp_path) is None

    def gone(_):
        raise FileNotFoundError

    monkeypatch.setattr(shutil, "disk_usage", gone)
    assert disk_free_bytes(tmp_path) is None
