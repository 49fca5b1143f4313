"""Assistants and what chats chose are on the disk when a call returns."""

import pytest

from inglenook.chat.assistant import MOST_NAME_CHARS, Assistant, Tuning
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.storage.assistants import AssistantRow, Assistants, Setup, tuning_from
from inglenook.storage.database import Database

COACH = Assistant(
    "A",
    "Coach",
    "pencil",
    "Helps",
    "Say {{name}}",
    "m.gguf",
    Tuning(0.5, top_p=0.9),
    "deep",
    "short",
)


@pytest.fixture
def kept(database: Database) -> Assistants:
    return Assistants(database)


def test_rows_come_back_as_they_were_in_their_order(kept: Assistants):
    rows = (AssistantRow("plain", None, 1, is_hidden=True), AssistantRow("A", COACH, 0))
    kept.put(rows, 5)
    assert kept.rows() == (rows[1], rows[0])
    kept.put([AssistantRow("A", None, 2)], 6)
    assert [each.id for each in kept.rows()] == ["plain", "A"]
    kept.drop("plain")
    assert kept.rows() == (AssistantRow("A", None, 2),)


def test_a_chat_remembers_its_assistant_once_it_is_stored(kept: Assistants, chats):
    chat, setup = ChatId("C"), Setup("A", "In German, please")
    assert kept.setup(chat) is None
    assert not kept.set_up(chat, setup)
    node = NodeId(sortable_id(1, 1))
    conversation = Conversation(chat).with_message(Message(node, None, Role.USER, "hi", 1))
    chats.grow(conversation, conversation.path())
    assert kept.set_up(chat, setup)
    assert kept.setup(chat) == setup


def test_what_another_hand_wrote_is_cut_to_what_we_allow(kept: Assistants, database: Database):
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO assistant(id, name, icon, sampling, changed_ms)"
            " VALUES ('X', ?, '../etc', '{\"temperature\": 9}', 0)",
            ("n" * 500,),
        )
    (row,) = kept.rows()
    assert row.assistant == Assistant("X", "n" * MOST_NAME_CHARS, "chat")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"temperature": "warm"}', '{"top_p": -1}'])
def test_a_tuning_that_makes_no_sense_is_the_usual_one(text: str):
    assert tuning_from(text) == Tuning()
