"""What is said stays here: no socket, no word in logs, arguments or environments, 0600."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.data.engines import engines
from tests.services.ear import Ear

from inglenook.chat.message import Status
from inglenook.services.events import ConversationOpened, EnginePhase
from inglenook.services.services import Services

SECRET = "quagmire heron"
WAIT_S = 60

# Python reports every socket it makes, binds, connects or resolves a name for, whatever
# module asks; the hook cannot be taken away again.
HOOK = """
import sys

def tell(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.", "ssl.")):
        with open({report!r}, "a") as report:
            report.write(event + "\\n")

sys.addaudithook(tell)
"""
DRIVER = """
import sys
exec(HOOK := {hook!r})
from inglenook.engine import client
from inglenook.hardware import bandwidth, devices, memoryprobe
from inglenook.services import runtimes

def hooked(call):
    return [sys.executable, "-c", HOOK + call]

client.engine_command = runtimes.engine_command = lambda backend: hooked(
    f"from inglenook.engine.host import main; main(['--backend', {{backend!r}}])"
)
devices.probe_command = lambda: hooked("from inglenook.engine.devices import main; main()")
bandwidth.probe_command = lambda threads: hooked(
    f"from inglenook.hardware.bandwidth import main; sys.argv = [{{str(threads)!r}}]; main()"
)
memoryprobe.probe_command = lambda: hooked("from inglenook.engine.probe import main; main()")
{touch}
from inglenook.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def watched(tmp_path):
    """Return what runs the command with every process of it watched for sockets."""
    report = tmp_path / "sockets.txt"

    def run(*arguments, touch=""):
        report.write_text("")
        driver = DRIVER.format(hook=HOOK.format(report=str(report)), touch=touch)
        told = subprocess.run(
            [sys.executable, "-c", driver, *arguments],
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            env={**os.environ, "PYTHONUTF8": "1"},
            check=True,
        )
        return told.stdout, report.read_text().splitlines()

    return run


def test_the_watch_sees_a_socket(watched):
    _, sockets = watched("--version", touch="import socket; socket.socket().close()")
    assert sockets == ["socket.__new__"]


def test_the_echo_opens_no_socket(watched):
    said, sockets = watched("--echo", "chat", "/echo text=Hello")
    assert (said, sockets) == ("Hello\n", [])


@pytest.mark.model
def test_the_starter_opens_no_socket(watched, starter):
    limit = """
from dataclasses import replace
from inglenook.services import chat
usual_for = chat.usual_for
chat.usual_for = lambda size: replace(usual_for(size), answer_limit_tokens=20)
"""
    said, sockets = watched("chat", "Hello", touch=limit)
    assert said.strip()
    assert sockets == []


@pytest.mark.model
def test_planning_and_looking_after_things_opens_no_socket(watched, starter):
    for arguments in (("plan", str(starter)), ("models", "list"), ("doctor",)):
        said, sockets = watched(*arguments)
        assert said
        assert sockets == []


@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("backend", ["echo", "llama"])
def test_a_running_engine_holds_no_socket_and_knows_no_words(backend, starter, monkeypatch):
    """Native code reports nothing to Python; what a process has open shows what it did."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    with Services.open(backend=backend) as services:
        ear = Ear(services.bus)
        chat = ear.start(services).id
        services.chat.send(chat, f"/echo tokens=4000 rate=100\n{SECRET}")
        head = ear.answer(Status.WRITING).head
        while not services.chat.live(head).text:
            assert services.chat.settle(WAIT_S)
        [child] = engines()
        files = [str(each.readlink()) for each in Path(f"/proc/{child.pid}/fd").iterdir()]
        told = repr((child.cmdline(), child.environ()))
    assert not [each for each in files if each.startswith("socket:")]
    assert "heron" not in told
    assert "hf_secret" not in told
    assert "proxy" not in told


def test_no_word_of_a_chat_is_in_the_log(home):
    with Services.open(backend="echo") as services:
        ear = Ear(services.bus)
        services.start()
        chat = ear.wait(ConversationOpened).conversation.id
        for trouble in ("text=", "fail at=2 text=", "bug at=2 text=", "die=abort at=2 text="):
            services.chat.send(chat, f"/echo {trouble}{SECRET}")
            ear.answer()
        services.chat.rename(chat, SECRET)
        services.chat.rename(SECRET, SECRET)  # no such chat
        services.chat.send(SECRET, SECRET)
        services.chat.search(SECRET)
        services.engine.load(f"echo fail {SECRET}.gguf")
        ear.phase(EnginePhase.FAILED)
        services.store.post(lambda: int(SECRET))  # a fault of our own that quotes it
        assert services.chat.settle(WAIT_S)
    log = (home / "logs" / "inglenook.log").read_text()
    assert "a job of store failed" in log
    assert "quagmire" not in log
    assert "heron" not in log


@pytest.mark.skipif(os.name == "nt", reason="permissions are others there")
def test_everything_that_is_kept_is_its_owners_alone(home):
    before = os.umask(0o000)
    try:
        with Services.open(backend="echo") as services:
            ear = Ear(services.bus)
            services.start()
            chat = ear.wait(ConversationOpened).conversation.id
            services.chat.send(chat, "/echo text=Hello")
            ear.answer()
            services.settings.set_theme("dark")
            assert services.chat.settle(WAIT_S)
            while_open = modes_below(home)
    finally:
        os.umask(before)
    for modes in (while_open, modes_below(home)):
        assert len(modes) > 4
        assert {path: mode for path, mode in modes.items() if mode != due(path)} == {}


def modes_below(folder: Path) -> dict[Path, int]:
    paths = [folder, *folder.rglob("*")]
    return {path: stat.S_IMODE(path.stat().st_mode) for path in paths if path.exists()}


def due(path: Path) -> int:
    return 0o700 if path.is_dir() else 0o600


def test_without_any_network_all_is_the_same(home):
    """Run where there is no network at all, if the system lets us make such a place."""
    alone = ["unshare", "--user", "--net", "--map-root-user"]
    can = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    told = subprocess.run(
        [
            *(alone if can else []),
            sys.executable,
            "-m",
            "inglenook",
            "--echo",
            "chat",
            "/echo text=Hi",
        ],
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=True,
    )
    assert told.stdout == "Hi\n"
