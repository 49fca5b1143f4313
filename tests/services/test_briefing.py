"""Each answer is asked for as the chat's assistant says, with what it says filled in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.services.conftest import Desk
from tests.services.ear import WAIT_S

from inglenook.chat.assistant import PLAIN, Assistant, Tuning
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.effort.level import Level
from inglenook.effort.thinking import LONG_TOKENS, SHORT_TOKENS, Thinking
from inglenook.engine.protocol import Answer, Turn
from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.assistants import AssistantService
from inglenook.services.briefing import NOTHING, BriefingService
from inglenook.storage.paths import resources

NOON = datetime(2026, 11, 22, 12, 8)  # noqa: DTZ001  (the local time, as a person reads it)
ADA = Assistant(
    "ada", "Ada's", instructions="For {{name}}, {{weekday}} {{date}}, {{time}}, {{language}}",
    tuning=Tuning(temperature=1.5, answer_limit_tokens=20), effort="balanced",
)  # fmt: skip


class Told:
    """A chat over the echo engine, and what the engine is really sent."""

    def __init__(self, path: Path) -> None:
        self.desk = Desk(path)
        self.sent: list[Answer] = []
        self.briefed: list[ChatBriefed] = []
        desk = self.desk
        desk.bus.subscribe(self._hear)
        self.assistants = AssistantService(desk.bus, desk.store, resources() / "assistants")
        self.briefing = BriefingService(
            desk.bus, desk.store, self.assistants,
            name=lambda: "Ada", model=lambda: "M", now=lambda: NOON,
        )  # fmt: skip
        desk.chat.brief = self.briefing.for_answer
        self.assistants.save(ADA)
        desk.ready()
        client = desk.engine._client
        send = client.send
        client.send = lambda command: (self._keep(command), send(command))[1]

    def _keep(self, command: object) -> None:
        if isinstance(command, Answer):
            self.sent.append(command)

    def _hear(self, told: object) -> None:
        if isinstance(told, ChatBriefed):
            self.briefed.append(told)

    def settle(self) -> None:
        assert self.desk.chat.settle(WAIT_S)

    def reopened(self) -> BriefingService:
        """Return a service that knows only what is on the disk."""
        return BriefingService(self.desk.bus, self.desk.store, self.assistants)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    made = Told(tmp_path / "data" / "chats.db")
    yield made
    made.desk.close()


def test_a_system_turn_opens_what_the_engine_is_sent(told: Told):
    chat = told.desk.new_chat()
    told.desk.say(chat, "/echo text=plain")
    told.briefing.choose(chat, "ada")
    told.briefing.instruct(chat, "Be {{mood}}")
    told.desk.say(chat, "/echo text=first")
    plain, asked = told.sent
    assert plain.turns[0].role is Role.USER
    assert asked.turns[0] == Turn(
        Role.SYSTEM, "For Ada, Sunday 22 November 2026, 12:00, English\n\nBe {{mood}}"
    )
    assert [each.role for each in asked.turns[1:]] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert asked.sampling.temperature == 1.5
    assert asked.sampling.answer_limit_tokens == 20
    assert not asked.strategy.is_plain
    told.settle()
    assert told.desk.store.ask(lambda: told.reopened().for_answer(chat)).assistant == "Ada's"


def test_what_is_chosen_before_the_first_message_waits_for_it(told: Told):
    chat = told.desk.new_chat()
    told.briefing.choose(chat, "translator")
    told.desk.say(chat, "/echo text=hi")
    told.settle()
    assert "translator" in told.sent[0].turns[0].text
    told.reopened().tell(chat)
    told.settle()
    assert told.briefed[-1].assistant.id == "translator"


def test_an_effort_asked_for_goes_before_that_of_the_assistant(told: Told):
    chat = told.desk.new_chat()
    told.briefing.choose(chat, "ada")
    told.settle()
    assert told.briefed[-1].effort is Level.BALANCED
    told.briefing.prefer(chat, Level.QUICK)
    told.settle()
    assert told.briefed[-1].effort is Level.QUICK
    assert told.desk.store.ask(lambda: told.briefing.for_answer(chat)).effort is Level.QUICK
    told.briefing.choose(chat, "ada")
    told.settle()
    assert told.briefed[-1].effort is Level.BALANCED


def test_a_chat_whose_assistant_is_gone_has_the_plain_one(told: Told):
    chat = ChatId("C")
    told.briefing.choose(chat, "ada")
    told.assistants.remove("ada")
    told.briefing.tell(chat)
    told.settle()
    assert told.briefed[-1].assistant.id == PLAIN
    assert told.desk.store.ask(lambda: told.briefing.for_answer(ChatId("D"))) == NOTHING


def test_where_a_long_chat_was_cut_is_counted_with_the_system_turn(told: Told):
    chat = Conversation(ChatId("LONG"), created_ms=1)
    for number, role in enumerate([Role.USER, Role.ASSISTANT] * 2):
        left_out = 2 if number == 3 else 0
        node = NodeId(sortable_id(number, number))
        chat = chat.with_message(
            Message(node, chat.head, role, f"word {number}", number, left_out=left_out)
        )
    told.desk.store.ask(lambda: told.desk.store.conversations.grow(chat, chat.path()))
    told.desk.say(chat.id, "/echo text=plain")
    told.briefing.choose(chat.id, "study")
    told.desk.say(chat.id, "/echo text=briefed")
    plain, briefed = told.sent
    assert plain.turns[plain.last_start].text == "word 2"
    assert briefed.turns[briefed.last_start or 1].role is Role.USER


def test_an_answer_that_goes_on_is_told_the_same(told: Told):
    chat = told.desk.new_chat()
    told.assistants.save(replace(ADA, id="short", effort=""))
    told.briefing.choose(chat, "short")
    answer = told.desk.say(chat, "/echo tokens=30")
    told.desk.chat.go_on(chat, answer.id)
    told.desk.ear.answer()
    first, further = told.sent
    assert first.turns[0] == further.turns[0]
    assert first.turns[0].role is Role.SYSTEM
    assert further.sampling == first.sampling


def test_how_long_to_think_is_the_chats_or_else_the_usual(told: Told):
    told.briefing._thinks = lambda: "always"
    told.briefing._usual_thinking = lambda: Thinking.SHORT
    chat, other = told.desk.new_chat(), told.desk.new_chat()
    told.briefing.think(chat, Thinking.LONG)
    told.desk.say(chat, "/echo text=one")
    told.desk.say(other, "/echo text=two")
    long, short = (each.options for each in told.sent)
    assert long.thinking_least_tokens == LONG_TOKENS
    assert short.thinking_limit_tokens == SHORT_TOKENS
    assert told.briefed[-1].thinking is Thinking.LONG


def test_an_assistant_says_how_long_to_think_unless_the_chat_does(told: Told):
    told.briefing._thinks = lambda: "always"
    told.assistants.save(replace(ADA, id="short", thinking="short"))
    told.assistants.save(replace(ADA, id="odd", thinking="for ever"))
    chat = told.desk.new_chat()

    def thinking() -> Thinking | None:
        told.settle()
        return told.briefed[-1].thinking

    told.briefing.choose(chat, "short")
    assert thinking() is Thinking.SHORT
    sent = told.desk.store.ask(lambda: told.briefing.for_answer(chat)).options
    assert sent.thinking_limit_tokens == SHORT_TOKENS
    told.briefing.think(chat, Thinking.LONG)
    assert thinking() is Thinking.LONG
    told.briefing.choose(chat, "odd")
    assert thinking() is None
