"""Answers on their way: saved while they grow, ended whatever happens. The engine is played."""

from dataclasses import replace
from threading import Event

import pytest
from tests.services.ear import WAIT_S

from inglenook.chat.message import Status, Timings
from inglenook.core.errors import Problem
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import Delta, Done, Failed, Queued, Started, ToolCalled
from inglenook.services import answers
from inglenook.services.events import ProblemArose


@pytest.fixture
def chat(played):
    played.ready()
    return played.new_chat()


@pytest.fixture
def asked(played, chat):
    """Return the request's name and the message's."""
    played.chat.send(chat, "Hello")
    head = played.ear.answer(Status.WRITING).head
    played.settle()
    return played.client.sent[-1].request, head


@pytest.fixture
def saves_always(monkeypatch):
    monkeypatch.setattr(answers, "SAVE_EVERY_S", 0.0)


def test_the_text_is_saved_while_it_grows(played, chat, asked, saves_always):
    request, head = asked
    played.client.event(Delta(request, "Hm", 1, thinking=True))
    played.client.event(Delta(request, "Once ", 1))
    played.client.event(Delta(request, "upon", 1))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.text, kept.thinking, kept.status) == ("Once upon", "Hm", Status.WRITING)


def test_an_answer_that_has_to_wait_says_for_how_many(played, asked):
    request, head = asked
    played.client.event(Queued(request, 2))
    assert played.chat.live(head).waiting_for == "Waiting for 2 other answers"
    played.client.event(Queued(request, 1))
    assert played.chat.live(head).waiting_for == "Waiting for another answer"
    played.client.event(ToolCalled(request, "look_up", "{}"))
    assert played.chat.live(head).text == ""


def test_nothing_is_remembered_of_how_a_model_ran_that_nobody_planned(played, chat, asked):
    request, head = asked
    played.engine._board.now = replace(played.engine.state, plan=None)
    played.client.event(Started(request, 10, 0, 0))
    played.client.event(Delta(request, "Once", 1))
    played.client.event(Done(request, "end", Timings()))
    played.settle()
    assert played.stored(chat).message(head).made.context_tokens == 0


def test_it_is_not_saved_at_every_word(played, chat, asked):
    request, head = asked
    played.client.event(Delta(request, "Once", 1))
    played.settle()
    assert played.stored(chat).message(head).text == ""


def test_trouble_with_saving_is_told_once_and_the_answer_goes_on(
    played, chat, asked, saves_always
):
    request, head = asked
    with played.locked():
        for word in ("Once ", "upon ", "a time"):
            played.client.event(Delta(request, word, 1))
            played.settle()
    problems = [each for each in played.ear.all if isinstance(each, ProblemArose)]
    assert len(problems) == 1
    played.client.event(Done(request, "end", Timings()))
    played.settle()
    assert played.stored(chat).message(head).text == "Once upon a time"


def test_saves_do_not_pile_up_before_the_end(played, chat, asked, saves_always, monkeypatch):
    request, _head = asked
    saves = []
    save = played.chat.answers._save
    monkeypatch.setattr(
        played.chat.answers, "_save", lambda reply: (saves.append(1), save(reply))
    )
    begun, go_on = Event(), Event()
    played.store.post(lambda: (begun.set(), go_on.wait(WAIT_S)))
    assert begun.wait(WAIT_S)
    for _ in range(20):
        played.client.event(Delta(request, "word ", 1))
    go_on.set()
    played.settle()
    assert len(saves) == 1
    assert played.stored(chat).path()[-1].text == "word " * 20


def test_a_save_behind_the_end_changes_nothing(played, chat, asked, saves_always):
    request, head = asked
    played.store.post(lambda: played.client.event(Delta(request, "late", 1)))
    played.store.post(lambda: played.chat.answers.end(chat))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.status, kept.text) == (Status.STOPPED, "late")
    assert played.problems == []


@pytest.mark.parametrize(
    ("reason", "status", "note"),
    [
        ("end", Status.COMPLETE, ""),
        ("stopped", Status.STOPPED, ""),
        ("length", Status.CUT, "The answer reached the length limit."),
        ("context", Status.CUT, "The model's context is full."),
        ("something new", Status.COMPLETE, ""),
    ],
)
def test_every_end_has_its_status(played, chat, asked, reason, status, note):
    request, head = asked
    played.client.event(Delta(request, "Hi", 1))
    played.client.event(Done(request, reason, Timings(answer_tokens=1)))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.status, kept.note, kept.timings) == (status, note, Timings(answer_tokens=1))


def test_a_death_leaves_the_text_and_words_that_read_well_later(played, chat, asked):
    request, head = asked
    played.client.event(Delta(request, "Once upon", 2))
    death = Death(Cause.ENDED, -9, requests=(request,), restarting=True)
    played.client.die(death)
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.status, kept.text) == (Status.INTERRUPTED, "Once upon")
    assert kept.note == "The engine stopped unexpectedly."


def test_a_failure_says_why_and_what_to_do(played, chat, asked):
    request, head = asked
    played.client.event(Failed(request, Problem("It is too long", "Shorten it.")))
    played.settle()
    kept = played.stored(chat).message(head)
    assert (kept.status, kept.note) == (Status.FAILED, "It is too long. Shorten it.")


def test_words_after_the_end_are_ignored(played, chat, asked):
    request, head = asked
    played.store.ask(lambda: played.chat.answers.end(chat))
    played.client.event(Delta(request, "late", 1))
    played.client.event(Done(request, "stopped", Timings()))
    played.client.event(Done(request, "stopped", Timings()))
    played.settle()
    assert played.stored(chat).message(head).text == ""


def test_two_ends_at_once_are_one(played, chat, asked):
    request, head = asked
    hear = played.chat.answers._hear
    played.store.post(lambda: None)
    hear(request, Done(request, "end", Timings()))
    hear(request, Done(request, "length", Timings()))
    played.settle()
    assert played.stored(chat).message(head).status is Status.COMPLETE


def test_nothing_is_live_but_what_is_written(played, chat, asked):
    _, head = asked
    assert played.chat.live(head).waiting_for == "Waiting"
    assert played.chat.live("another") is None
