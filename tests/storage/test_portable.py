"""Whole chats go into the database and come out of it without a difference."""

from dataclasses import replace

import pytest

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.message import Message, Role, Timings
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.errors import StorageError
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.portable import PortableChats


def node(number: int) -> NodeId:
    return NodeId(sortable_id(5, number))


def chat(name: str = "A") -> PortableChat:
    question = Message(node(1), None, Role.USER, "Why trees?", 5)
    first = Message(node(2), node(1), Role.ASSISTANT, "Because.", 6, model="Small")
    second = replace(first, id=node(3), timings=Timings(1, 2, 3, 0.5, 4.0), thinking="Hm")
    tree = Conversation.of(
        ChatId(sortable_id(5, ord(name))), [question, first, second], title=name, created_ms=5
    )
    return PortableChat(
        tree.showing(first.id),
        updated_ms=9,
        titled="person",
        assistant="writer",
        folder="Work",
        is_pinned=True,
        archived_ms=8,
        files={
            node(1): (
                Attachment("a.txt", text="leaves"),
                Attachment("p", Kind.IMAGE, data=b"\0"),
            )
        },
        made={node(3): '{"seed":1}'},
    )


def test_a_chat_comes_back_as_it_was(database: Database) -> None:
    stored = PortableChats(database)
    stored.add(chat())
    assert stored.load(chat().conversation.id) == chat()
    assert stored.every() == (chat().conversation.id,)
    assert stored.known([chat().conversation.id, ChatId("x")]) == {chat().conversation.id}


def test_what_came_is_found_by_its_words(database: Database) -> None:
    PortableChats(database).add(chat())
    hits = Conversations(database).search("trees")
    assert [hit.chat for hit in hits] == [chat().conversation.id]


def test_two_chats_share_a_folder_of_one_name(database: Database) -> None:
    stored = PortableChats(database)
    stored.add(chat())
    stored.add(chat("B"))
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM folder").fetchone() == (1,)
    assert stored.load(chat("B").conversation.id).folder == "Work"


def test_messages_whose_ids_are_taken_get_new_ones(database: Database) -> None:
    stored = PortableChats(database)
    stored.add(chat())
    stored.add(chat("B"))
    other = stored.load(chat("B").conversation.id)
    assert other.conversation.nodes.keys().isdisjoint(chat().conversation.nodes)
    texts = [each.text for each in other.conversation.path()]
    assert texts == ["Why trees?", "Because."]
    assert [each.name for each in other.files[other.conversation.path()[0].id]] == [
        "a.txt",
        "p",
    ]


def test_half_a_chat_is_never_stored(database: Database) -> None:
    stored = PortableChats(database)
    broken = replace(chat(), files={node(3): (Attachment("x", kind="disk"),)})
    with pytest.raises(StorageError):
        stored.add(broken)
    with database.reading() as connection:
        for table in ("chat", "message", "attachment", "folder"):
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert found == (0,)
    stored.add(chat())
    with pytest.raises(StorageError):
        stored.add(chat())
