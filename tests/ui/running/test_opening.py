"""The way to the sheet, and what it hears while it is open."""

import pytest
from tests.ui.running.test_sheet import MODEL, PATH, previewed

from inglenook.services.events import EngineChanged, EnginePhase, EngineState
from inglenook.ui.running.sheet import RunningSheet


@pytest.fixture
def tell(services, qtbot):
    def publish(*announcements):
        for each in announcements:
            services.bus.publish(each)

    return publish


def test_the_menu_of_the_pill_opens_it_for_the_model_in_use(window, services, tell, qtbot):
    tell(EngineChanged(EngineState(EnginePhase.READY, MODEL)))
    qtbot.waitUntil(lambda: "Test 8B" in window.top.pill.face.accessibleName())
    menu = window.top.pill.menu()
    (line,) = [each for each in menu.actions() if each.text() == "How it runs…"]
    line.trigger()
    sheet = window.findChild(RunningSheet)
    assert sheet.isVisible()
    assert services.asked("running.show") == [(PATH,)]
    tell(previewed())
    qtbot.waitUntil(lambda: sheet.memory.words.summary.text() == previewed().plan.summary)
    tell(EngineChanged(EngineState(EnginePhase.LOADING, MODEL, fraction=0.5)))
    qtbot.waitUntil(lambda: sheet.status.text() == "Loading 50 %")
    sheet.reject()
    assert services.asked("running.done") == [()]


def test_without_a_model_there_is_nothing_to_open(window):
    texts = [each.text() for each in window.top.pill.menu().actions()]
    assert "How it runs…" not in texts
