"""What a model is given of a conversation, and what is said about the rest."""

from dataclasses import replace

import pytest

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.message import Message, Role
from inglenook.chat.window import MOST_RESERVE_TOKENS
from inglenook.core.errors import Problem
from inglenook.core.ids import NodeId
from inglenook.engine.protocol import Turn
from inglenook.services import sent
from inglenook.services.sent import (
    left_out_in_words,
    messages_left_out,
    needed_context,
    start_before,
    turns_of,
    turns_to_go_on,
)


def branch(roles: str, silent: tuple[int, ...] = ()) -> list[Message]:
    """Return a branch by letters: s, u and a; what is silent has no text."""
    words = {"s": Role.SYSTEM, "u": Role.USER, "a": Role.ASSISTANT}
    return [
        Message(NodeId(str(at)), None, words[role], "" if at in silent else f"m{at}", at)
        for at, role in enumerate(roles)
    ]


def test_an_answer_without_text_is_not_sent():
    assert [turn.text for turn in turns_of(branch("uaua", silent=(1,)))] == ["m0", "m2", "m3"]


def test_documents_stand_before_the_words_they_were_sent_with():
    path = branch("ua")
    path[0] = replace(path[0], attachments=(Attachment("n.txt", text="Salt"),))
    first, second = turns_of(path)
    assert first.text.endswith('Document: "n.txt"\n````\nSalt\n````\n\nm0')
    assert second.text == "m1"


def test_what_is_gone_on_with_is_sent_with_its_thoughts_even_if_it_says_nothing_yet():
    path = branch("uaua", silent=(1, 3))
    path[-1] = replace(path[-1], thinking="Hm")
    assert turns_to_go_on(path) == (
        Turn(Role.USER, "m0"),
        Turn(Role.USER, "m2"),
        Turn(Role.ASSISTANT, "", "Hm"),
    )


@pytest.mark.parametrize(
    ("roles", "silent", "turns", "messages"),
    [
        ("uaua", (3,), 0, 0),
        ("uaua", (3,), 2, 2),
        ("uauaua", (1, 5), 1, 2),  # the silent answer goes with its question
        ("suaua", (4,), 2, 3),  # a system message always stays, and nothing stands before it
        ("uaua", (3,), 99, 2),
        ("ua", (1,), 1, 0),
        ("ss", (), 1, 1),
    ],
)
def test_turns_left_out_are_counted_as_messages(roles, silent, turns, messages):
    assert messages_left_out(branch(roles, silent), turns) == messages


@pytest.mark.parametrize(
    ("roles", "silent", "turns"),
    [("uauau", (), 2), ("suauau", (), 2), ("uauauau", (1,), 3), ("uaua", (), 0)],
)
def test_the_next_prompt_begins_where_the_last_one_did(roles, silent, turns):
    path = branch(roles, silent)
    told = max(at for at, each in enumerate(path) if each.role is Role.ASSISTANT)
    left_out = messages_left_out(path[:told], turns)
    path[told] = replace(path[told], left_out=left_out)
    opening = roles.startswith("s")
    assert start_before(path) == (opening + turns if turns else 0)


def test_the_newest_answer_of_the_branch_says_where_that_was():
    path = branch("uauaua", silent=(5,))
    path[1] = replace(path[1], left_out=1)
    assert start_before(path) == 0
    path[3] = replace(path[3], left_out=2)
    assert start_before(path) == 2
    assert start_before([]) == 0


def test_what_was_left_out_is_said_in_a_sentence():
    assert left_out_in_words(0) == ""
    assert left_out_in_words(1).startswith("The oldest message was left out:")
    assert left_out_in_words(3).startswith("The 3 oldest messages were left out:")


def test_the_context_a_long_message_needs_has_room_for_an_answer():
    too_long = Problem("Too long", "Shorten it.", {"tokens": "9000", "budget": "7168"})
    assert needed_context(too_long) == 9000 + MOST_RESERVE_TOKENS


@pytest.mark.parametrize(
    "facts", [{}, {"tokens": "9000"}, {"budget": "7"}, {"tokens": "many", "budget": "7"}]
)
def test_another_problem_needs_no_context(facts):
    assert needed_context(Problem("Other", "Try again.", facts)) == 0


def test_pictures_go_with_their_message_and_the_oldest_are_left_out(monkeypatch):
    old, new = (
        Attachment(f"{name}.png", Kind.IMAGE, data=bytes(size))
        for name, size in (("old", 60), ("new", 50))
    )
    path = branch("uau")
    path[0], path[2] = (
        replace(path[0], attachments=(old,)),
        replace(path[2], attachments=(new,)),
    )
    assert [each.pictures for each in turns_of(path)] == [(old.data,), (), (new.data,)]
    monkeypatch.setattr(sent, "MOST_PICTURES_BYTES", 100)
    first, _, last = turns_of(path)
    assert (first.pictures, last.pictures) == ((), (new.data,))
    assert first.text.startswith("[Pictures were sent here")
    gone = replace(path[0], attachments=(replace(old, data=None),))
    assert turns_of([gone])[0].pictures == ()
