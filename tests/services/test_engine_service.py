"""Loads, answers and deaths as the engine service sees them; the engine is played."""

import os
from dataclasses import replace
from itertools import pairwise
from threading import Event

import pytest
from tests.services.ear import WAIT_S

from inglenook.chat.message import Role, Timings
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import ModelFileError, Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Cancel,
    Delta,
    Done,
    Failed,
    Forget,
    Front,
    Load,
    LoadFailed,
    LoadProgress,
    PromptOptions,
    Queued,
    Ready,
    SetThreads,
    SnapshotSaved,
    ToolCalled,
    Turn,
    Unloaded,
)
from inglenook.models.fit import Verdict, Wish
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.engine import NO_MODEL
from inglenook.services.events import EnginePhase

BAD = Problem("This model cannot be loaded", "Choose another model.")
TURNS = (Turn(Role.USER, "Hello"),)
R, CHAT = RequestId("r"), ChatId("c")


@pytest.fixture
def heard():
    return []


@pytest.fixture
def ask(played, heard):
    def ask(request=R, **more):
        hear = lambda _, event: heard.append(event)  # noqa: E731
        played.engine.answer(request, CHAT, TURNS, EXACT, hear, **more)

    return ask


@pytest.fixture
def phase(played):
    return lambda: played.engine.state.phase


# --- loading ---


def test_a_model_is_planned_loaded_and_remembered(played, phase):
    played.engine.load(ECHO_PATH)
    assert phase() is EnginePhase.LOADING
    played.settle()
    assert played.client.kinds() == ["Load"]
    assert played.client.started == 1
    played.client.event(LoadProgress(0.5))
    assert played.engine.state.fraction == 0.5
    played.client.loaded()
    played.settle()
    assert phase() is EnginePhase.READY
    assert played.engine.state.model.name == "Echo"
    assert played.engine.state.plan is not None
    assert played.loaded == [ECHO_PATH]


def test_the_pill_has_a_name_before_the_file_is_read(played):
    played.engine.load("/models/SmolLM2-135M-Instruct.Q4_1.gguf")
    model = played.ear.all[0].state.model
    assert (model.name, model.path) == (
        "SmolLM2 135M Instruct",
        "/models/SmolLM2-135M-Instruct.Q4_1.gguf",
    )


def test_a_file_that_is_no_model_is_told_with_advice_and_can_be_tried_again(make_played):
    broken = [True]

    def plan(path):
        if broken:
            raise ModelFileError("This is no model file", "Choose another one.")
        return echo_plan(path)

    desk = make_played(plan=plan)
    desk.engine.load("x.gguf")
    desk.settle()
    state = desk.engine.state
    assert (state.phase, state.problem.title) == (EnginePhase.FAILED, "This is no model file")
    assert desk.client.kinds() == []
    broken.clear()
    desk.engine.retry()
    desk.settle()
    desk.client.loaded("x.gguf")
    assert desk.engine.state.phase is EnginePhase.READY
    assert desk.engine.state.problem is None


def test_a_wish_goes_into_the_plan_and_is_kept_when_it_is_tried_again(played):
    played.engine.load(ECHO_PATH, Wish(context_tokens=16384))
    played.settle()
    played.engine.retry()
    played.settle()
    played.engine.load(ECHO_PATH)
    played.settle()
    loads = [each for each in played.client.sent if isinstance(each, Load)]
    assert [each.settings.context_tokens for each in loads] == [16384, 16384, 8192]


def test_a_fault_of_our_own_while_planning_ends_the_load(make_played):
    def plan(_path):
        raise ZeroDivisionError

    desk = make_played(plan=plan)
    desk.engine.load("x.gguf")
    desk.settle()
    assert desk.engine.state.phase is EnginePhase.FAILED
    assert "inside Inglenook" in desk.engine.state.problem.title


def test_a_file_that_is_overtaken_before_it_is_found_broken_is_nobodys_concern(make_played):
    def plan(path):
        if path == "x.gguf":
            desk.engine.load(ECHO_PATH)
            raise ModelFileError("This is no model file", "Choose another one.")
        return echo_plan(path)

    desk = make_played(plan=plan)
    desk.engine.load("x.gguf")
    desk.settle()
    desk.settle()
    assert desk.client.kinds() == ["Load"]
    assert desk.engine.state.phase is EnginePhase.LOADING


def test_a_file_that_is_no_model_frees_the_one_before_it(make_played):
    def plan(path):
        if path == "x.gguf":
            raise ModelFileError("This is no model file", "Choose another one.")
        return echo_plan(path)

    desk = make_played(plan=plan)
    desk.ready()
    desk.engine.load("x.gguf")
    desk.settle()
    assert desk.client.kinds()[-1] == "Unload"
    assert desk.engine.state.phase is EnginePhase.FAILED


