"""Chats are named by the model while it is idle, and never at the cost of a question."""

import pytest
from tests.services.conftest import WAIT_S, Alarms

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.engine.protocol import Answer, Cancel, Delta, Done, Failed, Forget, Queued
from inglenook.services.events import ChatsAnswering
from inglenook.services.titles import IDLE_S, Titles, first_exchange

QUESTION = "How do I bake bread?"


class Named:
    """A played desk whose chats are named."""

    def __init__(self, desk, alarms) -> None:
        self.desk, self.alarms = desk, alarms
        desk.chat.titles.close()
        desk.chat.titles = Titles(
            desk.bus, desk.engine, desk.store, desk.chat.chats,
            desk.chat.organising.announce, set_alarm=alarms.set,
        )  # fmt: skip
        desk.chat.titles.is_wanted = lambda: True
        desk.chat.titles.least_bytes = 0
        desk.ready()
        self.chat = desk.new_chat()

    def asks(self, *, background: bool) -> list[Answer]:
        sent = [each for each in self.desk.client.sent if isinstance(each, Answer)]
        return [each for each in sent if each.background == background]

    def finish(self, request: str, *texts: str) -> None:
        for text in texts:
            self.desk.client.event(Delta(request, text, 1))
        self.desk.client.event(Done(request, "end", Timings()))
        self.desk.settle()

    def talk(self, chat: ChatId, text: str = QUESTION) -> None:
        self.desk.chat.send(chat, text)
        self.desk.settle()
        self.finish(self.asks(background=False)[-1].request, "With yeast.")

    def wait_long(self) -> None:
        self.alarms.ring()
        self.desk.settle()

    def title(self, chat: ChatId) -> str:
        return self.desk.stored(chat).title


@pytest.fixture
def named(played):
    return Named(played, Alarms())


def test_a_new_chat_is_named_once_nobody_asks(named):
    named.talk(named.chat)
    assert named.asks(background=True) == []
    assert named.alarms.due == [IDLE_S]
    named.wait_long()
    [asked] = named.asks(background=True)
    assert asked.chat != named.chat
    assert QUESTION in asked.turns[0].text
    assert asked.sampling.answer_limit_tokens
    named.desk.client.event(Queued(asked.request, 1))
    named.finish(asked.request, "“Baking ", "bread”")
    assert named.title(named.chat) == "Baking bread"
    assert named.desk.ear.all[-1].chats[0].title == "Baking bread"
    assert Forget(asked.chat) in named.desk.client.sent
    named.talk(named.chat, "And rolls?")
    named.wait_long()
    assert len(named.asks(background=True)) == 1  # it has its name


def test_a_question_ends_the_title_that_is_being_made_and_it_is_made_later(named):
    named.talk(named.chat)
    named.wait_long()
    [first] = named.asks(background=True)
    named.desk.chat.send(named.chat, "And rolls?")
    named.desk.settle()
    sent = named.desk.client.sent
    question = named.asks(background=False)[-1]
    assert sent.index(Cancel(first.request)) < sent.index(question)
    named.finish(first.request, "Half a na")
    assert named.title(named.chat) == QUESTION
    named.finish(question.request, "The same way.")
    named.wait_long()
    named.finish(named.asks(background=True)[-1].request, "Baking bread and rolls")
    assert named.title(named.chat) == "Baking bread and rolls"


def test_a_question_sent_while_the_title_is_being_asked_for_wins_too(named, monkeypatch):
    named.talk(named.chat)
    answer = named.desk.engine.answer

    def ask(request, *rest, **more):
        if more.get("background"):
            named.desk.chat.titles._give_way()  # somebody asked in this very moment
        answer(request, *rest, **more)

    monkeypatch.setattr(named.desk.engine, "answer", ask)
    named.wait_long()
    [late] = named.asks(background=True)
    assert Cancel(late.request) in named.desk.client.sent


