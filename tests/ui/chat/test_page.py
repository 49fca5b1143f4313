from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.echo import echo_plan
from inglenook.services.events import EnginePhase, EngineState, LiveText
from inglenook.ui.chat.page import ChatPage
from inglenook.ui.household import view_maker
from inglenook.ui.style import Look

CHAT = ChatId("C")
QUESTION = Message(NodeId("1"), None, Role.USER, "What is bread?", 1)
ANSWER = Message(
    NodeId("2"), QUESTION.id, Role.ASSISTANT, "", 2, Status.WRITING, model="SmolLM2"
)
WRITING = Conversation.of(CHAT, (QUESTION, ANSWER), title="Bread")
DONE = WRITING.with_change(replace(ANSWER, text="Flour and water.", status=Status.COMPLETE))


@pytest.fixture
def page(qtbot: QtBot, look: Look, services: StandIn) -> ChatPage:
    made = ChatPage(look, services.chat, view_maker())
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    made.show_engine(EngineState(EnginePhase.READY))
    return made


def test_an_empty_chat_greets_and_makes_no_conversation_view(page: ChatPage):
    page.open(Conversation(CHAT))
    assert page.greeting.isVisible()
    assert page._view is None


def test_a_running_answer_is_followed_until_it_ends(
    qtbot: QtBot, page: ChatPage, services: StandIn
):
    page.open(WRITING)
    assert page.is_answering()
    assert page.composer.button.accessibleName() == "Stop"
    seen = []
    page._view.stream = lambda node, live: seen.append((node, live.text))
    services.chat.lives[ANSWER.id] = LiveText("Flour", "", "", 1, 0.0)
    qtbot.waitUntil(lambda: (ANSWER.id, "Flour") in seen)
    page.renew(DONE)
    assert not page._timer.isActive()
    assert not page.is_answering()
    assert page.composer.button.accessibleName() == "Send"


def test_stop_asks_the_service(page: ChatPage, services: StandIn):
    page.open(WRITING)
    page.composer.button.click()
    assert services.asked("chat.stop") == [(CHAT,)]
    page.renew(DONE)
    page.stop()
    assert len(services.asked("chat.stop")) == 1


def test_the_wishes_of_the_conversation_reach_the_service(page: ChatPage, services: StandIn):
    page.open(DONE)
    page._view.regenerate_asked.emit(ANSWER.id)
    page._view.branch_asked.emit(QUESTION.id)
    page.regenerate()
    assert services.asked("chat.regenerate") == [(CHAT, ANSWER.id)] * 2
    assert services.asked("chat.show") == [(CHAT, QUESTION.id)]


def test_an_answer_that_was_cut_is_gone_on_with(page: ChatPage, services: StandIn):
    page.open(DONE)
    page.go_on()
    assert services.asked("chat.go_on") == []
    cut = WRITING.with_change(replace(ANSWER, text="Flour", status=Status.CUT))
    page.renew(cut)
    page.go_on()
    page._view.continue_asked.emit(ANSWER.id)
    assert services.asked("chat.go_on") == [(CHAT, ANSWER.id)] * 2
    page.renew(cut.continuing(ANSWER.id))
    assert page.is_answering()


def test_what_is_too_long_is_offered_the_context_the_model_could_have(
    page: ChatPage, services: StandIn
):
    model, plan = echo_plan("echo.gguf")
    failed = replace(ANSWER, status=Status.FAILED, needs_tokens=12_000)
    page.open(WRITING.with_change(failed))
    for phase in (EnginePhase.LOADING, EnginePhase.READY, EnginePhase.RESTING):
        page.show_engine(EngineState(phase, model, plan))
        context = 0 if phase is EnginePhase.LOADING else 8192
        assert page._view._reach.context_tokens == context
    page._view.lengthen_asked.emit(ANSWER.id)
    assert services.asked("chat.lengthen") == [(CHAT, ANSWER.id)]


def test_an_edited_message_becomes_a_new_version(page: ChatPage, services: StandIn):
    page.open(DONE)
    page.composer.put("half a thought")
    page._view.edit_asked.emit(QUESTION.id)
    assert page.composer.text() == "What is bread?"
    page.composer.put("What is rye bread?")
    page.composer.button.click()
    assert services.asked("chat.edit") == [(CHAT, QUESTION.id, "What is rye bread?")]
    assert services.asked("chat.send") == []
    assert page.composer.text() == "half a thought"


def test_an_edit_that_was_given_up_sends_a_new_message(page: ChatPage, services: StandIn):
    page.open(DONE)
    page._view.edit_asked.emit(QUESTION.id)
    page.composer.leave_edit()
    page.composer.put("Thanks")
    page.composer.button.click()
    assert services.asked("chat.edit") == []
    assert services.asked("chat.send") == [(CHAT, "Thanks")]


def test_arrow_up_edits_the_last_question(page: ChatPage):
    page.open(DONE)
    page.composer.edit_last_asked.emit()
    assert page.composer.is_editing
    assert page.composer.text() == "What is bread?"


def test_leaving_a_chat_in_the_middle_of_an_edit_keeps_the_draft_only(page: ChatPage):
    page.open(DONE)
    page.composer.put("draft")
    page._view.edit_asked.emit(QUESTION.id)
    page.open(Conversation(ChatId("OTHER")))
    assert page.composer.text() == ""
    assert not page.composer.is_editing
    page.open(DONE)
    assert page.composer.text() == "draft"
