"""A branch can be taken out and put back as it was, or copied into a new chat."""

from dataclasses import replace

import pytest

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.made import Made
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import NotFoundError, StorageError
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage.branches import Branches
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database

CHAT, COPY = ChatId("chat"), ChatId("copy")


def said(node: str, parent: str | None, text: str, role: Role = Role.USER) -> Message:
    return Message(NodeId(node), NodeId(parent) if parent else None, role, text, int(node))


PICTURE = Attachment("a.png", Kind.IMAGE, "image/png", 3, data=b"\x01\x02\x03")
LETTER = Attachment("letter.txt", size_bytes=9, text="cinnamon")
TALK = Conversation.of(
    CHAT,
    (
        said("1", None, "question"),
        replace(said("2", "1", "apples", Role.ASSISTANT), attachments=(PICTURE,)),
        replace(said("3", "2", "more"), attachments=(LETTER,)),
        said("4", "1", "pears", Role.ASSISTANT),
        replace(said("5", "4", "plums"), made=Made(seed=7)),
    ),
    head=NodeId("3"),
)


@pytest.fixture
def branches(database: Database, chats: Conversations) -> Branches:
    chats.grow(TALK, TALK.nodes.values())
    return Branches(database)


def attached(database: Database) -> list[tuple[str, str, bytes]]:
    with database.reading() as connection:
        return connection.execute(
            "SELECT message.id, attachment.name, attachment.data FROM attachment"
            " JOIN message ON message.row = attachment.message ORDER BY message.id"
        ).fetchall()


def test_a_branch_goes_with_all_below_it_and_is_found_no_more(
    branches: Branches, chats: Conversations, database: Database
) -> None:
    branches.prune(CHAT, NodeId("2"), NodeId("5"))
    kept = TALK.without(NodeId("2"))
    assert chats.load(CHAT) == replace(kept, head=NodeId("5"))
    assert list(kept.nodes) == ["1", "4", "5"]
    assert chats.search("apples") == ()
    assert chats.search("cinnamon") == ()
    assert len(chats.search("plums")) == 1
    assert attached(database) == []


def test_a_branch_comes_back_as_it_was_also_after_something_new_was_said(
    branches: Branches, chats: Conversations, database: Database
) -> None:
    before = attached(database)
    pruned = branches.prune(CHAT, NodeId("2"), NodeId("5"))
    new = said("6", "5", "new")
    chats.add(new, CHAT)
    branches.put_back(pruned)
    assert chats.load(CHAT) == replace(TALK.with_message(new), head=NodeId("3"))
    assert len(chats.search("apples")) == 1
    assert len(chats.search("cinnamon")) == 1
    assert attached(database) == before


def test_a_branch_cannot_come_back_without_what_it_followed(branches: Branches) -> None:
    pruned = branches.prune(CHAT, NodeId("5"), NodeId("4"))
    branches.prune(CHAT, NodeId("4"), NodeId("3"))
    with pytest.raises(StorageError):
        branches.put_back(pruned)


def test_what_is_not_there_is_told(branches: Branches, chats: Conversations) -> None:
    with pytest.raises(NotFoundError):
        branches.prune(ChatId("other"), NodeId("2"), None)
    with pytest.raises(NotFoundError):
        branches.copy(CHAT, [(NodeId("9"), NodeId("19"))], COPY, 1)
    with pytest.raises(NotFoundError):
        branches.copy(ChatId("none"), [(NodeId("1"), NodeId("19"))], COPY, 1)
    assert chats.load(CHAT) == TALK


def test_a_message_alone_still_cannot_go(branches: Branches, database: Database) -> None:
    with pytest.raises(StorageError), database.writing() as connection:
        connection.execute("DELETE FROM message WHERE id = '3'")


def test_a_copy_has_one_branch_and_what_was_attached(
    branches: Branches, chats: Conversations, database: Database
) -> None:
    nodes = [(NodeId(each), NodeId(f"1{each}")) for each in "12"]
    branches.copy(CHAT, nodes, COPY, 50)
    copy = chats.load(COPY)
    assert [(each.id, each.parent, each.text) for each in copy.path()] == [
        ("11", None, "question"),
        ("12", "11", "apples"),
    ]
    assert {hit.chat for hit in chats.search("apples")} == {CHAT, COPY}
    assert [node for node, _, data in attached(database) if data == b"\x01\x02\x03"] == [
        "12",
        "2",
    ]
    assert chats.load(CHAT) == TALK


def test_how_an_answer_was_made_is_kept(chats: Conversations, database: Database) -> None:
    made = Made(3, 0.7, 40, 0.95, 0.05, "careful", "Writer", 8192, ("CUDA0",), 33, 4, "q8_0")
    question = said("1", None, "q")
    writing = replace(said("2", "1", "", Role.ASSISTANT), status=Status.WRITING)
    talk = Conversation(CHAT).with_message(question).with_message(writing)
    chats.grow(talk, (question, writing))
    chats.update(replace(writing, status=Status.COMPLETE, made=made))
    assert chats.load(CHAT).message(NodeId("2")).made == made
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO message(chat, id, parent, role, text, created_ms, status, thinking,"
            " model, note, left_out, needs_tokens, made) SELECT row, '3', '2', 'user', '', 1,"
            " 'complete', '', '', '', 0, 0, '[]' FROM chat"
        )
    assert chats.load(CHAT).message(NodeId("3")).made is None
