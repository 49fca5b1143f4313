"""All that can be done with one message: by its menu, by keys, and what comes of it."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from standin import StandIn
from talks import message

from inglenook.chat.made import Made
from inglenook.chat.message import Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.engine.lookback import TokenOdds
from inglenook.services.events import ConversationOpened
from inglenook.services.messagenews import BranchRemoved, OddsRead, PromptRendered
from inglenook.ui.chat.details import facts_of
from inglenook.ui.chat.messagemenu import fill
from inglenook.ui.chat.oddstext import chance_in_words, shown_token
from inglenook.ui.chat.target import Act
from inglenook.ui.room import Room

CHAT = ChatId("c")
QUESTION = message(0, Role.USER, "Why?")
ANSWER = replace(
    message(1, Role.ASSISTANT, "Because.\nSo.", model="Qwen3 8B"),
    made=Made(7, 0.7, 40, 0.95, 0.05, "careful", "Baker", 8192, ("CUDA0",), 37, 8, "f16"),
)
TALK = Conversation.of(CHAT, [QUESTION, ANSWER], title="Bread")
ODDS = (
    TokenOdds("Be", math.log(0.9), (("Be", math.log(0.9)), ("So", math.log(0.1)))),
    TokenOdds("cause", math.log(0.1), (("low", math.log(0.6)), ("cause", math.log(0.1)))),
)


@pytest.fixture
def room(qtbot: QtBot, window: Room, services: StandIn) -> Room:
    services.bus.publish(ConversationOpened(TALK))
    qtbot.waitUntil(lambda: window.page._view is not None)
    return window


def menu_of(room: Room, number: int) -> dict[str, object]:
    menu = room.page._view._menus.message_menu(number)
    return {each.objectName(): each for each in menu.actions() if each.objectName()}


def test_the_menu_has_all_of_it_and_says_so_in_words(room: Room):
    assert set(menu_of(room, 1)) == {
        "copy", "quote", "pencil", "refresh", "same seed", "info", "prompt", "odds", "branch",
        "trash",
    }  # fmt: skip
    assert set(menu_of(room, 0)) == {"copy", "quote", "pencil", "refresh", "branch", "trash"}
    assert menu_of(room, 0)["refresh"].text() == "Answer this again"


def test_the_menu_of_a_cut_answer_with_versions(room: Room):
    cut = replace(ANSWER, status=Status.CUT, made=None)
    menu = room.page._view._menus._menu()
    fill(menu, cut, room.page._view.menu_icon, lambda _act: None, versions=2)
    names = {each.objectName(): each.text() for each in menu.actions()}
    assert names["continue"] == "Continue"
    assert names["trash"] == "Delete this version and all below it"
    assert "same seed" not in names


def test_it_opens_by_its_button_and_each_entry_does_what_it_says(room: Room, services: StandIn):
    view = room.page._view
    assert view.targets_of(1)[-1].act is Act.MENU
    view.press(1, view.targets_of(1)[-1])
    for name in ("branch", "trash", "same seed", "refresh", "pencil"):
        menu_of(room, 1)[name].trigger()
    assert services.asked("branches.fork") == [(CHAT, ANSWER.id, "Bread (copy)")]
    assert services.asked("branches.remove") == [(CHAT, ANSWER.id)]
    assert services.asked("chat.regenerate") == [(CHAT, ANSWER.id, 7), (CHAT, ANSWER.id)]
    assert room.page.composer.is_editing


def test_a_removed_branch_can_be_brought_back(room: Room, services: StandIn, qtbot: QtBot):
    services.bus.publish(BranchRemoved(CHAT, ANSWER.id, 3))
    qtbot.waitUntil(room.toast.isVisible)
    assert room.toast.words.text() == "Deleted 3 messages"
    room.toast.action.click()
    assert services.asked("branches.put_back") == [(ANSWER.id,)]


def test_what_is_selected_or_the_last_answer_is_quoted_by_keys(room: Room):
    composer = room.page.composer
    room.actions_by_name["quote"].trigger()
    assert composer.field.toPlainText() == "> Because.\n> So.\n\n"
    composer.field.insertPlainText("Really?")
    room.page._view.select_all()
    room.page._view.quote_selection()
    assert composer.text().startswith("> Because.\n> So.\n\nReally?\n\n> Why?")
    composer.field.undo()
    assert composer.text() == "> Because.\n> So.\n\nReally?"
    room.messages.quote("  \n")
    assert composer.text() == "> Because.\n> So.\n\nReally?"


def test_the_prompt_is_shown_word_for_word(room: Room, services: StandIn, qtbot: QtBot):
    menu_of(room, 1)["prompt"].trigger()
    assert services.asked("lookback.render") == [(CHAT, ANSWER.id)]
    sheet = room.messages._prompt[1]
    services.bus.publish(PromptRendered(NodeId("other"), "x"))
    services.bus.publish(PromptRendered(ANSWER.id, "<|im_start|>Why?", 9, 2, "Qwen3 4B"))
    qtbot.waitUntil(lambda: sheet.text.toPlainText() == "<|im_start|>Why?")
    assert "Qwen3 4B would be given it now: 9 tokens." in sheet.facts.text()
    assert "written by Qwen3 8B" in sheet.facts.text()
    assert "2 oldest messages" in sheet.facts.text()
    sheet.copy.click()
    sheet.take(PromptRendered(ANSWER.id, problem=Problem("No", "Load it.")))
    assert sheet.facts.text() == "No. Load it."
    sheet.accept()
    assert room.messages._prompt is None


def test_the_odds_of_each_token_are_told_by_keys(room: Room, services: StandIn, qtbot: QtBot):
    menu_of(room, 1)["odds"].trigger()
    assert services.asked("lookback.weigh") == [(CHAT, ANSWER.id)]
    sheet = room.messages._odds[1]
    services.bus.publish(OddsRead(ANSWER.id, ODDS[:1], 2))
    qtbot.waitUntil(lambda: sheet.text.toPlainText() == "Be")
    assert sheet.facts.text() == "1 of 2 tokens read again…"
    services.bus.publish(OddsRead(ANSWER.id, ODDS, 2, is_over=True))
    qtbot.waitUntil(lambda: sheet.text.toPlainText() == "Because")
    assert "50 % likely on average; 1 of them less likely than not" in sheet.facts.text()
    assert sheet.here.text() == "1 of 2: “Be”, 90 %"
    sheet.on.click()
    assert sheet.here.text().endswith("“cause”, 10 %")
    cells = [[sheet.table.item(row, column).text() for column in (0, 1)] for row in (0, 1)]
    assert cells == [["low", "60 %"], ["cause (written)", "10 %"]]
    sheet.text.setFocus()
    QTest.keyClick(sheet.text, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    sheet.back.click()
    assert sheet.here.text().startswith("1 of 2")
    sheet.take(OddsRead(ANSWER.id, ODDS, 2, is_over=True, problem=Problem("No", "Wait.")))
    assert sheet.facts.text() == "No. Wait."
    sheet.accept()
    assert services.asked("lookback.stop")


def test_the_card_tells_how_it_was_made_and_leads_on(room: Room, services: StandIn):
    facts = dict(facts_of(ANSWER))
    assert facts["Seed"] == "7"
    assert facts["Effort"] == "Careful"
    assert facts["Assistant"] == "Baker"
    assert facts["Sampling"] == "temperature 0.7 · top-k 40 · top-p 0.95 · min-p 0.05"
    assert facts["Computed on"] == "CUDA0, 37 layers; 8 threads"
    bare = dict(facts_of(replace(ANSWER, made=Made(threads=1, context_tokens=512))))
    assert bare["Seed"] == "a new one each time"
    assert bare["Sampling"] == "always the likeliest token"
    assert bare["Computed on"] == "the processor, 1 thread"
    from inglenook.ui.chat.details import DetailsCard  # noqa: PLC0415

    for act in ("prompt", "odds"):
        room.actions_by_name["details"].trigger()
        card = room.page.findChildren(DetailsCard)[-1]
        getattr(card, act).click()
    assert services.asked("lookback.render")
    assert services.asked("lookback.weigh")


def test_probabilities_and_tokens_in_words():
    words = [chance_in_words(math.log(each)) for each in (1.0, 0.97, 0.052, 0.0001)]
    assert words == ["100 %", "97 %", "5.2 %", "< 0.1 %"]
    assert [shown_token(each) for each in (" a", "\n", "", "b")] == [
        "·a",
        "⏎",
        "part of a sign",
        "b",
    ]
