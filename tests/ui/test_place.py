"""The window comes back where it was and as large as it was."""

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.ui import place
from inglenook.ui.room import Room
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


def test_a_window_from_a_screen_that_is_gone_comes_back_into_sight(qtbot: QtBot, home: Path):
    home.mkdir()
    first = shell(qtbot)
    first.move(9_000, 7_000)  # where a second screen was
    first.close()
    second = shell(qtbot)
    assert second.screen().availableGeometry().intersects(second.geometry())
    assert second.width() <= max(second.screen().availableSize().width(), SMALLEST[0])


def test_a_window_that_filled_its_screen_does_so_again(qtbot: QtBot, home: Path):
    home.mkdir()
    first = shell(qtbot)
    first.showMaximized()
    first.close()
    assert shell(qtbot).windowState() & Qt.WindowState.WindowMaximized


def test_the_side_bar_stays_away_as_it_was_left(
    open_window: Callable[[StandIn], Room], services: StandIn
):
    window = open_window(services)
    window.frame.toggle_side()
    assert services.asked("settings.choose") == [("side_bar", False)]
    services.settings.now = replace(services.settings.now, side_bar=False)
    assert not open_window(services).side.isVisible()


def test_without_a_data_folder_nothing_is_written(qtbot: QtBot, home: Path):
    shell(qtbot).close()
    assert not home.exists()
