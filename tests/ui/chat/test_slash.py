"""A slash in the message field finds saved prompts and commands, by keyboard and mouse."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parents[1]))

import assistantmatter as stock

from inglenook.chat.assistant import Prompt
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.services.assistantnews import PromptsChanged
from inglenook.services.events import (
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
)
from inglenook.ui.chat.slashlist import SlashList

CRAB = Prompt("crab", "Crab", "🦀🦀 {{animal}} in {{place}}, {{date}}")


@pytest.fixture
def field(window, services):
    services.briefing.known = stock.VALUES
    prompts = PromptsChanged((*stock.PROMPTS.prompts, CRAB))
    ready = EngineChanged(EngineState(EnginePhase.READY))
    for told in (ConversationOpened(Conversation(ChatId("C"))), prompts, ready):
        services.bus.publish(told)
    for _ in range(3):
        QApplication.processEvents()
    window.activateWindow()
    window.page.composer.field.setFocus()
    return window.page.composer.field


@pytest.fixture
def offers(window, field) -> SlashList:
    return window.assistants.slash.list


def names(offers: SlashList) -> list[str]:
    return [each.name for each in offers.offers()]


def test_the_list_is_filtered_as_one_types(field, offers):
    QTest.keyClicks(field, "/")
    assert names(offers)[:4] == ["Explain", "Reply", "Plan the day", "Crab"]
    QTest.keyClicks(field, "e")
    assert names(offers) == ["Explain", "effort"]
    QTest.keyClicks(field, "ch")
    assert names(offers) == []
    assert offers.isHidden()
    field.setPlainText("")
    QTest.keyClicks(field, "/da")
    assert names(offers) == ["Plan the day"]


def test_a_slash_inside_a_line_or_a_path_is_text(field, offers):
    QTest.keyClicks(field, "and/or")
    assert offers.isHidden()
    field.setPlainText("")
    QTest.keyClicks(field, "/m/e")
    assert offers.isHidden()
    field.setPlainText("first\n")
    field.moveCursor(field.textCursor().MoveOperation.End)
    QTest.keyClicks(field, "/re")
    assert names(offers) == ["Reply"]


def test_choosing_fills_in_and_tab_leads_from_blank_to_blank(field, offers, services):
    QTest.keyClicks(field, "/crab")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.toPlainText() == "🦀🦀 {{animal}} in {{place}}, 22 November 2026"
    assert field.textCursor().selectedText() == "{{animal}}"
    QTest.keyClicks(field, "crab")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.textCursor().selectedText() == "{{place}}"
    QTest.keyClicks(field, "the sea")
    QTest.keyClick(field, Qt.Key.Key_Tab)  # nothing is left to fill in: on to the next control
    assert not field.hasFocus()
    assert field.toPlainText() == "🦀🦀 crab in the sea, 22 November 2026"
    assert services.asked("chat.send") == []


def test_arrows_choose_escape_closes_and_stays_closed(field, offers, services):
    QTest.keyClicks(field, "/")
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert offers.current() == offers.offers()[-1]
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert offers.current().name == "Reply"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert offers.isHidden()
    assert field.toPlainText() == "/"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == [(ChatId("C"), "/")]


def test_what_has_no_room_above_the_field_comes_with_the_arrow_keys(
    window, field, offers, look
):
    look.set_scale(200)
    window.shell.resize(window.shell.minimumSize())
    QApplication.processEvents()
    QTest.keyClicks(field, "/")
    shown = len(offers._seen())
    assert shown < len(offers.offers())
    assert offers.geometry().top() + 24 >= 0
    for _ in range(shown):
        QTest.keyClick(field, Qt.Key.Key_Down)
    assert offers._seen()[-1] == shown
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert offers.isHidden()


def test_a_press_of_the_mouse_chooses_as_well(field, offers):
    QTest.keyClicks(field, "/")
    second = offers._box(1).center()
    QTest.mouseMove(offers, QPoint(second))
    QTest.mouseClick(offers, Qt.MouseButton.LeftButton, pos=second)
    assert field.toPlainText().startswith("Write a short, friendly reply")


def test_a_command_does_what_its_action_does(window, field, offers, services):
    QTest.keyClicks(field, "/models")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert window.models.is_open
    assert field.toPlainText() == ""
    window.models.close()
    field.setFocus()
    QTest.keyClicks(field, "/fin")  # there is nothing to be found in an empty chat
    assert names(offers) == []


def test_the_row_that_is_marked_is_read_out(field, offers, monkeypatch):
    said = []
    monkeypatch.setattr(
        "inglenook.ui.chat.slashlist.speak", lambda _widget, words: said.append(words)
    )
    QTest.keyClicks(field, "/e")
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert said[-2].startswith("Explain, 1 of 2. Explain {{topic}}")
    assert said[-1] == "effort, 2 of 2. Change the effort"


def test_the_message_is_saved_as_a_prompt_and_named(window, field, services):
    window.actions_by_name["save_prompt"].trigger()
    assert services.asked("prompts.create") == []
    field.setPlainText("Write a poem\nabout {{what}}")
    window.actions_by_name["save_prompt"].trigger()
    assert services.asked("prompts.create") == [
        ("Write a poem about {{what}}", "Write a poem\nabout {{what}}")
    ]
    window.toast.action.click()
    assert window.pages.shown is not None