def test_a_question_sent_while_the_chat_is_read_for_its_title_comes_first(named, monkeypatch):
    titles, chats = named.desk.chat.titles, named.desk.chat.chats
    named.talk(named.chat)
    get = chats.get

    def read(chat):
        titles._hear(ChatsAnswering(frozenset({ChatId("other")})))
        return get(chat)

    monkeypatch.setattr(chats, "get", read)
    named.wait_long()
    assert named.asks(background=True) == []
    monkeypatch.undo()
    titles._hear(ChatsAnswering(frozenset()))
    named.wait_long()
    assert len(named.asks(background=True)) == 1


@pytest.mark.parametrize("reply", ["", "I'm sorry, I cannot", QUESTION])
def test_a_bad_title_leaves_the_first_question(named, reply):
    named.talk(named.chat)
    named.wait_long()
    named.finish(named.asks(background=True)[-1].request, reply)
    assert named.title(named.chat) == QUESTION
    assert named.alarms.due == []


def test_a_title_that_fails_leaves_the_first_question(named):
    named.talk(named.chat)
    named.wait_long()
    asked = named.asks(background=True)[-1]
    named.desk.client.event(Delta(asked.request, "Bread", 1))
    named.desk.client.event(Failed(asked.request, Problem("No", "Try again.")))
    named.desk.settle()
    assert named.title(named.chat) == QUESTION


def test_a_name_given_by_hand_stays(named):
    named.talk(named.chat)
    named.desk.chat.rename(named.chat, "Mine")
    named.wait_long()
    assert named.asks(background=True) == []
    other = named.desk.new_chat()
    named.talk(other)
    named.wait_long()
    named.desk.chat.rename(other, "Mine too")
    named.finish(named.asks(background=True)[-1].request, "Baking bread")
    assert named.title(other) == "Mine too"


def test_nothing_is_asked_of_small_models_nor_against_the_wish_nor_without_a_model(named):
    titles = named.desk.chat.titles
    for hinder in ("wish", "size", "model"):
        titles.is_wanted = lambda hinder=hinder: hinder != "wish"
        titles.least_bytes = 10**9 if hinder == "size" else 0
        named.talk(named.chat)
        if hinder == "model":
            named.desk.engine.unload()
        named.wait_long()
        assert named.asks(background=True) == []


def test_chats_that_are_gone_are_passed_over_and_the_next_one_is_named(named):
    other = named.desk.new_chat()
    named.talk(named.chat)
    named.talk(other)
    named.desk.chat.organising.remove([other])
    named.desk.chat.organising.erase([other])
    named.wait_long()
    [asked] = named.asks(background=True)
    named.finish(asked.request, "Baking bread")
    assert named.title(named.chat) == "Baking bread"


def test_two_answers_at_once_are_both_waited_for(named):
    other = named.desk.new_chat()
    for chat in (named.chat, other):
        named.desk.chat.send(chat, QUESTION)
    named.desk.settle()
    first, second = named.asks(background=False)
    named.finish(first.request, "With yeast.")
    assert named.alarms.due == []
    named.finish(second.request, "With yeast.")
    for _ in range(2):
        named.wait_long()
        named.finish(named.asks(background=True)[-1].request, "Baking bread")
    assert (named.title(named.chat), named.title(other)) == ("Baking bread", "Baking bread")


def test_an_alarm_that_rang_too_late_and_the_end_ask_for_nothing(named):
    named.talk(named.chat)
    [alarm] = [each for each in named.alarms.all if not each.is_cancelled]
    named.desk.chat.titles._give_way()
    alarm.ring()
    named.desk.settle()
    named.desk.chat.titles._ask_next()  # due, but its chat was taken
    named.desk.chat.titles.close()
    named.talk(named.chat)
    assert named.desk.chat.settle(WAIT_S)
    assert named.alarms.due == []


def said(*messages: Message) -> Conversation:
    return Conversation.of(
        ChatId("C"), messages, title="Why?", created_ms=1, head=messages[-1].id
    )


def test_only_a_whole_first_answer_to_a_question_is_named_after():
    why = Message(NodeId("1"), None, Role.USER, "Why?", 1)
    because = Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "So.", 1)
    half = Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "So", 1, Status.STOPPED)
    assert first_exchange(said(why, because)) == ("Why?", "So.")
    assert first_exchange(said(why, half)) is None
    assert first_exchange(said(why)) is None
    assert first_exchange(said(why, because).with_title("Mine")) is None
