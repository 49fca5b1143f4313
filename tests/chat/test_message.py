"""A message is a value."""

from dataclasses import FrozenInstanceError

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


def test_timings_of_nothing_are_zero() -> None:
    assert Timings() == Timings(0, 0, 0, 0.0, 0.0)
