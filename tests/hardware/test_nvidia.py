"""A card of NVIDIA's is seen by what its driver leaves in the file system."""

import sys

import pytest

from inglenook.hardware.nvidia import has_nvidia


@pytest.mark.parametrize(
    "sign", ["dev/nvidiactl", "proc/driver/nvidia/version", "usr/lib/wsl/lib/libnvidia-ml.so.1"]
)
def test_each_sign_is_enough(tmp_path, sign):
    (tmp_path / sign).parent.mkdir(parents=True)
    (tmp_path / sign).touch()
    assert has_nvidia(tmp_path)


def test_without_a_sign_there_is_none(tmp_path):
    assert not has_nvidia(tmp_path)


def test_windows_is_asked_for_its_library(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("WINDIR", str(tmp_path))
    assert not has_nvidia()
    (tmp_path / "System32").mkdir()
    (tmp_path / "System32" / "nvml.dll").touch()
    assert has_nvidia()
