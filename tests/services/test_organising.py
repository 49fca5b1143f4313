"""Folders, pins, archive and trash over a real database: many chats at once, nothing lost."""

import pytest
from tests.services.conftest import WAIT_S

from inglenook.chat.message import Status
from inglenook.core.ids import ChatId, FolderId
from inglenook.services.chatnews import (
    ChatsErased,
    ChatsRemoved,
    FolderDeleted,
    FoldersChanged,
    TrashListed,
)
from inglenook.services.events import ChatListChanged, ConversationOpened
from inglenook.services.organising import DAY_MS, LONGEST_NAME, days_left, tidy_name

SLOW = "/echo tokens=400 rate=60"
NOBODY = ChatId("nobody")


@pytest.fixture
def order(desk):
    return desk.chat.organising


@pytest.fixture
def three(desk):
    """Three chats with an answer each, the one asked last first."""
    desk.ready()
    made = []
    for number in range(3):
        chat = desk.new_chat()
        desk.say(chat, f"/echo text=secret{number}")
        made.append(chat)
    return made


def newest(desk, kind):
    """Return the last announcement of a kind, once all is done."""
    assert desk.chat.settle(WAIT_S)
    return [each for each in desk.ear.all if isinstance(each, kind)][-1]


def rows(desk):
    return {each.id: each for each in newest(desk, ChatListChanged).chats}


def test_chats_are_pinned_put_aside_and_brought_back(desk, order, three):
    a, b, c = three
    order.pin([a, b], is_pinned=True)
    order.archive([b, c])
    found = rows(desk)
    assert [found[each].is_pinned for each in three] == [True, False, False]
    assert [found[each].is_archived for each in three] == [False, True, True]
    order.unarchive([b])
    order.pin([a], is_pinned=False)
    found = rows(desk)
    assert not found[a].is_pinned
    assert not found[b].is_archived
    desk.chat.search("secret")
    assert desk.chat.settle(WAIT_S)
    marked = {hit.chat: hit.is_archived for hit in desk.ear.all[-1].hits}
    assert marked == {a: False, b: False, c: True}


def test_a_folder_takes_chats_in_and_gives_them_back(desk, order, three):
    a, b, _c = three
    home = order.create_folder("  House \n work ", [a])
    other = order.create_folder("")
    order.move([b], home)
    told = newest(desk, FoldersChanged).folders
    assert [(each.id, each.name) for each in told] == [
        (home, "House work"), (other, "New folder")
    ]  # fmt: skip
    assert [rows(desk)[each].folder for each in three] == [home, home, None]
    order.move([a], None)
    order.rename_folder(other, "  ")
    order.rename_folder(other, "Tax")
    order.move_folder(other, -1)
    order.move_folder(other, -1)  # it is the first one already
    order.move_folder(FolderId("gone"), 1)
    assert [each.name for each in newest(desk, FoldersChanged).folders] == ["Tax", "House work"]
    assert rows(desk)[a].folder is None


def test_a_deleted_folder_leaves_its_chats_and_comes_back_in_its_place(desk, order, three):
    a, b, c = three
    first = order.create_folder("First", [a, b])
    last = order.create_folder("Last")
    order.delete_folder(first)
    gone = newest(desk, FolderDeleted)
    assert (gone.folder.name, gone.order) == ("First", (first, last))
    assert set(gone.chats) == {a, b}
    assert [each.folder for each in rows(desk).values()] == [None] * 3
    order.move([b], last)  # where it was put meanwhile it stays
    order.bring_back_folder(gone)
    assert [each.id for each in newest(desk, FoldersChanged).folders] == [first, last]
    assert [rows(desk)[each].folder for each in (a, b, c)] == [first, last, None]


def test_several_chats_are_removed_and_restored_in_one_step(desk, order, three):
    a, b, c = three
    order.remove([a, b, NOBODY])
    gone = newest(desk, ChatsRemoved)
    assert [(each.id, each.title) for each in gone.chats] == [
        (a, "/echo text=secret0"), (b, "/echo text=secret1")
    ]  # fmt: skip
    assert desk.listed() == [c]
    trash = newest(desk, TrashListed).chats
    assert {(each.id, each.days_left) for each in trash} == {(a, 30), (b, 30)}
    order.restore([b, a])
    assert newest(desk, TrashListed).chats == ()
    assert set(desk.listed()) == set(three)
    assert desk.opened[-1] == b
    order.remove([a])
    order.restore([a], opens=False)
    assert desk.chat.settle(WAIT_S)
    assert desk.opened[-1] == b


def test_removing_nothing_is_not_told(desk, order, three):
    order.remove([NOBODY])
    order.restore([NOBODY])
    assert desk.chat.settle(WAIT_S)
    assert not any(isinstance(each, ChatsRemoved) for each in desk.ear.all)
    assert desk.problems == []


def test_a_chat_removed_while_it_is_written_ends_and_comes_back_stopped(desk, order):
    desk.ready()
    chat = desk.new_chat()
    desk.chat.send(chat, SLOW)
    writing = desk.wait_for_text(chat, 10)
    order.remove([chat])
    desk.ear.answer(Status.STOPPED)
    order.restore([chat])
    back = newest(desk, ConversationOpened).conversation
    assert back.message(writing.head).status is Status.STOPPED
    assert desk.stored(chat).message(writing.head).text == back.message(writing.head).text


def test_what_is_said_in_a_removed_chat_brings_it_back(desk, order, three, make_desk):
    order.remove(three)
    desk.say(three[0], "/echo text=again")
    desk.close()
    assert make_desk().listed() == [three[0]]


def test_the_trash_outlives_the_window_and_is_erased_after_its_time(
    desk, order, three, make_desk
):
    order.remove(three[:2])
    desk.close()
    again = make_desk()
    again.chat.organising.start()
    assert len(newest(again, TrashListed).chats) == 2
    again.chat.organising.trash_days = lambda: 0
    again.chat.organising.start()
    assert set(newest(again, ChatsErased).chats) == set(three[:2])
    assert newest(again, TrashListed).chats == ()
    again.close()
    content = b"".join(each.read_bytes() for each in again.path.parent.iterdir())
    assert b"secret2" in content
    assert b"secret0" not in content


def test_chats_are_erased_from_the_trash_alone(desk, order, three):
    a, b, c = three
    order.remove([a, b])
    order.erase([a, c])
    assert newest(desk, ChatsErased).chats == (a,)
    order.trash_days = lambda: 7
    order.list_trash()
    assert [each.days_left for each in newest(desk, TrashListed).chats] == [7]
    order.empty_trash()
    assert newest(desk, ChatsErased).chats == (b,)
    assert desk.listed() == [c]
    desk.chat.open(a)
    assert desk.chat.settle(WAIT_S)
    assert [each.title for each in desk.problems] == ["This chat is no longer there"]


@pytest.mark.parametrize(
    ("age_ms", "days", "left"),
    [(0, 30, 30), (1, 30, 30), (DAY_MS, 30, 29), (40 * DAY_MS, 30, 0), (5, 0, 0), (-9, 7, 7)],
)
def test_days_are_left_until_a_chat_is_erased(age_ms, days, left):
    assert days_left(10**12 - age_ms, 10**12, days) == left


def test_a_folder_has_a_name_of_bearable_length():
    assert len(tidy_name("x y " * 100)) <= LONGEST_NAME