def test_a_model_the_engine_refuses_is_told_with_its_words(played, phase):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.client.event(LoadFailed(BAD))
    assert (phase(), played.engine.state.problem) == (EnginePhase.FAILED, BAD)


def test_of_two_loads_the_last_one_wins(played, phase):
    played.engine.load("a.gguf")
    played.settle()
    played.engine.load("b.gguf")
    played.settle()
    assert played.client.kinds() == ["Load", "CancelLoad", "Load"]
    played.client.loaded("a.gguf")  # it was too late to give it up
    assert phase() is EnginePhase.LOADING
    played.client.loaded("b.gguf")
    played.settle()
    assert played.engine.state.model.path == "b.gguf"
    assert phase() is EnginePhase.READY
    assert played.loaded == ["b.gguf"]


def test_a_model_that_is_too_big_is_refused_before_it_is_read(make_played):
    def plan(path):
        model, fitting = echo_plan(path)
        return model, replace(fitting, verdict=Verdict.TOO_BIG)

    desk = make_played(plan=plan)
    desk.engine.load("big.gguf")
    desk.settle()
    assert desk.engine.state.phase is EnginePhase.FAILED
    assert desk.engine.state.problem.title == "This model is too big for this computer"
    assert not any(isinstance(each, Load) for each in desk.client.sent)


def test_a_load_that_is_overtaken_is_not_even_planned(make_played):
    planned = []
    begun, go_on = Event(), Event()

    def plan(path):
        planned.append(path)
        begun.set()
        assert go_on.wait(WAIT_S)
        return echo_plan(path)

    desk = make_played(plan=plan)
    desk.engine.load("a.gguf")
    assert begun.wait(WAIT_S)
    desk.engine.load("b.gguf")
    desk.engine.load("c.gguf")
    go_on.set()
    desk.settle()
    assert [each.path for each in desk.client.sent if isinstance(each, Load)] == ["c.gguf"]
    assert planned == ["a.gguf", "c.gguf"]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_model_whose_name_is_no_text_is_told_to_be_renamed(make_played):
    desk = make_played()
    desk.engine.load(os.fsdecode(b"/odd-\xff.gguf"))
    desk.ear.phase(EnginePhase.FAILED)
    assert "Rename" in desk.engine.state.problem.advice
    desk.engine.load("b.gguf")
    desk.settle()
    assert [each.path for each in desk.client.sent if isinstance(each, Load)] == ["b.gguf"]


def test_a_load_can_be_given_up_at_any_time(played, phase, ask, heard):
    played.engine.cancel_load()  # nothing to give up
    assert played.client.kinds() == []
    played.engine.load(ECHO_PATH)
    played.settle()
    ask()
    played.engine.cancel_load()
    assert phase() is EnginePhase.NO_MODEL
    assert heard == [Failed(R, NO_MODEL)]
    assert played.client.kinds() == ["Load", "CancelLoad", "Unload"]
    played.client.event(LoadFailed(BAD, cancelled=True))
    played.client.event(LoadProgress(0.9))
    played.client.event(Unloaded())
    assert phase() is EnginePhase.NO_MODEL
    assert played.engine.state.fraction == 0


def test_a_load_that_was_given_up_too_late_stays_given_up(played, phase):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.engine.cancel_load()
    played.client.loaded()
    played.settle()
    assert phase() is EnginePhase.NO_MODEL
    assert played.loaded == []


def test_giving_up_before_the_plan_is_made_sends_nothing(make_played):
    def plan(path):
        desk.engine.cancel_load()
        return echo_plan(path)

    desk = make_played(plan=plan)
    desk.engine.load(ECHO_PATH)
    desk.settle()
    assert desk.client.kinds() == []
    assert desk.engine.state.phase is EnginePhase.NO_MODEL


def test_unloading_frees_the_model(played, phase):
    played.ready()
    played.engine.unload()
    assert phase() is EnginePhase.NO_MODEL
    assert played.client.kinds()[-1] == "Unload"
    played.engine.retry()  # there is nothing to retry
    played.settle()
    assert phase() is EnginePhase.NO_MODEL


def test_an_answer_without_a_load_is_ignored(played, phase):
    played.client.loaded()
    played.client.event(LoadFailed(BAD))
    played.client.event(Ready(1, "echo", 1))
    assert phase() is EnginePhase.NO_MODEL


# --- answering ---


def test_without_a_model_a_question_fails_with_advice(played, ask, heard):
    ask()
    assert heard == [Failed(R, NO_MODEL)]
    assert played.engine.state.answering == 0


def test_after_a_failed_load_a_question_fails_with_the_same_words(played, ask, heard):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.client.event(LoadFailed(BAD))
    ask()
    assert heard == [Failed(R, BAD)]


