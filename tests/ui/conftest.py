"""A window over recorded services, offscreen."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

sys.path.insert(0, str(Path(__file__).parent))

from standin import StandIn

from inglenook.ui.app import make_application, view_maker
from inglenook.ui.style import Look
from inglenook.ui.window import Window


@pytest.fixture(scope="session")
def qapp_cls() -> Callable[[list[str]], QApplication]:
    return lambda _argv: make_application()


@pytest.fixture
def look(qapp: QApplication) -> Iterator[Look]:
    made = Look(qapp)
    made.begin("light", 1.0)
    yield made
    made.deleteLater()


@pytest.fixture
def services() -> StandIn:
    return StandIn()


@pytest.fixture
def open_window(qtbot: QtBot, look: Look) -> Callable[[StandIn], Window]:
    def build(services: StandIn) -> Window:
        window = Window(look, services, view_maker())
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    return build


@pytest.fixture
def window(open_window: Callable[[StandIn], Window], services: StandIn) -> Window:
    return open_window(services)
