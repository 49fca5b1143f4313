"""Drafts come back after a restart; queued messages go out one by one, and never get lost."""

import pytest
from tests.services.conftest import Desk
from tests.services.ear import WAIT_S

from inglenook.chat.message import Status, Timings
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import Delta, Done, Failed
from inglenook.services.drafts import DraftService
from inglenook.services.events import ConversationOpened
from inglenook.services.messagenews import QueueChanged, SummaryWritten
from inglenook.services.queue import QueueService
from inglenook.services.summaries import SummaryService


@pytest.fixture
def queue(desk: Desk) -> QueueService:
    made = QueueService(desk.bus, desk.store, desk.chat.send, desk.chat.answers.is_answering)
    desk.chat.answers.ended = made.ended
    return made


def said(desk: Desk, chat: ChatId) -> list[str]:
    assert desk.chat.settle(WAIT_S)
    return [each.text for each in desk.stored(chat).path() if each.role == "user"]


def test_a_draft_is_there_after_a_restart_also_of_a_chat_nobody_sent_anything_in(make_desk):
    desk = make_desk()
    drafts = DraftService(desk.store)
    chat = desk.new_chat()
    drafts.keep(chat, "Dear A")
    drafts.keep(chat, "Dear Ada")
    drafts.keep(chat, "Dear Ada")
    assert drafts.of(chat) == "Dear Ada"
    assert drafts.of(ChatId("other")) == ""
    desk.close()
    again = make_desk()
    drafts = DraftService(again.store)
    again.chat.has_draft = lambda last: bool(drafts.of(last))
    drafts.start(chat)
    again.chat.start(chat)
    opened = again.ear.wait(ConversationOpened)
    assert opened.conversation.id == chat
    assert drafts.of(chat) == "Dear Ada"
    drafts.keep(chat, "")
    drafts.start(None)
    assert again.chat.settle(WAIT_S)
    assert drafts.of(chat) == ""


def test_queued_messages_go_out_in_order_as_answers_end(desk: Desk, queue: QueueService):
    desk.ready()
    chat = desk.new_chat()
    desk.chat.send(chat, "/echo tokens=40 rate=200")
    desk.ear.answer(Status.WRITING)
    for text in ("/echo text=two", "/echo text=three"):
        queue.add(chat, text)
    assert desk.ear.wait(QueueChanged).texts == ("/echo text=two",)
    answers = [desk.ear.answer() for _ in range(3)]
    last = answers[-1]
    assert last.message(last.head).text == "three"
    assert queue.of(chat) == ()
    assert said(desk, chat)[1:] == ["/echo text=two", "/echo text=three"]


def test_a_stop_keeps_the_queue_and_it_can_be_sent_by_hand(desk: Desk, queue: QueueService):
    desk.ready()
    chat = desk.new_chat()
    desk.chat.send(chat, "/echo tokens=400 rate=100")
    desk.ear.answer(Status.WRITING)
    queue.add(chat, "/echo text=a")
    queue.add(chat, "/echo text=b")
    desk.chat.stop(chat)
    desk.ear.answer(Status.STOPPED)
    assert desk.chat.settle(WAIT_S)
    assert queue.of(chat) == ("/echo text=a", "/echo text=b")
    queue.arrange(chat, ("/echo text=b", "/echo text=a"), was=("something else",))
    queue.arrange(chat, ("/echo text=b", "/echo text=a"), was=queue.of(chat))
    queue.send_now(chat, 0, "something else")
    queue.send_now(chat, 1, "/echo text=a")
    ended = desk.ear.answer()
    assert ended.message(ended.head).text == "a"
    ended = desk.ear.answer()
    assert ended.message(ended.head).text == "b"
    assert queue.of(chat) == ()


def test_a_failed_answer_keeps_the_queue_over_a_restart(make_desk):
    desk = make_desk()
    queue = QueueService(desk.bus, desk.store, desk.chat.send, desk.chat.answers.is_answering)
    desk.chat.answers.ended = queue.ended
    desk.ready()
    chat = desk.new_chat()
    desk.chat.send(chat, "/echo fail at=60 rate=200 tokens=100")
    desk.ear.answer(Status.WRITING)
    queue.add(chat, "later")
    desk.ear.answer(Status.FAILED)
    assert desk.chat.settle(WAIT_S)
    desk.close()
    again = make_desk()
    queue = QueueService(
        again.bus, again.store, again.chat.send, again.chat.answers.is_answering
    )
    queue.start()
    assert again.ear.wait(QueueChanged).texts == ("later",)
    assert queue.of(chat) == ("later",)


def test_what_comes_too_late_for_the_queue_is_sent_at_once(desk: Desk, queue: QueueService):
    desk.ready()
    chat = desk.new_chat()
    queue.add(chat, "/echo text=at once")
    ended = desk.ear.answer()
    assert ended.message(ended.head).text == "at once"


def test_a_summary_is_written_once_and_every_end_is_told(desk: Desk):
    desk.ready()
    summaries = SummaryService(desk.bus, desk.chat.answers.engines, desk.store, desk.chat.chats)
    chat = desk.new_chat()
    desk.say(chat, "/echo text=one")
    summaries.write(chat)
    summaries.stop()
    summaries.write(chat)
    told = desk.ear.wait(SummaryWritten)
    assert told.chat == chat
    assert "Summarise" in told.text
    assert len(desk.stored(chat).nodes) == 2
    # The first one may have been told as well, if it was quicker than the word to stop.
    summaries.write(ChatId("none"))
    failed = desk.ear.wait(
        lambda each: isinstance(each, SummaryWritten) and each.chat == ChatId("none")
    )
    assert failed.problem is not None


def test_a_summary_that_fails_says_why(played):
    played.ready()
    engines = played.chat.answers.engines
    summaries = SummaryService(played.bus, engines, played.store, played.chat.chats)
    chat = played.new_chat()
    ends = (
        lambda request: Done(request, "stopped", Timings()),
        lambda request: Failed(request, Problem("No", "None.")),
    )
    for end in ends:
        summaries.write(chat)
        played.settle()
        request = played.client.sent[-1].request
        played.client.event(Delta(request, "Hm", 1, thinking=True))
        played.client.event(end(request))
        assert played.ear.wait(SummaryWritten).problem is not None
        played.client.event(Delta(request, "late", 1))
    summaries.write(chat)
    played.settle()
    request = played.client.sent[-1].request
    summaries.write(chat)
    played.settle()
    requests = (request, played.client.sent[-1].request)
    played.client.die(Death(Cause.ENDED, requests=requests, restarting=True))
    assert played.ear.wait(SummaryWritten).problem is not None
