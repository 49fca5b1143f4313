"""The application is killed in the middle of an answer: at most a second of text is lost."""

import os
import subprocess
import sys
import time

import psutil
import pytest

from inglenook.chat.message import Role, Status

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")

AT_MOST_S = 1.0


def run_and_kill(after_s, *arguments):
    """Kill `inglenook chat` some time after its first word; return what it showed, and when.

    Returns:
        Pairs of seconds before the kill and the characters shown until then.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "inglenook", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUTF8": "1"},
        bufsize=0,
    ) as child:
        shown, moments, first_s = b"", [], None
        while first_s is None or time.monotonic() - first_s < after_s:
            shown += os.read(child.stdout.fileno(), 65536)
            first_s = first_s or time.monotonic()
            moments.append((time.monotonic(), len(shown.decode())))
        engines = psutil.Process(child.pid).children()
        child.kill()
        killed_s = time.monotonic()
    gone, alive = psutil.wait_procs(engines, timeout=10)
    assert gone
    assert not alive
    return shown.decode(), [(killed_s - at_s, count) for at_s, count in moments]


def check(house, shown, moments):
    """What is kept begins what was shown, and lacks at most a second of it."""
    answer = house.opened.path()[-1]
    assert answer.role is Role.ASSISTANT
    assert answer.status is Status.INTERRUPTED
    assert answer.text.startswith(shown[: len(answer.text)])
    due = max((count for before_s, count in moments if before_s > AT_MOST_S), default=0)
    assert len(answer.text) >= due


@pytest.mark.parametrize("after_s", [0.3, 1.4, 2.3])
def test_what_was_shown_a_second_before_the_kill_is_kept(open_house, after_s):
    shown, moments = run_and_kill(after_s, "--echo", "chat", "/echo tokens=4000 rate=200")
    house = open_house()
    check(house, shown, moments)
    assert house.say("/echo text=Welcome back").text == "Welcome back"
    assert len(house.stored().path()) == 4


@pytest.mark.model
def test_the_same_with_the_starter(open_house, starter):
    shown, moments = run_and_kill(1.3, "chat", "Tell me a long story about a heron.")
    check(open_house(), shown, moments)
