"""A message is a value."""

from dataclasses import FrozenInstanceError, replace

import pytest

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.core.ids import NodeId


def test_a_message_is_complete_unless_said_otherwise() -> None:
    message = Message(NodeId("1"), None, Role.USER, "Hello", 5)
    assert message.status is Status.COMPLETE
    assert (message.thinking, message.model, message.note, message.timings) == (
        "",
        "",
        "",
        None,
    )


def test_a_message_cannot_be_changed() -> None:
    message = Message(NodeId("1"), None, Role.USER, "Hello", 5)
    with pytest.raises(FrozenInstanceError):
        message.text = "Bye"  # type: ignore[misc]  # that it fails is the point


def test_roles_and_states_are_their_stored_words() -> None:
    assert [str(role) for role in Role] == ["system", "user", "assistant"]
    assert Status("interrupted") is Status.INTERRUPTED


def test_an_answer_that_stopped_short_can_be_gone_on_with() -> None:
    answer = Message(NodeId("1"), None, Role.ASSISTANT, "Once", 5, Status.CUT)
    assert answer.is_open_ended
    assert replace(answer, text="", thinking="Hm").is_open_ended
    for other in (
        replace(answer, status=Status.COMPLETE),
        replace(answer, status=Status.WRITING),
        replace(answer, status=Status.FAILED),
        replace(answer, text=""),
        replace(answer, role=Role.USER),
    ):
        assert not other.is_open_ended


def test_the_parts_of_an_answer_cost_together() -> None:
    first, later = Timings(100, 20, 40, 0.5, 30.0), Timings(140, 140, 8, 0.1, 25.0)
    assert first.then(later) == Timings(100, 20, 48, 0.5, 25.0)
    assert first.then(Timings()) == first


def test_timings_of_nothing_are_zero() -> None:
    assert Timings() == Timings(0, 0, 0, 0.0, 0.0)
