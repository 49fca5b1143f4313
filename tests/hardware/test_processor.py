import platform
import subprocess

import pytest

from inglenook.hardware import processor
from inglenook.hardware.processor import measure_processor


def cpuinfo(root, text):
    (root / "proc").mkdir()
    (root / "proc/cpuinfo").write_text(text)
    return root


@pytest.fixture
def linux(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Linux")


def test_name_and_instructions_of_a_pc(tmp_path, linux):
    text = "model name\t: Core  i7\nflags\t: fpu avx2 fma avx512f\n\nmodel name : other\n"
    found = measure_processor(cpuinfo(tmp_path, text))
    assert found.name == "Core i7"
    assert found.instructions == ("AVX-512", "AVX2", "FMA")


def test_instructions_of_an_arm_board(tmp_path, linux, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    found = measure_processor(cpuinfo(tmp_path, "Features : fp asimd asimddp\nno colon\n"))
    assert (found.name, found.instructions) == ("aarch64", ("DotProd", "NEON"))


def test_what_cannot_be_read_says_why(tmp_path, linux):
    found = measure_processor(tmp_path)
    assert (found.name, found.instructions) == ("", ())
    assert found.source.startswith("unknown: ")


def test_a_mac_is_asked(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 0, b"M3\n")
    )
    found = measure_processor()
    assert (found.name, found.instructions) == ("M3", ("NEON",))


def test_a_mac_that_does_not_answer_is_nameless(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")

    def late(command, **_):
        raise subprocess.TimeoutExpired(command, 2)

    monkeypatch.setattr(subprocess, "run", late)
    assert measure_processor().name == ""


def test_other_systems_give_a_name(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(platform, "processor", lambda: "Intel64 Family 6")
    found = measure_processor()
    assert found.name == "Intel64 Family 6"
    assert "not reported" in found.source


def test_windows_tells_some_instructions(monkeypatch):
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr(processor, "features", lambda: "avx2 sse4_2")
    found = measure_processor()
    assert (found.instructions, found.source) == (("AVX2", "SSE4.2"), "Windows")
