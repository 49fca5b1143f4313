"""How full the context is, what fills it, and what can be done about it."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from standin import StandIn
from talks import message

from inglenook.chat.fill import Fill
from inglenook.chat.message import Role, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.services.echo import echo_plan
from inglenook.services.events import (
    ConversationChanged,
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
)
from inglenook.services.messagenews import SummaryWritten
from inglenook.ui.chat.contextring import parts_of, ring_words, tone_of
from inglenook.ui.room import Room

CHAT = ChatId("c")


def talk(tokens: int) -> Conversation:
    answer = replace(message(1, Role.ASSISTANT, "A"), timings=Timings(tokens - 10, 0, 10))
    return Conversation.of(CHAT, [message(0, Role.USER, "Q"), answer])


@pytest.fixture
def room(qtbot: QtBot, window: Room, services: StandIn) -> Room:
    model, plan = echo_plan("echo.gguf")
    assert window.context.ring.isHidden()
    plan = replace(plan, longest_context_tokens=32_768)
    services.bus.publish(EngineChanged(EngineState(EnginePhase.READY, model, plan)))
    services.bus.publish(ConversationOpened(talk(3100)))
    qtbot.waitUntil(lambda: window.context.ring.fill.used > 3000)
    return window


def test_the_ring_tells_how_full_the_context_is(room: Room, qtbot: QtBot):
    ring = room.context.ring
    assert ring.text() == "3.1k of 8k"
    assert ring.accessibleName() == "Context: 3.1k of 8k tokens, 43 % full"
    room.page.composer.put("word " * 1000)
    qtbot.waitUntil(lambda: ring.fill.draft > 900)
    card = room.context.card()
    assert "Conversation: 3.1k" in card.accessibleDescription()
    assert card.summary.isHidden()
    card.deleteLater()


def test_a_nearly_full_context_offers_a_summary_and_a_longer_one(
    room: Room, services: StandIn, qtbot: QtBot
):
    services.bus.publish(ConversationChanged(talk(6800)))
    qtbot.waitUntil(lambda: tone_of(room.context.ring.fill) == "bad")
    for button in ("summary", "longer"):
        card = room.context.card()
        getattr(card, button).click()
    assert services.asked("summaries.write") == [(CHAT,)]
    assert services.asked("engine.load")[0][1].context_tokens == 16_384
    services.bus.publish(SummaryWritten(CHAT, "It was about bread."))
    qtbot.waitUntil(lambda: "NEW" in services.drafts.texts)
    assert "It was about bread." in services.drafts.of(ChatId("NEW"))
    services.bus.publish(SummaryWritten(CHAT, problem=Problem("No", "Wait.")))
    qtbot.waitUntil(room.notice.isVisible)


def test_colours_and_words_follow_the_share():
    assert tone_of(Fill(1000, conversation=100)) == "text_muted"
    assert tone_of(Fill(1000, conversation=800)) == "warn"
    assert tone_of(Fill(1000, conversation=950)) == "bad"
    assert ring_words(Fill(1000, conversation=100)) == "100 of 1.0k"
    assert [name for _, name, _ in parts_of(Fill(1000, instructions=5, reserve=9))] == [
        "Instructions",
        "Kept free for the answer",
        "Free",
    ]
