"""Chats come back as they were, and only grow."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError, NotFoundError, StorageError
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage.conversations import ChatRow, Conversations
from inglenook.storage.database import Database
from inglenook.storage.organised import Organised

CHAT = ChatId("chat")

WRITE_AND_WAIT = """
import sys
from pathlib import Path
from inglenook.chat.message import Message, Role, Status
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
chats = Conversations(Database.open(Path(sys.argv[1])))
chats.add(Message("2", "1", Role.ASSISTANT, "Once upon", 2, Status.WRITING), "chat")
print("written", flush=True)
sys.stdin.read()
"""


def question(node: str = "1", parent: str | None = None) -> Message:
    return Message(NodeId(node), NodeId(parent) if parent else None, Role.USER, "Why?", 7)


def answer(**more: object) -> Message:
    plain = Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "", 8, Status.WRITING)
    return replace(plain, **more)


@pytest.fixture
def asked(chats: Conversations) -> Conversation:
    """A stored chat with one question."""
    chat = Conversation(CHAT, "On why", 5).with_message(question())
    chats.grow(chat, [question()])
    return chat


def test_a_chat_comes_back_whole(chats: Conversations, asked: Conversation) -> None:
    ended = answer(
        text="Because \0 of ünïcode",
        status=Status.CUT,
        thinking="Hm",
        model="SmolLM2",
        note="The limit was reached.",
        left_out=4,
        needs_tokens=9000,
        timings=Timings(12, 3, 40, 0.25, 41.5),
    )
    grown = asked.with_message(ended)
    chats.grow(grown, [ended])
    assert chats.load(CHAT) == grown


def test_an_added_message_is_the_head(chats: Conversations, asked: Conversation) -> None:
    chats.add(answer(), CHAT)
    assert chats.load(CHAT) == asked.with_message(answer())
    assert chats.summaries() == (ChatRow(CHAT, "On why", 8),)


def test_title_and_head_can_be_saved_alone(chats: Conversations, asked: Conversation) -> None:
    chats.save_chat(asked.with_title("Other"))
    assert chats.load(CHAT).title == "Other"
    chats.save_chat(Conversation(ChatId("new"), "Empty", 3))
    assert chats.load(ChatId("new")) == Conversation(ChatId("new"), "Empty", 3)


def test_the_branch_on_screen_is_remembered(chats: Conversations, asked: Conversation) -> None:
    other = question("3")
    chats.grow(asked.with_message(other), [other])
    chats.set_head(CHAT, NodeId("1"))
    assert chats.load(CHAT).head == "1"


def test_chats_are_listed_the_last_used_first(chats: Conversations) -> None:
    for number, name in enumerate("ABC"):
        chats.save_chat(Conversation(ChatId(name), name, number))
    chats.add(replace(question(), created_ms=50), ChatId("A"))
    assert [row.id for row in chats.summaries()] == ["A", "C", "B"]


def test_an_answer_grows_and_ends(chats: Conversations, asked: Conversation) -> None:
    chats.add(answer(), CHAT)
    chats.update(answer(text="Be"))
    chats.update(answer(text="Because", status=Status.COMPLETE, timings=Timings(1, 2, 3)))
    last = chats.load(CHAT).message(NodeId("2"))
    assert last == answer(text="Because", status=Status.COMPLETE, timings=Timings(1, 2, 3))


@pytest.mark.usefixtures("asked")
def test_a_finished_message_is_never_changed(chats: Conversations, database: Database) -> None:
    with pytest.raises(BadArgumentError):
        chats.update(replace(question(), text="Other"))
    with pytest.raises(StorageError), database.writing() as connection:
        connection.execute("UPDATE message SET text = 'other'")
    with pytest.raises(StorageError), database.writing() as connection:
        connection.execute("DELETE FROM message")
    assert chats.load(CHAT).message(NodeId("1")) == question()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("status", [Status.CUT, Status.STOPPED, Status.INTERRUPTED])
def test_an_answer_that_stopped_short_can_be_written_on(
    chats: Conversations, status: Status
) -> None:
    short = answer(text="Be\0", thinking="Hm", status=status, note="Why", needs_tokens=7)
    chats.add(short, CHAT)
    chats.go_on(short)
    opened = chats.load(CHAT).message(short.id)
    assert opened == answer(text="Be\0", thinking="Hm", status=Status.WRITING)
    ended = replace(opened, text="Be\0cause", status=Status.COMPLETE)
    chats.update(ended)
    assert chats.load(CHAT).message(short.id) == ended


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "change", ["text = 'Be'", "text = 'Be' || char(0) || 'x'", "thinking = ''", "role = 'user'"]
)
def test_what_was_written_is_not_taken_back(
    chats: Conversations, database: Database, change: str
) -> None:
    short = answer(text="Be\0c", thinking="Hm", status=Status.CUT)
    chats.add(short, CHAT)
    chats.go_on(short)
    with pytest.raises(StorageError), database.writing() as connection:
        connection.execute(f"UPDATE message SET {change} WHERE id = '2'")


@pytest.mark.usefixtures("asked")
def test_an_answer_that_is_whole_or_was_replied_to_is_not_written_on(
    chats: Conversations, database: Database
) -> None:
    whole = answer(text="Because", status=Status.COMPLETE)
    chats.add(whole, CHAT)
    with pytest.raises(BadArgumentError):
        chats.go_on(whole)
    with pytest.raises(NotFoundError):
        chats.go_on(replace(whole, id=NodeId("9")))
    cut = replace(whole, id=NodeId("3"), status=Status.CUT)
    chats.add(cut, CHAT)
    chats.add(question("4", "3"), CHAT)
    with pytest.raises(BadArgumentError):
        chats.go_on(cut)
    with pytest.raises(StorageError), database.writing() as connection:
        connection.execute("UPDATE message SET status = 'writing' WHERE id = '3'")
    assert chats.load(CHAT).message(cut.id) == cut


@pytest.mark.usefixtures("asked")
def test_an_answer_whose_writer_died_while_it_went_on_keeps_its_text(
    chats: Conversations, path: Path
) -> None:
    short = answer(text="Once", status=Status.CUT)
    chats.add(short, CHAT)
    chats.go_on(short)
    chats.update(replace(short, text="Once upon", status=Status.WRITING))
    chats.close()
    again = Conversations(Database.open(path))
    assert again.interrupt_unfinished() == 1
    left = again.load(CHAT).message(short.id)
    assert (left.status, left.text) == (Status.INTERRUPTED, "Once upon")
    again.go_on(left)
    again.close()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "change",
    ["parent = NULL", "role = 'user'", "created_ms = 0", "chat = 9", "id = 'x'", "row = 9"],
)
def test_an_answer_being_written_stays_in_its_place(
    chats: Conversations, database: Database, change: str
) -> None:
    chats.add(answer(), CHAT)
    with pytest.raises(StorageError), database.writing() as connection:
        connection.execute(f"UPDATE message SET {change} WHERE id = '2'")


@pytest.mark.usefixtures("asked")
def test_a_message_needs_its_chat_its_parent_and_an_id_of_its_own(chats: Conversations) -> None:
    with pytest.raises(NotFoundError):
        chats.add(question("5"), ChatId("nowhere"))
    with pytest.raises(StorageError):
        chats.add(question("5", "4"), CHAT)
    with pytest.raises(StorageError):
        chats.add(question("1"), CHAT)
    chats.save_chat(Conversation(ChatId("other")))
    with pytest.raises(StorageError):
        chats.add(question("6", "1"), ChatId("other"))
    assert len(chats.load(CHAT).nodes) == 1


def test_growing_is_all_or_nothing(chats: Conversations, asked: Conversation) -> None:
    with pytest.raises(StorageError):
        chats.grow(asked.with_title("New"), [answer(), question("1")])
    assert chats.load(CHAT) == asked


def test_what_is_not_there_is_said_so(chats: Conversations) -> None:
    nowhere = ChatId("nowhere")
    for act in (
        lambda: chats.load(nowhere),
        lambda: chats.set_head(nowhere, None),
        lambda: chats.update(answer()),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_text_no_encoding_has_is_stored_with_a_mark(
    chats: Conversations, asked: Conversation
) -> None:
    chats.add(answer(text="half \ud83d", status=Status.COMPLETE), CHAT)
    assert chats.load(CHAT).message(NodeId("2")).text == "half \N{REPLACEMENT CHARACTER}"


@pytest.mark.usefixtures("asked")
def test_an_answer_whose_writer_died_is_kept_as_interrupted(
    chats: Conversations, path: Path, program
) -> None:
    child = program(WRITE_AND_WAIT, path)
    assert child.stdout.readline() == "written\n"
    assert chats.interrupt_unfinished() == 0
    child.kill()
    child.wait()
    assert chats.interrupt_unfinished() == 1
    left = chats.load(CHAT).message(NodeId("2"))
    assert (left.status, left.text) == (Status.INTERRUPTED, "Once upon")
    assert [hit.node for hit in chats.search("upon")] == ["2"]


@pytest.mark.usefixtures("asked")
def test_our_own_unfinished_answer_is_not_interrupted(
    chats: Conversations, database: Database, path: Path
) -> None:
    chats.add(answer(), CHAT)
    assert chats.interrupt_unfinished() == 0
    chats.close()
    again = Conversations(Database.open(path))
    assert again.interrupt_unfinished() == 1
    again.close()


def test_a_reading_thread_sees_what_was_stored(
    chats: Conversations, asked: Conversation, path: Path
) -> None:
    reader = Database.open_to_read(path)
    assert Conversations(reader).load(CHAT) == asked
    assert [hit.node for hit in Conversations(reader).search("why")] == [None, "1"]
    with pytest.raises(StorageError):
        Conversations(reader).set_head(CHAT, None)
    assert reader.token == ""
    reader.close()


@pytest.mark.slow
def test_opening_ten_thousand_messages_takes_under_a_third_of_a_second(
    chats: Conversations, long_chat: Callable[..., Conversation], benchmark_s
) -> None:
    chat = long_chat("big", 10_000)
    chats.grow(chat, chat.nodes.values())
    assert benchmark_s(lambda: chats.load(chat.id)) < 0.3  # 0.11 s, two cores, 2026-11


def test_the_index_agrees_with_the_messages(
    chats: Conversations, database: Database, long_chat: Callable[..., Conversation]
) -> None:
    for name in ("one", "two"):
        chat = long_chat(name, 30)
        chats.grow(chat, chat.nodes.values())
    organised = Organised(database)
    organised.name(ChatId("one"), "Renamed", "person", over=("",))
    organised.remove([ChatId("two")], 1)
    organised.erase([ChatId("two")])
    with database.writing() as connection:
        for index in ("message_index", "chat_index"):
            connection.execute(
                f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"
            )


@pytest.mark.usefixtures("asked")
def test_a_speed_that_is_no_number_does_not_spoil_the_chat(chats: Conversations) -> None:
    ended = answer(status=Status.COMPLETE, timings=Timings(1, 1, 1, 0.5, float("nan")))
    chats.add(ended, CHAT)
    assert chats.load(CHAT).message(NodeId("2")).timings == Timings(1, 1, 1, 0.5, 0.0)
