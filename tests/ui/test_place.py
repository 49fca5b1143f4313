"""The window comes back where it was and as large as it was."""

import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from inglenook.ui import place
from inglenook.ui.shell import SMALLEST, Shell


def shell(qtbot: QtBot) -> Shell:
    made = Shell()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_next_window_is_as_large_as_the_last_one_was(qtbot: QtBot, home: Path):
    home.mkdir()
    first = shell(qtbot)
    first.resize(SMALLEST[0] + 4, SMALLEST[1] + 6)
    first.close()
    assert shell(qtbot).size() == QSize(SMALLEST[0] + 4, SMALLEST[1] + 6)
    assert stat.S_IMODE((home / place.FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"\xff\x00nonsense", b"AdnQywADAAA", b"A" * 100_000])
def test_a_damaged_file_changes_nothing(qtbot: QtBot, home: Path, content: bytes):
    usual = shell(qtbot).size()
    home.mkdir()
    (home / place.FILE).write_bytes(content)
    assert shell(qtbot).size() == usual


def test_without_a_data_folder_nothing_is_written(qtbot: QtBot, home: Path):
    shell(qtbot).close()
    assert not home.exists()