def test_what_is_asked_while_loading_is_answered_when_ready(played, ask, heard):
    played.engine.load(ECHO_PATH)
    played.settle()
    ask()
    assert played.client.kinds() == ["Load"]
    assert played.engine.state.answering == 1
    played.client.loaded()
    assert played.client.kinds() == ["Load", "Answer"]
    played.client.event(Delta("r", "Hi", 1))
    played.client.event(Done("r", "end", Timings()))
    assert [type(each).__name__ for each in heard] == ["Delta", "Done"]
    assert played.engine.state.answering == 0


def test_what_no_person_asked_for_is_counted_apart(played, ask, heard):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.client.loaded()
    ask(background=True)
    assert (played.engine.state.answering, played.engine.state.awaited) == (1, 0)
    played.client.event(Done("r", "end", Timings()))
    assert (played.engine.state.answering, played.engine.state.unasked) == (0, 0)


def test_what_is_asked_while_loading_fails_with_the_load(played, ask, heard):
    played.engine.load(ECHO_PATH)
    played.settle()
    ask()
    played.client.event(LoadFailed(BAD))
    assert heard == [Failed(R, BAD)]


def test_two_answers_at_once_are_kept_apart(played, ask):
    one, two = [], []
    played.ready()
    played.engine.answer(RequestId("1"), CHAT, TURNS, EXACT, lambda _, e: one.append(e))
    played.engine.answer(RequestId("2"), CHAT, TURNS, EXACT, lambda _, e: two.append(e))
    assert played.engine.state.answering == 2
    played.client.event(Delta("2", "b", 1))
    played.client.event(Delta("1", "a", 1))
    assert ([e.text for e in one], [e.text for e in two]) == (["a"], ["b"])


def test_what_cannot_be_sent_fails(played, ask, heard):
    played.ready()
    played.client.refuses = True
    ask()
    assert heard[0].problem.title == "The engine is not running"


def test_what_waited_and_cannot_be_sent_fails(played, ask, heard):
    played.engine.load(ECHO_PATH)
    played.settle()
    ask()
    played.client.refuses = True
    played.client.loaded()
    assert heard[0].problem.title == "The engine is not running"
    assert played.engine.state.answering == 0


def test_words_for_nobody_are_ignored(played):
    played.ready()
    played.client.event(Done("unknown", "end", Timings()))
    assert played.engine.state.answering == 0


def test_what_an_answer_is_told_besides_its_turns_travels_with_it(played):
    played.ready()
    options = PromptOptions(thinking=False, effort="low")
    played.engine.answer(
        R,
        CHAT,
        TURNS,
        EXACT,
        print,
        options=options,
        continues=True,
        background=True,
        last_start=4,
    )
    sent = played.client.sent[-1]
    assert (sent.options, sent.continues, sent.background) == (options, True, True)
    assert sent.last_start == 4


def test_an_answer_hears_that_it_waits_and_that_a_tool_is_called(played, ask, heard):
    played.ready()
    ask()
    told = [Queued("r", 2), ToolCalled("r", "look_up", "{}")]
    for event in told:
        played.client.event(event)
    assert heard == told
    assert played.engine.state.answering == 1


# --- what the engine is told besides ---


def test_the_chat_on_screen_is_told_and_told_again_with_the_next_model(played):
    played.engine.front(CHAT)
    assert played.client.kinds() == []  # no engine runs yet
    played.engine.load(ECHO_PATH)
    played.settle()
    assert played.client.sent[1:] == [Front(CHAT)]
    played.engine.front(None)
    assert played.client.sent[-1] == Front("")


def test_a_chat_that_is_gone_is_forgotten_by_the_engine(played):
    played.engine.forget(CHAT)
    played.ready()
    played.engine.forget(CHAT)
    assert played.client.sent[1:] == [Forget(CHAT)]


def test_threads_change_at_once_and_stay_for_the_next_load(played):
    played.ready()
    played.engine.set_threads(3)
    assert played.client.sent[-1] == SetThreads(3)
    assert played.engine.state.plan.settings.threads == 3
    played.engine.load("b.gguf")
    played.settle()
    assert played.client.sent[-1].settings.threads == 3
    played.engine.set_threads(0)
    assert played.client.sent[-1] == SetThreads(1)


def test_threads_wished_for_with_a_load_are_the_ones(played):
    played.engine.set_threads(7)
    played.engine.load(ECHO_PATH, Wish(threads=1))
    played.settle()
    assert played.client.sent[-1].settings.threads == 1


def test_threads_may_be_set_before_there_is_a_model(played):
    played.engine.set_threads(2)
    played.ready()
    assert [each.settings.threads for each in played.client.sent] == [2]


