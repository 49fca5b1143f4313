"""What a comparison says at a glance, and how it lets a text change."""

from dataclasses import replace

import pytest

from inglenook.chat.comparison import Comparison, KeptDraft, KeptVote
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId, NodeId

VOTES = (KeptVote("12", 0.6, (1, 2)), KeptVote("", 0.4, (0,)))


def test_how_many_agree_with_the_chosen_draft() -> None:
    assert Comparison("vote", 3, votes=VOTES, chosen=1).agreeing == 2
    assert Comparison("vote", 3, votes=VOTES, chosen=0).agreeing == 0
    assert Comparison("vote", 3).agreeing == 0


def test_another_draft_than_the_first_is_a_change() -> None:
    assert Comparison("vote", 3, chosen=1).is_changed
    assert not Comparison("vote", 3).is_changed


def test_a_text_changes_only_with_its_comparison() -> None:
    answer = Message(NodeId("1"), None, Role.ASSISTANT, "It is 7", 1, Status.WRITING)
    chat = Conversation(ChatId("c")).with_message(answer)
    other = replace(answer, text="It is 12")
    with pytest.raises(BadArgumentError):
        chat.with_change(other)
    chosen = replace(other, comparison=Comparison("vote", 2, (KeptDraft(0, "It is 7"),), 1))
    changed = chat.with_change(chosen)
    assert changed.message(NodeId("1")).text == "It is 12"
    with pytest.raises(BadArgumentError):
        changed.with_change(replace(chosen, text="It is 13"))
