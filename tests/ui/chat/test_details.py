"""What is told of an answer, and the card that tells it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from talks import message

from inglenook.chat.made import Made
from inglenook.chat.message import Role, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.services.events import ConversationOpened
from inglenook.ui.chat.details import DetailsCard, facts_of
from inglenook.ui.chat.target import Act

ANSWER = replace(
    message(1, Role.ASSISTANT, "All fit.", model="Qwen3 8B"),
    timings=Timings(412, 380, 612, 0.4, 41.0),
    left_out=2,
)


def test_everything_known_is_told():
    facts = dict(facts_of(ANSWER))
    assert facts["Model"] == "Qwen3 8B"
    assert facts["Written"] == "612 tokens"
    assert facts["Prompt"] == "412 tokens"
    assert facts["Read anew"] == "32 tokens"
    assert facts["Reused from memory"] == "380 tokens (92 %)"
    assert facts["Left out"] == "2 older messages"
    assert "41" in facts["Speed"]
    assert "0.4" in facts["First word after"]
    assert facts["Asked"]


def test_what_is_not_known_is_not_told():
    bare = replace(ANSWER, timings=None, left_out=0, created_ms=0, model="")
    assert facts_of(bare) == []
    one = replace(bare, timings=Timings(answer_tokens=1), left_out=1)
    assert [name for name, _ in facts_of(one)] == ["Written", "Left out"]
    assert facts_of(one)[-1][1] == "1 older message"


def test_the_card_opens_from_the_row_of_actions_and_closes_with_esc(window, services, qtbot):
    talk = Conversation.of(ChatId("c"), [message(0, Role.USER, "Q"), ANSWER])
    services.bus.publish(ConversationOpened(talk))
    qtbot.waitUntil(lambda: window.page._view is not None)
    view = window.page._view
    target = next(each for each in view.targets_of(1) if each.act is Act.DETAILS)
    view.press(1, target)
    card = window.page.findChild(DetailsCard)
    assert card.isVisible()
    assert "Speed: " in card.accessibleDescription()
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_an_answer_nothing_is_known_of_has_no_such_button(view):
    bare = replace(ANSWER, timings=None)
    view.show_conversation(Conversation.of(ChatId("c"), [message(0, Role.USER, "Q"), bare]))
    assert Act.DETAILS not in {each.act for each in view.targets_of(1)}


def test_energy_is_told_with_the_parts_of_the_computer_that_it_was_counted_for():
    for energy_j, card_j, part in (
        (720.0, 0.0, "processor and memory"),
        (720.0, 700.0, "processor, memory and graphics card"),
        (720.0, 720.0, "the graphics card alone"),
    ):
        told = facts_of(replace(ANSWER, made=Made(energy_j=energy_j, card_j=card_j)))
        assert dict(told)["Energy"].endswith(part)
