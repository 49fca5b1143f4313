"""Branches go and come back, are copied into new chats, and answers are looked back at."""

from tests.services.conftest import Desk
from tests.services.ear import WAIT_S

from inglenook.chat.message import Role, Status, Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.core.ids import NodeId
from inglenook.effort.level import Level
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Failed,
    Queued,
    Render,
    Started,
    Weigh,
    Weighed,
)
from inglenook.services.events import ConversationOpened
from inglenook.services.messagenews import BranchRemoved, OddsRead, PromptRendered


def test_a_branch_goes_at_once_and_comes_back_with_undo(desk: Desk):
    desk.ready()
    chat = desk.new_chat()
    first = desk.say(chat, "/echo text=one")
    desk.say(chat, "/echo text=two")
    before = desk.stored(chat)
    desk.chat.branches.remove(chat, first.id)
    gone = desk.ear.wait(BranchRemoved)
    assert (gone.node, gone.messages) == (first.id, 3)
    assert list(desk.stored(chat).nodes) == [first.parent]
    desk.chat.branches.put_back(NodeId("another"))
    desk.chat.branches.put_back(first.id)
    desk.chat.branches.put_back(first.id)
    assert desk.chat.settle(WAIT_S)
    assert desk.stored(chat) == before


def test_an_answer_that_is_being_written_ends_with_its_branch(desk: Desk):
    desk.ready()
    chat = desk.new_chat()
    desk.chat.send(chat, "/echo tokens=400 rate=100")
    grown = desk.wait_for_text(chat)
    desk.chat.branches.fork(chat, grown.head, "Not while it is written")
    desk.chat.branches.remove(chat, grown.head)
    assert desk.ear.wait(BranchRemoved).messages == 1
    assert not desk.chat.answers.is_answering(chat)
    desk.chat.branches.remove(chat, NodeId("none"))
    assert desk.chat.settle(WAIT_S)
    assert desk.problems[-1].title == "This message is no longer there"


def test_a_fork_is_a_chat_of_its_own(desk: Desk):
    desk.ready()
    chat = desk.new_chat()
    first = desk.say(chat, "/echo text=one")
    desk.say(chat, "/echo text=two")
    desk.chat.branches.fork(chat, first.id, " Bread \n(copy) ")
    opened = desk.ear.wait(ConversationOpened).conversation
    assert opened.id != chat
    assert opened.title == "Bread (copy)"
    assert [each.text for each in opened.path()] == ["/echo text=one", "one"]
    assert opened.path()[-1].made == first.made
    assert not set(opened.nodes) & set(desk.stored(chat).nodes)


def test_how_an_answer_was_made_is_remembered_and_its_seed_used_again(played):
    played.ready()
    chat = played.new_chat()
    played.chat.sampling = Sampling(temperature=0.3, seed=11)
    played.chat.send(chat, "Why?", effort=Level.QUICK)
    played.settle()
    asked = played.client.sent[-1]
    played.client.event(Started(asked.request, 4, 0, 0))
    for thinking in (True, False):
        played.alarms.now_s += 3
        played.client.event(Delta(asked.request, "Hm", 1, thinking=thinking))
    played.client.event(Done(asked.request, "end", Timings(4, 0, 1)))
    played.settle()
    answer = played.stored(chat).path()[-1]
    assert answer.status is Status.COMPLETE
    assert (answer.made.seed, answer.made.temperature, answer.made.effort) == (11, 0.3, "quick")
    assert answer.made.context_tokens == played.engine.state.plan.settings.context_tokens
    played.chat.sampling = None
    played.chat.regenerate(chat, answer.id, seed=11)
    played.settle()
    again = played.client.sent[-1]
    assert isinstance(again, Answer)
    assert again.sampling.seed == 11


def test_a_prompt_is_told_as_it_would_be_sent_now(desk: Desk):
    desk.ready()
    chat = desk.new_chat()
    desk.say(chat, "/echo text=one")
    answer = desk.say(chat, "Why?")
    desk.chat.lookback.render(chat, answer.id)
    told = desk.ear.wait(PromptRendered)
    assert told.text.endswith("one\n<|user|>\nWhy?\n<|assistant|>\n")
    assert told.tokens > 0
    assert told.model
    desk.chat.lookback.render(chat, NodeId("none"))
    assert desk.ear.wait(PromptRendered).problem is not None


def test_the_odds_of_an_answer_come_in_slices_until_the_end(desk: Desk):
    desk.ready()
    chat = desk.new_chat()
    answer = desk.say(chat, "/echo text=" + "word " * 20)
    desk.chat.lookback.weigh(chat, answer.id)
    told = desk.ear.wait(OddsRead)
    seen = [told]
    while not seen[-1].is_over:
        seen.append(desk.ear.wait(OddsRead))
    assert "".join(each.text for each in seen[-1].odds).strip() == answer.text.strip()
    assert len(seen[-1].odds) == seen[-1].total
    assert len(seen) > 3
    desk.chat.lookback.weigh(chat, NodeId("none"))
    assert desk.ear.wait(OddsRead).problem is not None


def test_only_the_newest_answer_is_read_again_and_every_end_is_told(played):
    played.ready()
    chat = played.new_chat()
    played.chat.send(chat, "Why?")
    played.settle()

    asked = played.client.sent[-1].request
    played.client.event(Done(asked, "end", Timings()))
    played.settle()
    node = played.stored(chat).head
    look = played.chat.lookback
    look.weigh(chat, node)
    played.settle()
    old = played.client.sent[-1].request
    look.weigh(chat, node)
    played.settle()
    new = played.client.sent[-1].request
    assert {type(each) for each in played.client.sent[-3:]} >= {Weigh}
    played.client.event(Weighed(old, (), 1))
    played.client.event(Queued(new, 1))
    played.client.event(Weighed(new, (), 7))
    assert played.ear.wait(OddsRead).total == 7
    problem = Problem("No room", "Wait.")
    played.client.event(Failed(new, problem))
    assert played.ear.wait(OddsRead).problem == problem
    look.weigh(chat, node)
    played.settle()
    requests = (played.client.sent[-1].request,)
    played.client.die(Death(Cause.ENDED, requests=requests, restarting=True))
    assert played.ear.wait(OddsRead).is_over
    look.render(chat, node)
    played.settle()
    assert played.ear.wait(PromptRendered).problem is not None
    played.client.loaded()
    look.render(chat, node)
    played.settle()
    last = played.client.sent[-1]
    assert isinstance(last, Render)
    assert last.turns[-1].role is Role.USER
    played.client.event(Queued(last.request, 1))
    played.client.die(Death(Cause.ENDED, requests=(last.request,), restarting=True))
    assert played.ear.wait(PromptRendered).problem is not None
    look.stop()
