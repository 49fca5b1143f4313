"""The engine process itself: a real child, spoken to by hand."""

import os
import select
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.engine.host import NO_BACKEND
from inglenook.engine.loop import BAD_COMMAND
from inglenook.engine.process import EngineProcess, engine_command, engine_environment
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Fatal,
    Load,
    Loaded,
    Ready,
    Shutdown,
    Tick,
    Turn,
    event_from,
    to_bytes,
)
from inglenook.models.fit import EngineSettings

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@contextmanager
def engine(backend):
    process = EngineProcess(engine_command(backend))
    yield process
    process.kill()
    process.wait(20)
    process.close()


@pytest.fixture
def child():
    with engine("echo") as process:
        yield process


def until(child, kind):
    while not isinstance(event := event_from(child.channel.receive()), kind):
        continue
    return event


def test_it_says_its_process_id_and_shows_that_it_lives(child):
    assert until(child, Ready).pid == child.pid
    assert until(child, Tick) == Tick(busy=False)


def test_it_ends_by_itself_when_its_parent_closes_the_pipe(child):
    until(child, Ready)
    child.channel.close()
    assert child.wait(10) == 0


def test_it_ends_when_its_parent_goes_in_the_middle_of_an_answer(child):
    child.channel.send(to_bytes(Load("/x.gguf", EngineSettings())))
    turn = Turn(Role.USER, "/echo tokens=4000 rate=50")
    child.channel.send(to_bytes(Answer("one", "chat", (turn,), Sampling())))
    until(child, Delta)
    child.channel.close()
    assert child.wait(10) == 0


def test_it_ends_when_nobody_reads_what_it_says(child):
    until(child, Ready)
    child.channel._reads.close()
    assert child.wait(10) == 0


def test_shutdown_ends_it_with_status_zero(child):
    child.channel.send(to_bytes(Shutdown()))
    assert child.wait(10) == 0


@pytest.mark.parametrize(
    "data", [b"\x02\x00\x00\x00{}", b"\xff\xff\xff\xffwhat is this", b"\x05\x00\x00\x00null "]
)
def test_what_is_no_command_ends_it_with_a_word_and_never_hangs_it(child, data):
    until(child, Ready)
    child.channel.send_raw(data)
    assert "not a command" in until(child, Fatal).text
    assert child.wait(10) == BAD_COMMAND


def test_a_megabyte_of_text_goes_in_and_comes_out(child):
    text = "ab cd " * 180_000
    settings = EngineSettings(context_tokens=1_000_000)
    child.channel.send(to_bytes(Load("/x.gguf", settings)))
    until(child, Loaded)
    turn = Turn(Role.USER, f"/echo text={text}")
    child.channel.send(to_bytes(Answer("one", "chat", (turn,), Sampling())))
    heard = []
    while not isinstance(event := event_from(child.channel.receive()), Done):
        heard.append(event)
    assert "".join(each.text for each in heard if isinstance(each, Delta)) == text


def test_stray_prints_go_to_standard_error_and_leave_the_pipe_alone():
    code = (
        "import os, sys, threading\n"
        "from inglenook.engine.host import take_standard_streams\n"
        "channel = take_standard_streams()\n"
        "print('from python', flush=True)\n"
        "os.write(1, b'from C\\n')\n"
        "channel.send(b'clean')\n"
        "assert sys.stdin.read() == ''\n"
    )
    child = EngineProcess([sys.executable, "-c", code])
    assert child.channel.receive() == b"clean"
    assert child.channel.receive() is None
    assert child.wait(10) == 0
    child.close()
    assert child.output() == "from python\nfrom C\n"


def test_a_backend_that_cannot_be_loaded_is_named_in_its_last_words():
    code = (
        "import sys\n"
        "sys.modules['llama_cpp'] = None\n"
        "from inglenook.engine.host import main\n"
        "main(['--backend', 'llama'])\n"
    )
    child = EngineProcess([sys.executable, "-c", code])
    assert "llama_cpp" in until(child, Fatal).text
    assert child.wait(10) == NO_BACKEND
    child.close()


@linux_only
def test_it_knows_no_secret_and_maps_no_window_toolkit(child, monkeypatch):
    until(child, Ready)
    proc = Path(f"/proc/{child.pid}")
    names = {
        each.split(b"=")[0].decode() for each in (proc / "environ").read_bytes().split(b"\0")
    }
    assert names - {""} <= set(engine_environment(os.environ))
    maps = (proc / "maps").read_text()
    assert "Qt" not in maps
    assert "llama" not in maps  # it is the echo
    assert (proc / "cwd").resolve() == Path("/")


@pytest.mark.model
@linux_only
def test_the_real_engine_maps_llama_cpp_and_no_window_toolkit():
    with engine("llama") as child:
        assert until(child, Ready).engine.startswith("llama.cpp")
        maps = Path(f"/proc/{child.pid}/maps").read_text()
        assert "libllama" in maps
        assert "Qt" not in maps


@linux_only
def test_it_leaves_no_core_file(child):
    until(child, Ready)
    limits = Path(f"/proc/{child.pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core"))
    assert core.split()[4:6] == ["1", "1"]


@linux_only
def test_no_orphan_is_left_when_the_parent_is_killed():
    code = (
        "import os, sys\n"
        "from inglenook.engine.process import EngineProcess, engine_command\n"
        "child = EngineProcess(engine_command('echo'))\n"
        "child.channel.receive()\n"
        "os.write(1, str(child.pid).encode() + b'\\n')\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    orphan = int(parent.stdout.readline())
    gone = os.pidfd_open(orphan)
    parent.kill()
    parent.communicate()
    assert _ends(gone)
    os.close(gone)


def _ends(pidfd: int, timeout_s: float = 10.0) -> bool:
    return bool(select.select([pidfd], [], [], timeout_s)[0])


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM")
def test_a_plain_request_to_end_ends_it(child):
    until(child, Ready)
    os.kill(child.pid, signal.SIGTERM)
    assert child.wait(10) == -signal.SIGTERM
