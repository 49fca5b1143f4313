"""The first run: three steps, each of which can be skipped, and a question that waits."""

from collections.abc import Callable
from dataclasses import replace

import findmatter as hub
import pytest
import shelfmatter as goods
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from standin import StandIn

from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.models.machine import Machine
from inglenook.services.events import (
    ConversationOpened,
    DownloadFailed,
    DownloadFinished,
    DownloadsChanged,
    EngineChanged,
    EnginePhase,
    EngineState,
)
from inglenook.services.installed import InstalledModel
from inglenook.services.modelnews import RecommendationsLookedUp
from inglenook.ui.firstrun.modelstep import time_in_words
from inglenook.ui.firstrun.page import FirstRun
from inglenook.ui.firstrun.tray import NOW, WAIT
from inglenook.ui.room import Room

BEST = RecommendationsLookedUp(hub.RECOMMENDED, is_complete=True)
OFFER = hub.RECOMMENDED[0].page.suggestion
COMING = hub.coming(OFFER)
SMALL = InstalledModel("/s.gguf", "SmolLM2 135M", "4-bit", 90_000_000, "llama", 8192)
STARTER = replace(SMALL, starter=True)
NEW = InstalledModel("/m/q.gguf", "Qwen3 8B", "4-bit", 5_000_000_000, "qwen3", 40_960)
Key = Qt.Key


def tell(services: StandIn, *announcements: object) -> None:
    for announcement in announcements:
        services.bus.publish(announcement)
    QApplication.processEvents()


@pytest.fixture
def fresh() -> StandIn:
    return StandIn(welcomed=False)


@pytest.fixture
def page(open_window: Callable[[StandIn], Room], fresh: StandIn) -> FirstRun:
    return open_window(fresh).welcome


def test_two_times_enter_lead_to_the_recommended_model(page: FirstRun, fresh: StandIn, qtbot):
    QTest.keyClick(page.go_on, Key.Key_Return)
    assert fresh.asked("settings.choose") == [("first_run_step", 1)]
    assert fresh.asked("browse.recommend") == [()]
    facts = page.model.computer
    qtbot.waitUntil(lambda: "32.0 GB" in facts.memory.accessibleName())
    assert facts.graphics.accessibleName() == "Graphics. 12.0 GB. NVIDIA GeForce RTX 4070"
    assert facts.processor.accessibleName().startswith("Processor. 8 cores. AMD")
    tell(fresh, BEST)
    focus = page.window().focusWidget()
    assert focus is page.model.get
    assert focus.accessibleName().startswith("Get Qwen3 8B, 4.")
    QTest.keyClick(focus, Key.Key_Return)
    assert [wanted for _, wanted in fresh.asked("browse.get")] == [OFFER]
    assert fresh.asked("settings.set_welcomed") == [()]


def test_every_step_can_be_skipped_gone_back_from_and_left_for_a_file(
    page: FirstRun, fresh: StandIn
):
    assert not fresh.asked("browse.recommend")  # nothing is asked before one goes on
    page.go_on.click()
    page.back.click()
    assert page.go_on.isVisible()
    page.skip.click()
    page.go_on.click()
    asked = []
    page.find_asked.connect(lambda: asked.append("find"))
    page.open_file_asked.connect(lambda: asked.append("file"))
    page.model.other.click()
    page.model.file.click()
    page.model.starter.click()
    assert asked == ["find", "file"]
    assert len(fresh.asked("settings.set_welcomed")) == 3


def test_it_goes_on_where_it_was_left(open_window: Callable[[StandIn], Room], fresh: StandIn):
    fresh.settings.now = replace(fresh.settings.now, first_run_step=1)
    assert open_window(fresh).welcome.model.isVisible()


