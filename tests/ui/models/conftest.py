"""A pane that finds models, on screen and in front."""

from collections.abc import Callable, Iterator

import pytest
from finder import Finder
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.ui.style import Look


@pytest.fixture
def make_finder(qtbot: QtBot, look: Look) -> Iterator[Callable[[StandIn], Finder]]:
    made = []

    def make(services: StandIn) -> Finder:
        finder = Finder(look, services)
        made.append(finder)
        qtbot.addWidget(finder.pane)
        finder.pane.show()
        qtbot.waitExposed(finder.pane)
        finder.pane.activateWindow()
        finder.pane.come_forward()
        return finder

    yield make
    for finder in made:
        finder.bridge.close()


@pytest.fixture
def finder(make_finder: Callable[[StandIn], Finder], services: StandIn) -> Finder:
    return make_finder(services)
