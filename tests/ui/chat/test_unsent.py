"""By keys: a message waits for the answer to end, and drafts are kept for each chat."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from standin import StandIn
from talks import message

from inglenook.chat.message import Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.services.events import (
    ChatsAnswering,
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
)
from inglenook.services.messagenews import QueueChanged
from inglenook.ui.room import Room

CHAT = ChatId("c")
WRITING = Conversation.of(
    CHAT,
    [message(0, Role.USER, "Q"), message(1, Role.ASSISTANT, "", status=Status.WRITING)],
)


@pytest.fixture
def answering(qtbot: QtBot, window: Room, services: StandIn) -> Room:
    services.bus.publish(EngineChanged(EngineState(EnginePhase.READY)))
    services.bus.publish(ConversationOpened(WRITING))
    services.bus.publish(ChatsAnswering(frozenset({CHAT})))
    qtbot.waitUntil(window.page.is_answering)
    return window


def test_enter_has_a_message_wait_while_an_answer_is_written(
    answering: Room, services: StandIn, qtbot: QtBot
):
    composer, tray = answering.page.composer, answering.unsent.tray
    QTest.keyClicks(composer.field, "And rye?")
    QTest.keyClick(composer.field, Qt.Key.Key_Return)
    assert services.asked("queue.add") == [(CHAT, "And rye?")]
    assert services.asked("chat.send") == []
    assert composer.text() == ""
    services.queue.texts = ("And rye?", "And spelt?", "Thanks")
    services.bus.publish(QueueChanged(CHAT, services.queue.texts))
    qtbot.waitUntil(lambda: len(tray.rows) == 3)
    assert tray.line.accessibleName() == "Sent when the answer has ended"
    assert "And rye?" in tray.rows[0].accessibleName()
    assert not tray.rows[0].up.isEnabled()
    QTest.keyClick(tray.rows[0].down, Qt.Key.Key_Space)
    QTest.keyClick(tray.rows[2].up, Qt.Key.Key_Space)
    QTest.keyClick(tray.rows[2].drop, Qt.Key.Key_Space)
    orders = [texts for _, texts, _ in services.asked("queue.arrange")]
    assert orders == [
        ("And spelt?", "And rye?", "Thanks"),
        ("And rye?", "Thanks", "And spelt?"),
        ("And rye?", "And spelt?"),
    ]
    QTest.keyClick(tray.rows[1].now, Qt.Key.Key_Space)
    assert services.asked("queue.send_now") == [(CHAT, 1, "And spelt?")]


def test_a_waiting_message_is_written_on_in_the_field(
    answering: Room, services: StandIn, qtbot: QtBot
):
    composer, tray = answering.page.composer, answering.unsent.tray
    services.queue.texts = ("first", "second")
    services.bus.publish(QueueChanged(CHAT, services.queue.texts))
    services.bus.publish(QueueChanged(ChatId("other"), ("x",)))
    qtbot.waitUntil(lambda: len(tray.rows) == 2)
    tray.rows[0].edit.click()
    assert composer.text() == "first"
    tray.rows[1].edit.click()
    assert composer.text() == "second"
    orders = [texts for _, texts, _ in services.asked("queue.arrange")]
    assert orders == [("second",), ("first", "first")]
    services.queue.texts = ()
    tray.now_asked.emit(0)
    tray.edit_asked.emit(0)
    assert services.asked("queue.send_now") == []


def test_a_stopped_answer_leaves_the_queue_waiting(
    answering: Room, services: StandIn, qtbot: QtBot
):
    services.queue.texts = ("first",)
    services.bus.publish(ChatsAnswering(frozenset()))
    tray = answering.unsent.tray
    qtbot.waitUntil(lambda: len(tray.rows) == 1)
    assert tray.line.accessibleName() == "Waiting here until you send it"


def test_an_edit_cannot_wait(answering: Room, services: StandIn):
    answering.page.composer.begin_edit("old")
    QTest.keyClick(answering.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("queue.add") == []


def test_a_draft_is_kept_for_each_chat_and_gone_once_it_is_sent(
    answering: Room, services: StandIn, qtbot: QtBot
):
    page = answering.page
    page.composer.put("half a thought")
    qtbot.waitUntil(lambda: services.drafts.of(CHAT) == "half a thought")
    services.drafts.texts[ChatId("d")] = "another"
    done = replace(WRITING.message(WRITING.head), text="A", status=Status.COMPLETE)
    services.bus.publish(ConversationOpened(Conversation(ChatId("d"))))
    qtbot.waitUntil(lambda: page.composer.text() == "another")
    services.bus.publish(ConversationOpened(WRITING.with_change(done)))
    qtbot.waitUntil(lambda: page.composer.text() == "half a thought")
    page.composer.button.click()
    assert services.asked("chat.send") == [(CHAT, "half a thought")]
    assert services.drafts.of(CHAT) == ""
