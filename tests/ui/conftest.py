"""A window over recorded services, offscreen."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parent))

from standin import StandIn

from inglenook.ui.household import view_maker
from inglenook.ui.room import Room
from inglenook.ui.shell import FIRST_SIZE, Shell
from inglenook.ui.style import Look


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Look]:
    qapp.setCursorFlashTime(1000)  # another test may have wanted no motion
    made = Look(qapp)
    made.begin("light", 1.0)
    yield made
    made.deleteLater()
    # Qt deletes what was closed when it next has time; a window that is left would be
    # styled again by every test that follows.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def services() -> StandIn:
    return StandIn()


@pytest.fixture
def open_window(qtbot: QtBot, look: Look) -> Callable[[StandIn], Room]:
    def build(services: StandIn) -> Room:
        shell = Shell()
        shell.resize(*FIRST_SIZE)  # the offscreen screen is smaller
        room = Room(look, services, view_maker())
        room.shell = shell  # keeps it alive
        shell.furnish(room)
        shell.closing.connect(room.bridge.close)
        qtbot.addWidget(shell)
        shell.show()
        qtbot.waitExposed(shell)
        return room

    return build


@pytest.fixture
def window(open_window: Callable[[StandIn], Room], services: StandIn) -> Room:
    return open_window(services)
