"""A portable copy, started as a frozen program is, leaves nothing on the computer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """#!{python}
import sys
sys.path.insert(0, {app!r})
sys.frozen, sys.executable = True, __file__
from inglenook.main import main
sys.exit(main())
"""


@pytest.fixture
def program(tmp_path):
    """Return a program that takes itself for frozen, with the mark beside it."""
    path = tmp_path / "stick" / "inglenook"
    path.parent.mkdir()
    path.write_text(PROGRAM.format(python=sys.executable, app=str(ROOT / "app")))
    path.chmod(0o755)
    (path.parent / "inglenook-portable.txt").touch()
    return path


@pytest.fixture
def empty_home(tmp_path):
    folder = tmp_path / "person"
    folder.mkdir()
    return folder


def start(program, home, *arguments, line='exec "$@"'):
    """Run the program with nothing of ours in its environment."""
    environment = {
        "HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": str(home / "tmp"),
        "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    return subprocess.run(
        ["sh", "-c", line, "sh", str(program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_portable_copy_keeps_chats_caches_and_logs_beside_itself(program, empty_home):
    asked = start(program, empty_home, "--echo", "chat", "--json", "Hello there")
    assert asked.returncode == 0, asked.stderr
    shown = start(program, empty_home, "--echo", "--quit-when-furnished")
    assert shown.returncode == 0, shown.stderr
    assert list(empty_home.rglob("*")) == []
    kept = program.parent / "inglenook-data"
    assert {"inglenook.db", "logs", "cache", "models"} <= {each.name for each in kept.iterdir()}


def test_on_a_medium_that_cannot_be_written_it_says_what_to_do(program, empty_home):
    (program.parent / "inglenook-data").touch()  # as little writable as a folder on a CD
    asked = start(program, empty_home, "--echo", "chat", "Hello")
    assert asked.returncode == 1
    assert "Copy its whole folder to a disk that can be written" in asked.stderr
    assert list(empty_home.rglob("*")) == []


def test_the_window_opens_where_there_are_no_standard_streams(program, empty_home):
    """As Windows starts a program without a console, and some desktops do."""
    closed = 'exec "$@" <&- >&- 2>&-'
    shown = start(program, empty_home, "--echo", "--quit-when-furnished", line=closed)
    assert shown.returncode == 0
    assert not (program.parent / "inglenook-data" / "logs" / "crashes.txt").read_text()
