"""Conversations in memory: stored before they are shown, finished on a full disk too."""

import pytest

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.bus import Bus
from inglenook.services.events import ConversationChanged, ProblemArose
from inglenook.services.openchats import OpenChats
from inglenook.services.stamps import Stamps

CHAT = ChatId("3" * 26)
WRITING = Message(NodeId("4" * 26), None, Role.ASSISTANT, "", 1, Status.WRITING)
DONE = Message(NodeId("4" * 26), None, Role.ASSISTANT, "Hi", 1)


@pytest.fixture
def heard(bus, hear):
    return hear(bus).all


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def chats(desk, bus, heard):
    made = OpenChats(bus, desk.store, Stamps())
    conversation = Conversation.of(CHAT, [WRITING])
    desk.store.ask(lambda: made.store(conversation, WRITING))
    desk.store.ask(lambda: made.change(conversation))
    return made


def test_the_end_of_an_answer_is_shown_and_stored(desk, chats, heard):
    desk.store.ask(lambda: chats.finish(CHAT, DONE))
    assert heard[-1].conversation.message(DONE.id) == DONE
    assert desk.stored(CHAT).message(DONE.id) == DONE


def test_an_end_that_cannot_be_stored_is_shown_and_stored_at_the_next_occasion(
    desk, chats, heard
):
    with desk.locked():
        desk.store.ask(lambda: chats.finish(CHAT, DONE))
    assert isinstance(heard[-2], ConversationChanged)
    assert isinstance(heard[-1], ProblemArose)
    assert desk.store.ask(chats.store_finished) is None
    assert desk.stored(CHAT).message(DONE.id) == DONE


def test_an_answer_that_another_program_has_erased_is_let_go(desk, chats, heard):
    desk.store.ask(lambda: desk.store.organised.remove([CHAT], 1))
    desk.store.ask(lambda: desk.store.organised.erase([CHAT]))
    desk.store.ask(lambda: chats.finish(CHAT, DONE))
    assert not any(isinstance(each, ProblemArose) for each in heard)


def test_an_answer_that_another_program_has_ended_is_let_go(desk, chats, heard):
    desk.store.ask(lambda: desk.store.conversations.update(DONE))
    desk.store.ask(lambda: chats.finish(CHAT, DONE))
    assert not any(isinstance(each, ProblemArose) for each in heard)
