import os
import select
import sys

import pytest

from inglenook.core.errors import EngineStoppedError
from inglenook.engine.process import (
    MOST_OUTPUT_BYTES,
    EngineProcess,
    engine_command,
    engine_environment,
)
from inglenook.models.runtime import Launch


def python(code: str) -> EngineProcess:
    return EngineProcess([sys.executable, "-c", code])


def test_a_source_tree_runs_the_module_and_a_bundle_runs_itself(monkeypatch):
    assert engine_command("echo")[1:] == ["-m", "inglenook.engine.host", "--backend", "echo"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert engine_command("llama")[1:] == ["--engine-host", "--backend", "llama"]


def test_secrets_and_proxies_stay_outside():
    ours = {
        "PATH": "/bin",
        "HOME": "/home/x",
        "CUDA_VISIBLE_DEVICES": "0",
        "HF_TOKEN": "secret",
        "HTTPS_PROXY": "http://proxy",
        "OPENAI_API_KEY": "secret",
        "PYTHONSTARTUP": "/evil.py",
        "LD_PRELOAD": "/evil.so",
    }
    theirs = engine_environment(ours)
    assert {name for name in ours if name in theirs} == {"PATH", "HOME", "CUDA_VISIBLE_DEVICES"}
    assert theirs["GGML_NO_BACKTRACE"] == "1"
    assert theirs["PYTHONSAFEPATH"] == "1"


def test_it_is_told_the_runtime_and_hears_of_no_other(monkeypatch):
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", "/somewhere/else")
    code = (
        "import os, sys; names = ('LLAMA_CPP_LIB_PATH', 'INGLENOOK_MODULES');"
        "sys.stderr.write(repr([os.environ.get(name) for name in names]))"
    )
    for launch, told in (
        (None, [None, None]),
        (Launch("/named", ("a.so",)), ["/named", "a.so"]),
    ):
        child = EngineProcess([sys.executable, "-c", code], launch)
        assert child.wait(20) == 0
        child.close()
        assert child.output() == repr(told)


def test_its_end_is_told_with_the_status():
    ends = []
    child = EngineProcess([sys.executable, "-c", "raise SystemExit(7)"], None, ends.append)
    child.wait(20)
    child.close()
    assert ends == [7]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups to look at")
def test_it_runs_in_a_group_of_its_own_and_not_in_our_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    child = python("import os,sys; print(os.getpgrp(), os.getcwd(), file=sys.stderr)")
    assert child.wait(20) == 0
    child.close()
    assert child.output().split() == [str(child.pid), "/"]


def test_only_the_end_of_long_output_is_kept_and_no_control_characters():
    child = python("import sys; sys.stderr.write('\\x1b[31m' + 'x' * 300_000 + ' the end\\n')")
    assert child.wait(20) == 0
    child.close()
    assert child.output().endswith("x the end\n")
    assert len(child.output()) <= MOST_OUTPUT_BYTES
    assert "\x1b" not in child.output()


@pytest.mark.skipif(sys.platform != "linux", reason="waits for a process that is not ours")
def test_killing_takes_its_children_too_and_is_harmless_twice():
    child = python(
        "import subprocess, sys, os\n"
        "wait = [sys.executable, '-c', 'input()']\n"
        "grandchild = subprocess.Popen(wait, stdin=subprocess.PIPE)\n"
        "os.write(1, b'\\x04\\x00\\x00\\x00' + grandchild.pid.to_bytes(4, 'little'))\n"
        "grandchild.wait()"
    )
    grandchild = int.from_bytes(child.channel.receive(), "little")
    assert child.wait(0) is None
    its_end = os.pidfd_open(grandchild)
    child.kill()
    assert child.wait(20) == -9
    child.kill()
    child.close()
    assert select.select([its_end], [], [], 10)[0]
    os.close(its_end)


def test_a_program_that_is_not_there_is_an_error_in_words():
    with pytest.raises(EngineStoppedError) as caught:
        EngineProcess([os.devnull + "/nothing"])
    assert "cannot be started" in caught.value.problem.title
