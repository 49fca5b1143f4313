"""A conversation only grows; the head says which branch is on screen."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError, NotFoundError
from inglenook.core.ids import ChatId, NodeId, sortable_id

CHAT = ChatId("chat")


def said(
    node: str, parent: str | None = None, text: str = "", role: Role = Role.USER
) -> Message:
    return Message(NodeId(node), NodeId(parent) if parent else None, role, text or node, 1)


def small() -> Conversation:
    """A question with two answers, the second of them followed up."""
    messages = [
        said("1", text="Why?"),
        said("2", "1", role=Role.ASSISTANT),
        said("3", "1", role=Role.ASSISTANT),
        said("4", "3"),
    ]
    return Conversation.of(CHAT, messages)


def ids(messages: tuple[Message, ...]) -> list[str]:
    return [message.id for message in messages]


def test_an_empty_conversation_shows_nothing() -> None:
    empty = Conversation(CHAT)
    assert empty.path() == ()
    assert empty.head is None
    assert empty.first_question() == ""
    assert Conversation.of(CHAT, []) == empty


def test_the_path_leads_from_the_first_message_to_the_head() -> None:
    assert ids(small().path()) == ["1", "3", "4"]
    assert ids(small().path(NodeId("2"))) == ["1", "2"]


def test_editing_a_question_keeps_the_old_branch() -> None:
    before = small()
    after = before.with_message(said("5", text="Why not?"))
    assert ids(after.path()) == ["5"]
    assert after.siblings(NodeId("1")) == ("1", "5")
    assert ids(after.showing(NodeId("1")).path()) == ["1", "3", "4"]
    assert "5" not in before.nodes


def test_showing_an_older_answer_goes_down_to_its_newest_leaf() -> None:
    assert small().showing(NodeId("2")).head == "2"
    assert small().showing(NodeId("3")).head == "4"


def test_a_message_is_not_added_twice() -> None:
    with pytest.raises(BadArgumentError):
        small().with_message(said("4", "1"))


def test_a_message_needs_its_parent() -> None:
    with pytest.raises(NotFoundError):
        small().with_message(said("9", "8"))


def test_an_answer_changes_while_it_is_written_and_never_after() -> None:
    answer = replace(said("5", "4", role=Role.ASSISTANT), status=Status.WRITING)
    writing = small().with_message(answer)
    ended = writing.with_change(replace(answer, text="5: because", status=Status.COMPLETE))
    assert ended.message(NodeId("5")).text == "5: because"
    assert ended.head == "5"
    with pytest.raises(BadArgumentError):
        ended.with_change(answer)


@pytest.mark.parametrize("less", [{"text": "So"}, {"thinking": "H"}])
def test_what_is_written_is_not_taken_back(less: dict[str, str]) -> None:
    answer = replace(said("5", "4", role=Role.ASSISTANT), thinking="Hm", status=Status.WRITING)
    with pytest.raises(BadArgumentError):
        small().with_message(answer).with_change(replace(answer, **less))


def cut(node: str, parent: str, text: str = "So far", **more: object) -> Message:
    plain = said(node, parent, text, Role.ASSISTANT)
    return replace(plain, status=Status.CUT, note="Too long.", **more)


def test_an_answer_that_was_cut_goes_on_in_its_place_on_any_branch() -> None:
    chat = small().with_message(cut("5", "4", needs_tokens=9)).showing(NodeId("2"))
    open_again = chat.continuing(NodeId("5"))
    assert open_again.head == "5"
    assert open_again.message(NodeId("5")) == replace(
        cut("5", "4"), status=Status.WRITING, note=""
    )
    longer = replace(open_again.message(NodeId("5")), text="So far so good")
    assert open_again.with_change(longer).message(NodeId("5")) == longer


def test_an_answer_is_not_continued_when_it_is_whole_or_was_replied_to() -> None:
    for chat, node in (
        (small(), "2"),
        (small(), "4"),
        (small().with_message(cut("5", "4")).with_message(said("6", "5")), "5"),
    ):
        with pytest.raises(BadArgumentError):
            chat.continuing(NodeId(node))
    with pytest.raises(NotFoundError):
        small().continuing(NodeId("9"))


def test_what_the_newest_answer_was_not_given_is_known() -> None:
    assert small().first_sent() is None
    assert Conversation(CHAT).first_sent() is None
    assert small().with_message(cut("5", "4", left_out=2)).first_sent() == "4"
    # One that was not begun says nothing; the one before it does.
    more = small().with_message(cut("5", "4", left_out=2)).with_message(said("6", "5"))
    empty = replace(cut("7", "6"), text="", status=Status.FAILED)
    assert more.with_message(empty).first_sent() == "4"
    assert more.with_message(cut("7", "6")).first_sent() is None
    assert small().with_message(cut("5", "4", left_out=99)).first_sent() is None


def test_an_answer_does_not_move_while_it_is_written() -> None:
    answer = replace(said("5", "4"), status=Status.WRITING)
    with pytest.raises(BadArgumentError):
        small().with_message(answer).with_change(replace(answer, parent=NodeId("1")))


def test_what_is_not_there_cannot_be_changed_shown_or_read() -> None:
    for act in (
        lambda: small().with_change(said("9")),
        lambda: small().showing(NodeId("9")),
        lambda: small().message(NodeId("9")),
        lambda: small().path(NodeId("9")),
        lambda: small().siblings(NodeId("9")),
    ):
        with pytest.raises(NotFoundError) as caught:
            act()
        assert caught.value.problem.facts == {"node": "9"}


def test_titles_and_first_questions() -> None:
    titled = small().with_title("On reasons")
    assert titled.title == "On reasons"
    assert titled.first_question() == "Why?"


def test_the_last_answer_is_that_of_the_branch_on_screen() -> None:
    shown = small()
    spoken = [each for each in shown.path() if each.role is Role.ASSISTANT]
    assert shown.last_answer() == spoken[-1].text != ""
    assert Conversation(CHAT).last_answer() == ""


def test_an_unknown_stored_head_gives_way_to_the_newest_branch() -> None:
    built = Conversation.of(CHAT, small().nodes.values(), head=NodeId("gone"))
    assert built.head == "4"
    assert Conversation.of(CHAT, small().nodes.values(), head=NodeId("2")).head == "2"


def test_messages_that_hang_in_the_air_are_dropped() -> None:
    circle = [said("7", "8"), said("8", "7")]
    built = Conversation.of(CHAT, [said("9", "6"), *circle, *small().nodes.values()])
    assert built == small()


def test_a_clock_that_was_set_back_loses_no_message() -> None:
    """A child may then have a smaller id than its parent."""
    built = Conversation.of(CHAT, [said("5"), said("3", "5"), said("4", "3")])
    assert ids(built.path()) == ["5", "3", "4"]


steps = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=30)


@given(steps)
def test_nothing_ever_disappears_and_every_branch_can_be_shown(
    steps: list[tuple[int, bool]],
) -> None:
    chat = Conversation(CHAT)
    for number, (place, starts_anew) in enumerate(steps):
        known = list(chat.nodes)
        parent = None if starts_anew or not known else known[place % len(known)]
        grown = chat.with_message(said(f"{number:02}", parent))
        assert grown.nodes.items() > chat.nodes.items()
        assert grown.head == f"{number:02}"
        chat = grown
    for node in chat.nodes:
        shown = chat.showing(node)
        path = ids(shown.path())
        assert node in path
        assert path[-1] == shown.head
        assert all(
            below.parent == above for above, below in zip(path, shown.path()[1:], strict=False)
        )
        assert list(chat.siblings(node)) == sorted(chat.siblings(node))
        assert node in chat.siblings(node)
    assert Conversation.of(CHAT, chat.nodes.values(), head=chat.head) == chat


def test_the_order_in_which_messages_are_read_does_not_matter() -> None:
    backwards = Conversation.of(CHAT, reversed(list(small().nodes.values())))
    assert backwards == small()
    assert backwards.siblings(NodeId("2")) == ("2", "3")


def test_adding_to_ten_thousand_messages_takes_about_a_tenth_of_a_millisecond() -> None:
    messages = [
        said(sortable_id(number, 0), sortable_id(number - 1, 0) if number else None)
        for number in range(10_000)
    ]
    chat = Conversation.of(CHAT, messages)
    best_s = 1.0
    for number in range(20):
        new = said(sortable_id(20_000 + number, 0), chat.head)
        started_s = time.thread_time()
        chat = chat.with_message(new)
        best_s = min(best_s, time.thread_time() - started_s)
    assert len(chat.path()) == 10_020
    assert best_s < 0.002  # 0.12 ms on a quiet two-core machine, 2026-11


def test_a_branch_is_taken_out_and_the_version_before_it_is_shown():
    talk = Conversation.of(
        ChatId("c"),
        [
            Message(NodeId("1"), None, Role.USER, "q", 1),
            Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "a", 2),
            Message(NodeId("3"), NodeId("1"), Role.ASSISTANT, "b", 3),
            Message(NodeId("4"), NodeId("3"), Role.USER, "more", 4),
        ],
    )
    assert talk.head == "4"
    without = talk.without(NodeId("3"))
    assert list(without.nodes) == ["1", "2"]
    assert without.head == "2"
    assert without.siblings(NodeId("2")) == ("2",)
    assert without.without(NodeId("2")).head == "1"
    assert talk.without(NodeId("2")).head == "4"
    first = replace(talk, head=NodeId("2")).without(NodeId("2"))
    assert first.head == "4"
    empty = talk.without(NodeId("1"))
    assert empty.head is None
    assert not empty.nodes
