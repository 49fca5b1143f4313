"""The application as a person meets it: a window on an X server, real keys, a real model."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from inglenook.chat.message import Message, Status
from inglenook.core.errors import StorageError
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.paths import Folders

WAIT_S = 60
ENDED = {Status.COMPLETE, Status.CUT, Status.STOPPED}


def eventually(condition: Callable[[], bool]) -> None:
    """Look again and again until it is true."""
    pause = threading.Event()
    for _ in range(WAIT_S * 10):
        if condition():
            return
        pause.wait(0.1)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def display() -> Iterator[str]:
    """An X server with a window manager; its name."""
    read, write = os.pipe()
    screen = ["-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), *screen], pass_fds=[write])
    os.close(write)
    with os.fdopen(read) as told:
        name = f":{told.readline().strip()}"
    manager = subprocess.Popen(["openbox"], env={**os.environ, "DISPLAY": name})
    yield name
    for process in (manager, server):
        process.terminate()
        process.wait()


@pytest.fixture
def keys(display: str) -> Callable[..., str]:
    """Send keys and clicks as xdotool does."""

    def send(*arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env={**os.environ, "DISPLAY": display},
            capture_output=True,
            text=True,
            timeout=WAIT_S,
            check=True,
        )
        return done.stdout

    return send


@pytest.fixture
def application(display: str, home: Path) -> Iterator[subprocess.Popen]:
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    running = subprocess.Popen(
        [sys.executable, "-m", "inglenook"], env=environment, stderr=subprocess.PIPE, text=True
    )
    yield running
    if running.poll() is None:
        running.send_signal(signal.SIGKILL)
    running.communicate()


def stored(home: Path) -> tuple[Message, ...]:
    """Return the messages of the newest chat on the disk."""
    folders = Folders.below(home)
    if not folders.database.exists():
        return ()
    database = Database.open_to_read(folders.database)
    try:
        chats = Conversations(database)
        newest = chats.summaries()[:1]
        return chats.load(newest[0].id).path() if newest else ()
    except StorageError:  # it is being created at this moment
        return ()
    finally:
        database.close()


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.usefixtures("starter")
def test_a_stranger_starts_it_asks_and_finds_the_answer_kept(
    application: subprocess.Popen, keys: Callable[..., str], home: Path
) -> None:
    window = keys("search", "--sync", "--onlyvisible", "--name", "Inglenook").split()[-1]
    keys("windowactivate", "--sync", window)
    # The first page has its button focused: Enter starts. Keys that come before it is
    # furnished are lost, as they would be for a person, so look for what they have done.
    eventually(lambda: _has_begun(keys, home))
    eventually(lambda: len(stored(home)) >= 2 and stored(home)[-1].text != "")
    engines = psutil.Process(application.pid).children()
    keys("key", "Escape")
    eventually(lambda: stored(home)[-1].status in ENDED)

    keys("windowactivate", "--sync", window, "key", "ctrl+q")
    assert application.wait(WAIT_S) == 0
    assert "Traceback" not in application.stderr.read()
    _gone, alive = psutil.wait_procs(engines, timeout=WAIT_S)
    assert not alive


def _has_begun(keys: Callable[..., str], home: Path) -> bool:
    keys("key", "Return")
    keys("type", "--delay", "5", "Tell me about lighthouses")
    keys("key", "Return")
    return len(stored(home)) > 0