def test_without_a_network_the_starter_is_the_way_on(page: FirstRun, fresh: StandIn):
    fresh.models.measured = Machine((), fresh.models.measured.host)
    page.go_on.click()
    step = page.model
    why = Problem("The Hub cannot be reached", "Check the network.")
    tell(fresh, RecommendationsLookedUp((), is_complete=True, problem=why))
    assert "The Hub cannot be reached. The starter works" in step._heading.text()
    assert page.window().focusWidget() is step.starter
    step.again.click()
    assert len(fresh.asked("browse.recommend")) == 2
    tell(fresh, RecommendationsLookedUp((), is_complete=True))
    assert "Nothing we recommend fits" in step._heading.text()
    fresh.settings.is_offline = True
    step.again.click()
    tell(fresh, BEST)
    assert "Inglenook is offline" in step._heading.text()
    assert step.get.isHidden()


def test_the_time_of_a_download_is_said_for_a_usual_line():
    assert time_in_words(4_700_000_000) == "about 6 min at 100 Mbit/s"
    assert time_in_words(90_000_000) == "less than a minute at 100 Mbit/s"
    assert time_in_words(0) == ""


# --- the third step ---


@pytest.fixture
def waiting(window: Room, services: StandIn) -> Room:
    tell(
        services,
        ConversationOpened(Conversation(ChatId("A"), "")),
        EngineChanged(EngineState(EnginePhase.READY, STARTER)),
        DownloadsChanged((COMING,)),
    )
    return window


def ask(window: Room, text: str) -> None:
    QTest.keyClicks(window.page.composer.field, text)
    QTest.keyClick(window.page.composer.field, Key.Key_Return)


def test_the_starter_answers_at_once_unless_the_person_waits(waiting: Room, services: StandIn):
    tray = waiting.first_question.tray
    assert tray.isVisible()
    assert tray.choice.choice() == NOW
    ask(waiting, "Why?")
    assert services.asked("chat.send") == [("A", "Why?")]
    tray.choice.segment(WAIT).click()
    ask(waiting, "Why is the sky blue?")
    assert len(services.asked("chat.send")) == 1
    assert "as soon as the new model is ready" in tray.words.text()
    tell(services, DownloadFinished(COMING.id, "Qwen3 8B", NEW.path), DownloadsChanged(()))
    assert services.asked("engine.load") == [(NEW.path,)]
    loading = EngineState(EnginePhase.LOADING, NEW)
    tell(
        services,
        EngineChanged(loading),
        EngineChanged(replace(loading, phase=EnginePhase.READY)),
    )
    assert services.asked("chat.send")[1:] == [("A", "Why is the sky blue?")]
    assert not tray.isVisible()


@pytest.mark.parametrize("way", ["empty", "choose", "hide", "fail"])
def test_a_question_that_waits_can_be_taken_back(waiting: Room, services: StandIn, way: str):
    tray, field = waiting.first_question.tray, waiting.page.composer.field
    tray.choice.segment(WAIT).click()
    ask(waiting, "Why?")
    match way:
        case "empty":
            field.clear()
        case "choose":
            tray.choice.segment(NOW).click()
        case "hide":
            tray.shut.click()
            assert tray.isHidden()
        case _:
            tell(services, DownloadFailed(COMING.id, "Qwen3 8B", goods.DISK_FULL))
            tell(services, DownloadsChanged(()))
    ready = EngineState(EnginePhase.READY, NEW)
    tell(services, EngineChanged(ready))
    assert services.asked("chat.send") == []
    assert field.toPlainText() == ("" if way == "empty" else "Why?")


def test_who_has_a_model_of_their_own_sees_no_such_thing(window: Room, services: StandIn):
    ready = EngineState(EnginePhase.READY, NEW)
    tell(services, EngineChanged(ready), DownloadsChanged((COMING,)))
    assert window.first_question.tray is None


def test_every_control_has_a_name_and_the_tab_key_reaches_it(page: FirstRun, fresh: StandIn):
    page.go_on.click()
    tell(fresh, BEST)
    controls = {
        each
        for each in page.findChildren(QAbstractButton)
        if each.isVisible() and each.focusPolicy() != Qt.FocusPolicy.NoFocus
    }
    assert len(controls) == 5
    assert all(each.accessibleName() for each in controls)
    reached = set()
    for _ in range(len(controls) + 2):
        QTest.keyClick(page.window().focusWidget(), Key.Key_Tab)
        reached.add(page.window().focusWidget())
    assert controls <= reached
