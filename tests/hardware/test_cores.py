import os
import platform
import subprocess
from pathlib import Path

import psutil
import pytest

from inglenook.hardware import cores
from inglenook.hardware.cores import Cores, measure_cores

CPU = "sys/devices/system/cpu"


@pytest.fixture
def linux(monkeypatch):
    """Pretend to be a Linux that may use the given processors."""

    def pretend(allowed: set[int]) -> None:
        monkeypatch.setattr(platform, "system", lambda: "Linux")
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: allowed, raising=False)

    return pretend


def siblings(root: Path, *groups: str, name: str = "core_cpus_list") -> None:
    for number, group in enumerate(groups):
        folder = root / CPU / f"cpu{number}" / "topology"
        folder.mkdir(parents=True)
        (folder / name).write_text(group + "\n")


def counts(cores: Cores) -> tuple[int, int]:
    return cores.physical, cores.logical


@pytest.mark.parametrize("name", ["core_cpus_list", "thread_siblings_list"])
def test_hyper_threads_are_not_counted(tmp_path, linux, name):
    siblings(tmp_path, "0,2", "1,3", "0,2", "1,3", name=name)
    linux({0, 1, 2, 3})
    assert counts(measure_cores(root=tmp_path)) == (2, 4)


def test_only_allowed_processors_count(tmp_path, linux):
    siblings(tmp_path, "0,2", "1,3", "0,2", "1,3")
    linux({0, 2})
    assert counts(measure_cores(root=tmp_path)) == (1, 2)


def test_efficiency_cores_do_not_count(tmp_path, linux):
    siblings(tmp_path, "0-1", "0-1", "2-3", "2-3", "4", "5", "6", "7")
    linux(set(range(8)))
    fast = tmp_path / "sys/devices/cpu_core/cpus"
    fast.parent.mkdir(parents=True)
    fast.write_text("0-3\n")
    found = measure_cores(root=tmp_path)
    assert counts(found) == (2, 8)
    assert "performance" in found.source


def test_a_process_kept_to_efficiency_cores_uses_them(tmp_path, linux):
    siblings(tmp_path, "0", "1", "2", "3")
    linux({2, 3})
    fast = tmp_path / "sys/devices/cpu_core/cpus"
    fast.parent.mkdir(parents=True)
    fast.write_text("0-1,x,9999999999\n")
    assert counts(measure_cores(root=tmp_path)) == (2, 2)


@pytest.mark.parametrize(
    ("quota", "expected"), [(1.5, (1, 2)), (0.2, (1, 1)), (3.0, (3, 3)), (64.0, (4, 4))]
)
def test_a_limit_of_processor_time_limits_cores(tmp_path, linux, quota, expected):
    siblings(tmp_path, "0", "1", "2", "3")
    linux({0, 1, 2, 3})
    found = measure_cores(quota, tmp_path)
    assert counts(found) == expected
    assert "control group" in found.source


def test_without_topology_the_system_is_asked(tmp_path, linux, monkeypatch):
    linux({0, 1, 2, 3})
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: 2)
    assert counts(measure_cores(root=tmp_path)) == (2, 4)
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: None)
    found = measure_cores(root=tmp_path)
    assert counts(found) == (2, 4)
    assert "not reported" in found.source


def test_a_mac_counts_its_fast_cores(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(os, "cpu_count", lambda: 10)
    answers = {"hw.perflevel0.physicalcpu": b"8\n"}

    def answer(command, **_):
        return subprocess.CompletedProcess(command, 0, answers.get(command[-1], b"?"))

    monkeypatch.setattr(subprocess, "run", answer)
    assert counts(measure_cores()) == (8, 10)
    answers.clear()
    monkeypatch.setattr(psutil, "cpu_count", lambda logical: 4)
    assert counts(measure_cores()) == (4, 10)


def test_a_mac_without_sysctl_is_still_counted(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")

    def missing(*_, **__):
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", missing)
    assert measure_cores().physical >= 1


def test_this_computer_has_cores():
    found = measure_cores()
    assert 1 <= found.physical <= found.logical


def test_windows_tells_the_fast_cores_from_the_others(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(os, "cpu_count", lambda: 12)
    monkeypatch.setattr(cores, "fast_cores", lambda: 4)
    found = measure_cores()
    assert counts(found) == (4, 12)
    assert "efficiency class" in found.source