def test_the_engine_is_told_where_to_keep_snapshots_and_tells_of_each(make_played):
    saved = []
    desk = make_played(snapshots="/kept", on_saved=lambda *what: saved.append(what))
    desk.ready()
    assert desk.client.sent[0].snapshots == "/kept"
    desk.client.event(SnapshotSaved("c", 9))
    assert saved == [("c", 9)]


def test_what_a_model_took_is_passed_on(make_played):
    taken = []
    desk = make_played(on_loaded=taken.append)
    desk.ready()
    assert taken == [()]


# --- stopping ---


def test_a_running_answer_is_stopped_by_the_engine(played, ask, heard):
    played.ready()
    ask()
    played.engine.cancel(R)
    assert played.client.sent[-1] == Cancel("r")
    assert heard == []
    played.client.event(Done("r", "stopped", Timings()))
    played.engine.cancel(R)  # it has ended: nothing is sent
    assert played.client.kinds().count("Cancel") == 1


def test_a_waiting_answer_is_stopped_at_once(played, ask, heard):
    played.engine.load(ECHO_PATH)
    played.settle()
    ask()
    ask(RequestId("other"))
    played.engine.cancel(R)
    assert heard == [Done("r", "stopped", Timings())]
    played.client.loaded()
    assert [each.request for each in played.client.sent[1:]] == ["other"]


# --- dying ---


def died(*requests, loading="", restarting=True, status=-9, fatal=""):
    return Death(
        Cause.ENDED, status, fatal, requests=requests, loading=loading, restarting=restarting
    )


BAD_FILE = "/b/gguf.cpp:7: GGML_ASSERT(n > 0) failed"


def test_a_death_interrupts_what_was_written_and_the_engine_comes_back(
    played, ask, heard, phase
):
    played.ready()
    ask()
    played.client.die(died("r", status=-15))
    assert phase() is EnginePhase.RESTARTING
    assert [each.title for each in heard] == ["The engine stopped unexpectedly"]
    later = []
    played.engine.answer(RequestId("2"), CHAT, TURNS, EXACT, lambda _, e: later.append(e))
    assert played.client.kinds() == ["Load", "Answer"]
    played.client.loaded()
    assert phase() is EnginePhase.READY
    assert played.client.sent[-1].request == "2"
    assert later == []


def test_an_answer_that_the_dead_engine_never_saw_is_left_to_the_next_one(played, ask, heard):
    played.ready()
    ask()
    played.client.die(died())
    assert heard == []
    played.client.loaded()
    played.client.event(Done("r", "end", Timings()))
    assert len(heard) == 1


def test_too_many_deaths_break_it_until_a_person_tries_again(played, ask, heard, phase):
    played.ready()
    played.client.die(died(restarting=False))
    assert phase() is EnginePhase.BROKEN
    assert played.engine.state.problem.advice.startswith("Load the model again")
    ask()
    assert heard[0].problem == played.engine.state.problem
    played.engine.retry()
    played.settle()
    assert played.client.started == 2
    played.client.loaded()
    assert phase() is EnginePhase.READY


def test_a_death_while_loading_fails_the_load(played, ask, heard, phase):
    played.engine.load(ECHO_PATH)
    played.settle()
    ask()
    death = died(loading=ECHO_PATH, restarting=False, status=-6, fatal=BAD_FILE)
    played.client.die(death)
    played.client.event(LoadFailed(death.problem))
    assert phase() is EnginePhase.FAILED
    assert heard == [Failed(R, death.problem)]


def test_a_model_that_kills_the_engine_when_it_is_loaded_again_is_given_up(
    played, phase, ask, heard
):
    played.ready()
    played.client.die(died())
    ask()
    death = died(loading=ECHO_PATH, restarting=False, status=-6, fatal=BAD_FILE)
    played.client.die(death)
    played.client.event(LoadFailed(death.problem))
    assert phase() is EnginePhase.FAILED
    assert heard == [Failed(R, death.problem)]


def test_the_death_of_an_idle_engine_without_a_model_is_nobodys_concern(played, phase):
    played.ready()
    played.engine.unload()
    played.client.die(died(restarting=False))
    assert phase() is EnginePhase.NO_MODEL


def test_a_model_that_comes_back_after_it_was_given_up_is_not_shown(played, phase):
    played.ready()
    played.engine.unload()
    played.client.die(died())  # it died before it heard of that
    played.client.loaded()
    assert phase() is EnginePhase.NO_MODEL


# --- the end ---


def test_closing_ends_the_engine_and_the_worker(played, phase):
    played.ready()
    played.engine.close()
    assert played.client.closed
    played.client.loaded()


def test_states_are_announced_once_each(played):
    played.ready()
    states = [each.state for each in played.ear.all]
    assert all(one != other for one, other in pairwise(states))
