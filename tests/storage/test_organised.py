"""Chats are pinned, put aside, named and thrown away many at once; what is erased is gone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.storage.conversations import ChatRow, Conversations
from inglenook.storage.database import Database
from inglenook.storage.organised import Organised, TrashedChat

A, B, C = (ChatId(name) for name in "ABC")
NOWHERE = ChatId("nowhere")


@pytest.fixture
def three(chats: Conversations) -> Conversations:
    """Three chats without messages."""
    for place, name in enumerate((A, B, C)):
        chats.save_chat(Conversation(name, f"Chat {name}", 10 - place))
    return chats


def row(chats: Conversations, chat: ChatId) -> ChatRow:
    return next(each for each in chats.summaries() if each.id == chat)


def test_several_chats_are_pinned_or_put_aside_at_once(
    three: Conversations, organised: Organised
) -> None:
    organised.pin([A, B, NOWHERE], is_pinned=True)
    assert [each.is_pinned for each in three.summaries()] == [True, True, False]
    organised.archive([B, C], 5)
    assert [each.is_archived for each in three.summaries()] == [False, True, True]
    assert not row(three, B).is_pinned  # what is put aside stands above nothing
    organised.unarchive([B])
    organised.pin([A], is_pinned=False)
    assert row(three, B) == ChatRow(B, "Chat B", 9)
    assert row(three, A) == ChatRow(A, "Chat A", 10)


def test_a_name_given_by_hand_is_never_replaced(
    three: Conversations, organised: Organised
) -> None:
    assert organised.name(A, "By the model", "model", over=("",))
    assert not organised.name(A, "Once more", "model", over=("",))
    assert organised.name(A, "By hand", "person", over=("", "model", "person"))
    assert not organised.name(A, "Better", "model", over=("",))
    assert not organised.name(NOWHERE, "Nobody", "model", over=("",))
    assert row(three, A).title == "By hand"
    assert [hit.chat for hit in three.search("hand")] == [A]


def test_removed_chats_come_back_to_where_they_were(
    three: Conversations, organised: Organised
) -> None:
    organised.pin([B], is_pinned=True)
    before = three.summaries()
    gone = organised.remove([A, B, NOWHERE], 7)
    assert gone == (TrashedChat(A, "Chat A", 7), TrashedChat(B, "Chat B", 7))
    assert organised.remove([A], 8) == ()  # it has been there since 7
    assert [each.id for each in three.summaries()] == [C]
    assert organised.trash() == gone[::-1]
    assert organised.restore([A, B, C]) == (A, B)
    assert three.summaries() == before
    assert organised.trash() == ()


def test_only_what_is_in_the_trash_can_be_erased(
    three: Conversations, organised: Organised, database: Database
) -> None:
    with database.writing() as connection:
        connection.executemany("INSERT INTO draft VALUES (?, 'x', 1)", [(A,), (B,)])
        connection.executemany("INSERT INTO queued VALUES (NULL, ?, 1, 'x')", [(A,), (B,)])
    organised.remove([A], 5)
    assert organised.erase([A, B, NOWHERE]) == (A,)
    assert organised.erase([]) == ()
    assert {each.id for each in three.summaries()} == {B, C}
    with database.reading() as connection:
        assert connection.execute("SELECT chat FROM draft").fetchall() == [(B,)]
        assert connection.execute("SELECT chat FROM queued").fetchall() == [(B,)]


def test_the_trash_is_emptied_by_age(three: Conversations, organised: Organised) -> None:
    for when, chat in enumerate((A, B, C), 1):
        organised.remove([chat], when * 10)
    assert organised.erase_removed_before(20) == (A,)
    assert organised.erase_removed_before(20) == ()
    assert [each.id for each in organised.trash()] == [C, B]
    assert organised.erase_removed_before(2**62) == (C, B)


def test_an_erased_chat_leaves_no_trace_in_any_file(
    chats: Conversations,
    organised: Organised,
    database: Database,
    path: Path,
    long_chat: Callable[..., Conversation],
) -> None:
    kept = long_chat("keptwords", 40)
    gone = long_chat("secretcanary", 40)
    for chat in (kept, gone):
        chats.grow(chat, chat.nodes.values())
    organised.remove([gone.id], 1)
    assert traces(path, b"secretcanary")
    organised.erase([gone.id])
    assert traces(path, b"secretcanary") == []
    assert chats.search("secretcanary") == ()
    assert chats.load(kept.id) == kept
    organised.remove([kept.id], 1)
    organised.erase([kept.id])
    database.close()
    assert traces(path, b"keptwords") == []


def traces(path: Path, word: bytes) -> list[str]:
    """Return the files that hold a word, or its end as the index keeps it."""
    contents = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    return [name for name, content in contents.items() if word[4:] in content]
