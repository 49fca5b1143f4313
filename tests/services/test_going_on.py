"""An answer that stopped short of its end goes on in its place. The engine is played."""

from dataclasses import replace

import pytest
from tests.services.conftest import PlayedDesk

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import Answer, Delta, Done, Failed, Load, Queued, Started, Turn
from inglenook.services.events import ChatsAnswering, EnginePhase

TOO_LONG = Problem("Too long", "Shorten it.", {"tokens": "9000", "budget": "7168"})


@pytest.fixture
def chat(played):
    played.ready()
    return played.new_chat()


def answered(
    played: PlayedDesk, chat: ChatId, text: str = "Once", reason: str = "length"
) -> Message:
    """Have a question answered so far, and return the answer."""
    played.chat.send(chat, "Tell me")
    played.settle()
    request = last_asked(played).request
    played.client.event(Delta(request, text, 2))
    played.client.event(Done(request, reason, Timings(10, 0, 2, 0.5, 30.0)))
    played.settle()
    return played.stored(chat).path()[-1]


def last_asked(played: PlayedDesk) -> Answer:
    return [each for each in played.client.sent if isinstance(each, Answer)][-1]


def go_on(played: PlayedDesk, chat: ChatId, answer: Message) -> str:
    """Ask to go on; return the new request's name."""
    played.chat.go_on(chat, answer.id)
    played.settle()
    return last_asked(played).request


def test_the_same_message_grows_and_costs_add_up(played, chat):
    cut = answered(played, chat)
    request = go_on(played, chat, cut)
    asked = last_asked(played)
    assert asked.continues
    assert asked.turns[-1] == Turn(Role.ASSISTANT, "Once")
    assert played.chat.live(cut.id).text == "Once"
    opened = played.stored(chat).message(cut.id)
    assert (opened.status, opened.note, opened.text) == (Status.WRITING, "", "Once")
    played.client.event(Delta(request, " upon a time", 4))
    assert played.chat.live(cut.id).text == "Once upon a time"
    played.client.event(Done(request, "end", Timings(16, 12, 4, 0.1, 20.0)))
    played.settle()
    whole = played.stored(chat).message(cut.id)
    assert (whole.status, whole.text, whole.note) == (Status.COMPLETE, "Once upon a time", "")
    assert whole.timings == Timings(10, 0, 6, 0.5, 20.0)
    assert len(played.stored(chat).nodes) == 2


def test_it_can_be_stopped_and_gone_on_with_again(played, chat):
    cut = answered(played, chat)
    for number in range(3):
        request = go_on(played, chat, cut)
        played.client.event(Delta(request, f" {number}", 1))
        played.chat.stop(chat)
        played.client.event(Done(request, "stopped", Timings(answer_tokens=1)))
        played.settle()
    left = played.stored(chat).message(cut.id)
    assert (left.status, left.text) == (Status.STOPPED, "Once 0 1 2")
    assert left.timings.answer_tokens == 5


def test_pressed_twice_it_goes_on_once(played, chat):
    cut = answered(played, chat)
    go_on(played, chat, cut)
    before = len(played.client.sent)
    go_on(played, chat, cut)
    assert len(played.client.sent) == before


def test_an_older_branch_goes_on_and_is_shown(played, chat):
    first = answered(played, chat)
    played.chat.regenerate(chat, first.id)
    played.settle()
    played.client.event(Done(last_asked(played).request, "end", Timings()))
    played.settle()
    assert played.stored(chat).head != first.id
    request = go_on(played, chat, first)
    assert played.stored(chat).head == first.id
    played.client.event(Delta(request, " more", 1))
    played.client.event(Done(request, "end", Timings()))
    played.settle()
    assert played.stored(chat).message(first.id).text == "Once more"
    assert len(played.stored(chat).nodes) == 3


def test_a_whole_answer_or_an_answered_one_is_not_continued(played, chat):
    whole = answered(played, chat, reason="end")
    go_on(played, chat, whole)
    cut = answered(played, chat)
    answered(played, chat)
    go_on(played, chat, cut)
    told = [problem.title for problem in played.problems]
    assert told == ["This answer cannot be continued"] * 2
    assert played.stored(chat).message(cut.id) == cut


def test_a_death_while_going_on_keeps_everything(played, chat):
    cut = answered(played, chat)
    request = go_on(played, chat, cut)
    played.client.event(Delta(request, " upon", 1))
    played.client.die(Death(Cause.ENDED, -9, requests=(request,), restarting=True))
    played.settle()
    left = played.stored(chat).message(cut.id)
    assert (left.status, left.text) == (Status.INTERRUPTED, "Once upon")
    assert left.timings == cut.timings


def test_closing_while_going_on_keeps_everything(played, chat, make_played):
    cut = answered(played, chat)
    played.client.event(Delta(go_on(played, chat, cut), " upon", 1))
    played.close()
    left = make_played().stored(chat).message(cut.id)
    assert (left.status, left.text) == (Status.INTERRUPTED, "Once upon")


def test_what_cannot_go_on_stays_as_unfinished_as_it_was(played, chat):
    cut = answered(played, chat, reason="context")
    request = go_on(played, chat, cut)
    played.client.event(Failed(request, TOO_LONG))
    played.settle()
    left = played.stored(chat).message(cut.id)
    assert left == replace(cut, note="Too long. Shorten it.", needs_tokens=10024)


