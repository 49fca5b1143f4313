"""The door to llama.cpp: quiet, checked, and able to tell why a process died."""

import ctypes
import subprocess
import sys
from types import SimpleNamespace

import pytest

from inglenook.core.errors import ComputeError
from inglenook.engine import lib
from inglenook.engine.lib import AbortFlag, AbortQuestion, Log, api, checked, declared_here

CRASH = """
import os, sys
from inglenook.engine import lib
assert lib.on_abort(lambda text: os.write(1, text.encode()))
lib.api._lib.ggml_abort(b"here.c", 12, b"%s", b"something is wrong")
"""


def test_importing_llama_cpp_prints_nothing():
    done = subprocess.run(
        [sys.executable, "-c", "from inglenook.engine import lib; print(lib.build())"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("llama.cpp ")
    assert done.stderr == ""


def test_a_build_is_told_from_another_by_every_file_of_its_own(monkeypatch, tmp_path):
    for name in ("libllama.so", "libggml-cpu.so", "libc.so"):
        tmp_path.joinpath(name).write_bytes(b"code")
    tmp_path.joinpath("libggml-gone.so").symlink_to("nowhere")
    library = SimpleNamespace(_name=str(tmp_path / "libllama.so"))
    told = SimpleNamespace(_lib=library, llama_version=lambda: b"1")
    monkeypatch.setattr(lib, "api", told)
    before = lib.fingerprint()
    tmp_path.joinpath("libc.so").write_bytes(b"other code")
    assert lib.fingerprint() == before
    tmp_path.joinpath("libggml-cpu.so").write_bytes(b"other code")
    assert lib.fingerprint() != before


def test_the_engine_does_not_bring_the_window_toolkit():
    code = (
        "import sys, inglenook.engine.answering\n"
        "assert not [name for name in sys.modules if name.startswith('PySide6')]"
    )
    subprocess.run([sys.executable, "-c", code], timeout=60, check=True)


def test_a_failed_assertion_is_told_before_the_process_dies():
    done = subprocess.run(
        [sys.executable, "-c", CRASH], capture_output=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert b"something is wrong" in done.stdout


def test_each_caller_declares_a_function_for_itself():
    mine, other = (declared_here(api._lib, "llama_max_devices") for _ in range(2))
    other.restype = ctypes.c_char_p
    assert mine.restype is not other.restype
    assert declared_here(api._lib, "no_such_function") is None


def test_a_null_pointer_is_an_error_although_it_is_not_none():
    nothing = ctypes.POINTER(ctypes.c_int)()
    assert nothing is not None
    with pytest.raises(ComputeError):
        checked(nothing, ComputeError("No", "Sorry."))


def test_a_pointer_passes_the_check():
    pointer = ctypes.pointer(ctypes.c_int(3))
    assert checked(pointer, ComputeError("No", "Sorry.")) is pointer


@pytest.mark.parametrize("with_strlen", [True, False])
def test_the_abort_flag_answers_native_code(with_strlen, monkeypatch):
    if not with_strlen:
        monkeypatch.setattr(lib.platform, "machine", lambda: "pdp11")
    flag = AbortFlag()
    ask = AbortQuestion(ctypes.cast(flag.callback, ctypes.c_void_p).value)
    assert ask(flag.address) is False
    flag.set(on=True)
    assert flag.is_raised
    assert ask(flag.address) is True
    flag.set(on=False)
    assert ask(flag.address) is False


def test_log_lines_are_put_together_from_parts():
    log = Log()
    for part in (b"first ", b"line\nsec", b"ond\nthi"):
        log.add(4, part, None)
    assert log.lines() == ("first line", "second")


def test_the_log_keeps_the_newest_lines_only():
    log = Log()
    for number in range(1000):
        log.add(4, f"{number}\n".encode(), None)
    assert log.lines()[-1] == "999"
    assert len(log.lines()) < 500
    log.clear()
    assert log.lines() == ()


def test_bytes_that_are_no_text_do_not_stop_the_log():
    log = Log()
    log.add(4, b"\xff\xfe\n", None)
    assert len(log.lines()) == 1


def test_what_llama_cpp_says_reaches_the_log():
    lib.log.clear()
    assert not api.llama_model_load_from_file(
        b"/no/such/file", api.llama_model_default_params()
    )
    assert any("/no/such/file" in line for line in lib.log.lines())
