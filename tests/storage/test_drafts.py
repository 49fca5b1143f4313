"""What was written and not sent is there after a restart, and goes with its chat."""

import pytest

from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.drafts import Drafts
from inglenook.storage.organised import Organised

CHAT, OTHER = ChatId("chat"), ChatId("other")


@pytest.fixture
def drafts(database: Database) -> Drafts:
    return Drafts(database)


def test_each_chat_has_one_draft_until_it_is_empty(drafts: Drafts) -> None:
    drafts.keep(CHAT, "Dear", 1)
    drafts.keep(CHAT, "Dear \ud800 Ada", 2)
    drafts.keep(OTHER, "x", 3)
    assert drafts.all() == {CHAT: "Dear \ufffd Ada", OTHER: "x"}
    drafts.keep(OTHER, "", 4)
    assert list(drafts.all()) == [CHAT]


def test_a_queue_keeps_its_order(drafts: Drafts) -> None:
    drafts.keep_queue(CHAT, ("first", "second"))
    drafts.keep_queue(OTHER, ("only",))
    drafts.keep_queue(CHAT, ("second", "first", "third"))
    assert drafts.queues() == {CHAT: ("second", "first", "third"), OTHER: ("only",)}


def test_an_erased_chat_takes_both_with_it_and_strays_are_forgotten(
    drafts: Drafts, chats: Conversations, organised: Organised
) -> None:
    question = Message(NodeId("1"), None, Role.USER, "Why?", 7)
    chats.grow(Conversation(CHAT).with_message(question), [question])
    for chat in (CHAT, OTHER, ChatId("new")):
        drafts.keep(chat, "d", 1)
        drafts.keep_queue(chat, ("q",))
    drafts.forget_strays(ChatId("new"))
    assert set(drafts.all()) == set(drafts.queues()) == {CHAT, ChatId("new")}
    organised.remove([CHAT], 9)
    organised.erase([CHAT])
    assert set(drafts.all()) == set(drafts.queues()) == {ChatId("new")}
