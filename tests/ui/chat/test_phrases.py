"""The sentence under a message: why it ended early, or what it left out."""

import pytest

from inglenook.chat.made import Made
from inglenook.chat.message import Message, Role, Status
from inglenook.core.ids import NodeId
from inglenook.ui.chat.phrases import note_look, note_of, thinking_label
from inglenook.ui.theme import LIGHT

LEFT_OUT = "The oldest message was left out: not all fits the model's context."


def said(status: Status, note: str = "") -> str:
    return note_of(Message(NodeId("1"), None, Role.ASSISTANT, "Hello", 1, status, note=note))


def test_what_was_left_out_is_said_under_a_whole_answer():
    assert said(Status.COMPLETE) == ""
    assert said(Status.COMPLETE, LEFT_OUT) == LEFT_OUT


@pytest.mark.parametrize(
    "status", [Status.STOPPED, Status.INTERRUPTED, Status.CUT, Status.FAILED]
)
def test_what_did_not_end_well_is_explained_even_without_a_note(status: Status):
    assert said(status)


def test_a_stopped_answer_says_both():
    assert said(Status.STOPPED, LEFT_OUT) == f"Stopped. {LEFT_OUT}"


def test_nothing_is_said_while_it_is_being_written():
    assert said(Status.WRITING, LEFT_OUT) == ""


@pytest.mark.parametrize("status", [status for status in Status if status != Status.WRITING])
def test_every_note_has_colours_of_the_theme(status: Status):
    _icon, colour, ground = note_look(status)
    assert hasattr(LIGHT, colour)
    assert not ground or hasattr(LIGHT, ground)


def test_the_fold_over_thoughts_says_how_long_they_took():
    assert thinking_label(None, live=True) == "Thinking…"
    assert thinking_label(Made(), live=False) == "Thought before answering"
    assert thinking_label(Made(thought_s=12.0), live=False) == "Thought for 12 s"