def test_nothing_is_opened_while_another_program_holds_the_database(played, chat):
    cut = answered(played, chat)
    with played.locked():
        before = len(played.client.sent)
        go_on(played, chat, cut)
        assert len(played.client.sent) == before
    assert len(played.problems) == 1
    assert played.stored(chat).message(cut.id) == cut


def test_an_end_that_is_not_stored_yet_is_stored_first(played, chat):
    played.chat.send(chat, "Tell me")
    played.settle()
    request = last_asked(played).request
    played.client.event(Delta(request, "Once", 1))
    with played.locked():
        played.client.event(Done(request, "length", Timings()))
        played.settle()
        head = played.ear.answer(Status.CUT).head
        before = len(played.client.sent)
        played.chat.go_on(chat, head)
        played.settle()
        assert len(played.client.sent) == before
    cut = played.stored(chat).message(head)
    played.client.event(Done(go_on(played, chat, cut), "end", Timings()))
    played.settle()
    assert played.stored(chat).message(head).status is Status.COMPLETE


# --- a message that alone is too long ---


def test_a_message_that_is_too_long_gets_a_longer_context(played, chat):
    played.chat.send(chat, "A very long letter")
    played.settle()
    played.client.event(Failed(last_asked(played).request, TOO_LONG))
    played.settle()
    failed = played.stored(chat).path()[-1]
    assert (failed.status, failed.needs_tokens) == (Status.FAILED, 10024)
    played.chat.lengthen(chat, failed.id)
    played.settle()
    load = [each for each in played.client.sent if isinstance(each, Load)][-1]
    assert load.settings.context_tokens == 16384
    played.client.loaded()
    assert last_asked(played).turns == (Turn(Role.USER, "A very long letter"),)


def test_an_answer_that_needs_more_context_goes_on_in_it(played, chat):
    cut = answered(played, chat, reason="context")
    played.client.event(Failed(go_on(played, chat, cut), TOO_LONG))
    played.settle()
    played.chat.lengthen(chat, cut.id)
    played.settle()
    played.client.loaded()
    assert last_asked(played).continues
    assert played.stored(chat).message(cut.id).needs_tokens == 0


def test_no_model_is_loaded_again_that_is_long_enough(played, chat):
    cut = answered(played, chat)
    played.chat.lengthen(chat, cut.id)
    played.settle()
    assert played.engine.state.phase is EnginePhase.READY
    assert last_asked(played).continues


def test_without_a_model_nothing_gets_longer(played):
    chat = played.new_chat()
    played.chat.send(chat, "Hello")
    played.settle()
    failed = played.stored(chat).path()[-1]
    played.chat.lengthen(chat, failed.id)
    played.settle()
    assert played.client.sent == []


# --- waiting, and what was left out ---


def waiting_for(played: PlayedDesk, chat: ChatId) -> str:
    return played.chat.live(played.ear.answer(Status.WRITING).head).waiting_for


def test_an_answer_says_how_many_are_before_it(played, chat):
    played.chat.send(chat, "Hello")
    head = played.ear.answer(Status.WRITING).head
    played.settle()
    request = last_asked(played).request
    for ahead, words in (
        (2, "Waiting for 2 other answers"),
        (1, "Waiting for another answer"),
        (0, "Waiting"),
    ):
        played.client.event(Queued(request, ahead))
        assert played.chat.live(head).waiting_for == words
    played.chat.stop(chat)
    played.client.event(Done(request, "stopped", Timings()))
    played.settle()
    assert played.stored(chat).message(head).status is Status.STOPPED


def test_what_was_left_out_is_known_as_soon_as_the_answer_begins_and_after(played, chat):
    answered(played, chat, reason="end")
    played.chat.send(chat, "And then?")
    played.settle()
    request = last_asked(played).request
    played.client.event(Started(request, 100, 0, 2))
    played.settle()
    shown = played.ear.all[-1].conversation
    assert shown.first_sent() == shown.path()[2].id
    played.client.event(Delta(request, "Then", 1))
    played.client.event(Done(request, "end", Timings()))
    played.settle()
    stored = played.stored(chat)
    assert stored.first_sent() == shown.first_sent()
    assert stored.path()[-1].note.startswith("The 2 oldest messages were left out")


def test_the_next_prompt_is_asked_to_begin_where_the_last_one_did(played, chat):
    answered(played, chat, reason="end")
    played.chat.send(chat, "And then?")
    played.settle()
    assert last_asked(played).last_start == 0
    request = last_asked(played).request
    played.client.event(Started(request, 100, 0, 2))
    played.client.event(Done(request, "end", Timings()))
    played.settle()
    played.chat.send(chat, "And now?")
    played.settle()
    assert last_asked(played).last_start == 2


def test_words_about_an_answer_that_has_ended_are_ignored(played, chat):
    played.chat.send(chat, "Hello")
    played.settle()
    request = last_asked(played).request
    played.store.post(lambda: played.client.event(Started(request, 1, 0, 1)))
    played.store.post(lambda: played.chat.answers.end(chat))
    played.settle()
    assert played.stored(chat).path()[-1].left_out == 0


def test_which_chats_are_being_answered_is_announced(played, chat):
    other = played.new_chat()
    requests = {}
    for each in (chat, other):
        played.chat.send(each, "Hello")
        played.settle()
        requests[each] = last_asked(played).request
    played.client.event(Done(requests[chat], "end", Timings()))
    played.client.event(Done(requests[other], "end", Timings()))
    played.settle()
    told = [each.chats for each in played.ear.all if isinstance(each, ChatsAnswering)]
    assert told == [{chat}, {chat, other}, {other}, frozenset()]
