"""Smaller tries, rest, and stops that are not heeded; engine and clock are played."""

from dataclasses import replace

import pytest

from inglenook.chat.message import Role, Timings
from inglenook.chat.sampling import EXACT
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, RequestId
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Delta,
    Done,
    Failed,
    Load,
    Loaded,
    LoadFailed,
    LoadProgress,
    Turn,
)
from inglenook.models.fit import Limits, MemoryPart, Verdict, Wish
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.events import EnginePhase, ProblemArose

TURNS = (Turn(Role.USER, "Hello"),)
R, CHAT = RequestId("r"), ChatId("c")
NO_MEMORY = Problem("There is not enough memory", "Close some.", {"lacks": "memory"})
REST_S = 1800.0


@pytest.fixture
def heard():
    return []


@pytest.fixture
def ask(played, heard):
    def ask(request=R, desk=None):
        listener = lambda _, event: heard.append(event)  # noqa: E731
        (desk or played).engine.answer(request, CHAT, TURNS, EXACT, listener)

    return ask


@pytest.fixture
def lazy(make_played):
    return make_played(rest_after_s=lambda: REST_S)


def loads(desk):
    return [each for each in desk.client.sent if isinstance(each, Load)]


def contexts(desk):
    return [each.settings.context_tokens for each in loads(desk)]


def notices(desk):
    return [each.problem for each in desk.ear.all if isinstance(each, ProblemArose)]


def death(*requests, loading="", restarting=False, **how):
    how = {"cause": Cause.ENDED, "exit_status": -9, **how}
    return Death(requests=requests, loading=loading, restarting=restarting, **how)


def die_loading(desk, path=ECHO_PATH, **how):
    ended = death(loading=path, **how)
    desk.client.die(ended)
    desk.client.event(LoadFailed(ended.problem))
    return ended


def on_gpu(path):
    model, plan = echo_plan(path)
    settings = replace(plan.settings, gpu_layers=33)
    return model, replace(plan, settings=settings, verdict=Verdict.GPU, summary="All on GPU")


# --- smaller tries ---


def test_a_load_that_ends_the_engine_is_tried_with_a_shorter_context(played, ask, heard):
    played.engine.load(ECHO_PATH)
    played.settle()
    ask()
    die_loading(played)
    assert played.engine.state.phase is EnginePhase.LOADING
    assert played.client.started == 2
    assert contexts(played) == [8192, 4096]
    assert heard == []
    played.client.loaded()
    state = played.engine.state
    assert state.phase is EnginePhase.READY
    assert state.plan.settings.context_tokens == 4096
    assert "shorter context" in state.plan.reasons[-1]
    assert [each.title for each in notices(played)] == ["Loaded with a shorter context"]
    assert "memory" in notices(played)[0].advice
    assert played.client.sent[-1].request == R


def test_after_three_tries_a_model_is_given_up_and_its_last_words_are_told(played, ask, heard):
    played.engine.load(ECHO_PATH)
    played.settle()
    ask()
    for _ in range(3):
        last = die_loading(played)
    assert contexts(played) == [8192, 4096, 2048]
    state = played.engine.state
    assert state.phase is EnginePhase.FAILED
    assert state.problem.title == last.problem.title
    assert state.problem.facts["tries"].startswith("3")
    assert heard == [Failed(R, state.problem)]
    assert notices(played) == []


def test_a_person_who_tries_again_gets_the_whole_plan_and_three_tries(played):
    played.engine.load(ECHO_PATH)
    played.settle()
    for _ in range(3):
        die_loading(played)
    played.engine.retry()
    played.settle()
    for _ in range(2):
        die_loading(played)
    assert contexts(played) == [8192, 4096, 2048] * 2


def test_a_card_that_fails_is_left_out_in_the_end(make_played):
    desk = make_played(plan=on_gpu)
    desk.engine.load(ECHO_PATH)
    desk.settle()
    for _ in range(2):
        die_loading(desk, exit_status=-6, fatal="CUDA error: out of memory")
    desk.client.loaded()
    assert [each.settings.gpu_layers for each in loads(desk)] == [33, 24, 0]
    plan = desk.engine.state.plan
    assert (plan.verdict, plan.summary) == (Verdict.CPU, "Running on CPU")
    assert notices(desk)[0].title == "Loaded on the processor alone"


@pytest.mark.parametrize(
    "fatal",
    ["/b/gguf.cpp:7: GGML_ASSERT(n > 0) failed", "/b/llama-vocab.cpp:7: GGML_ASSERT(a) failed"],
)
def test_a_file_that_llama_cpp_cannot_read_is_tried_once(played, fatal):
    played.engine.load(ECHO_PATH)
    played.settle()
    ended = die_loading(played, exit_status=-6, fatal=fatal)
    assert len(loads(played)) == 1
    assert played.engine.state.problem == ended.problem
    assert "the check" in ended.problem.advice


def test_a_load_refused_for_lack_of_memory_is_tried_with_less(played):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.client.event(LoadFailed(NO_MEMORY))
    assert contexts(played) == [8192, 4096]
    played.client.loaded()
    assert notices(played)[0].title == "Loaded with a shorter context"


def test_a_load_that_was_given_up_is_not_tried_again(played):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.engine.cancel_load()
    die_loading(played)
    assert len(loads(played)) == 1
    assert played.engine.state.phase is EnginePhase.NO_MODEL


def test_a_model_that_waited_behind_a_deadly_one_is_loaded_as_planned(played):
    played.engine.load("deadly.gguf")
    played.settle()
    played.engine.load(ECHO_PATH)
    played.settle()
    ended = die_loading(played, "deadly.gguf")
    played.client.event(LoadFailed(ended.problem))
    assert [each.path for each in loads(played)] == ["deadly.gguf", ECHO_PATH, ECHO_PATH]
    assert contexts(played) == [8192] * 3
    played.client.loaded()
    assert played.engine.state.phase is EnginePhase.READY
    assert notices(played) == []


def test_the_second_death_within_a_minute_brings_the_model_back_with_less(played):
    played.ready()
    played.client.die(death(restarting=True))
    played.client.loaded()
    played.alarms.now_s = 59.0
    played.client.die(death(restarting=True))
    assert played.engine.state.phase is EnginePhase.RESTARTING
    assert played.client.kinds() == ["Load", "CancelLoad", "Load"]
    played.client.event(LoadFailed(NO_MEMORY, cancelled=True))  # the one that came by itself
    assert played.engine.state.phase is EnginePhase.RESTARTING
    played.client.loaded()
    assert played.engine.state.phase is EnginePhase.READY
    assert played.engine.state.plan.settings.context_tokens == 4096
    assert len(notices(played)) == 1


def test_a_death_in_the_first_answer_is_the_plans_fault_and_one_in_a_later_is_not(played, ask):
    played.ready()
    ask()
    played.client.event(Done(R, "end", Timings()))
    ask(RequestId("later"))
    played.client.die(death("later", restarting=True))
    assert len(loads(played)) == 1
    played.client.loaded()
    played.engine.load("b.gguf")
    played.settle()
    played.client.loaded("b.gguf")
    ask(RequestId("first"))
    played.client.die(death("first", restarting=True))
    assert contexts(played) == [8192, 8192, 4096]


def test_two_deaths_far_apart_are_two_accidents(played):
    played.ready()
    played.client.die(death(restarting=True))
    played.client.loaded()
    played.alarms.now_s = 61.0
    played.client.die(death(restarting=True))
    assert len(loads(played)) == 1


def test_where_nothing_smaller_helps_the_same_comes_back(played):
    played.ready()
    for _ in range(2):
        played.client.die(death(restarting=True, exit_status=-4))
        played.client.loaded()
    assert len(loads(played)) == 1
    assert played.engine.state.phase is EnginePhase.READY


# --- what was found and what was taken ---


def test_what_a_model_loaded_with_after_its_plan_had_failed_is_told_to_be_remembered(
    make_played,
):
    proved = []
    desk = make_played(on_proved=lambda *found: proved.append(found))
    desk.engine.load(ECHO_PATH, Wish(threads=2))
    desk.settle()
    die_loading(desk)
    assert proved == []
    desk.client.loaded()
    desk.settle()
    ((path, wish, settings),) = proved
    assert (path, wish, settings.context_tokens) == (ECHO_PATH, Wish(threads=2), 4096)


def test_a_plan_that_loads_at_once_leaves_nothing_to_remember(make_played):
    proved = []
    desk = make_played(on_proved=lambda *found: proved.append(found))
    desk.ready()
    desk.settle()
    assert proved == []


def test_experts_leave_the_card_before_layers_do_and_the_pill_says_so(make_played):
    def with_experts(path):
        model, plan = on_gpu(path)
        return model, replace(plan, limits=Limits(layers=32, has_experts=True))

    desk = make_played(plan=with_experts)
    desk.engine.load(ECHO_PATH)
    desk.settle()
    die_loading(desk, exit_status=-6, fatal="CUDA error: out of memory")
    assert [each.settings.experts_in_ram for each in loads(desk)] == [0, 16]
    plan = desk.engine.state.plan
    assert (plan.verdict, plan.summary) == (Verdict.SPLIT, "On GPU, with experts in memory")


TAKEN = (MemoryPart("CUDA0", 4, 3, 2, 0, 1), MemoryPart("CPU", 4, 3, 2, 0))


def test_what_was_taken_is_shown_while_the_model_is_there(lazy):
    lazy.engine.load(ECHO_PATH)
    lazy.settle()
    assert lazy.engine.state.taken == ()
    lazy.client.event(Loaded(ECHO_PATH, "echo", 8192, 8192, "own", 0.1, TAKEN))
    assert lazy.engine.state.taken == TAKEN
    lazy.alarms.ring()
    assert (lazy.engine.state.phase, lazy.engine.state.taken) == (EnginePhase.RESTING, ())


def test_an_engine_that_died_holds_nothing(played):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.client.event(Loaded(ECHO_PATH, "echo", 8192, 8192, "own", 0.1, TAKEN))
    played.client.die(death(restarting=True))
    assert played.engine.state.taken == ()
    played.client.event(Loaded(ECHO_PATH, "echo", 8192, 8192, "own", 0.1, TAKEN))
    assert played.engine.state.taken == TAKEN
    played.engine.unload()
    assert played.engine.state.taken == ()


# --- rest ---


def test_a_model_that_is_laid_by_is_planned_and_loaded_by_the_first_question(lazy, ask):
    lazy.engine.lay_by(ECHO_PATH)
    assert lazy.engine.state.phase is EnginePhase.RESTING
    lazy.settle()
    state = lazy.engine.state
    assert (state.phase, state.model.name) == (EnginePhase.RESTING, "Echo")
    assert state.plan is not None
    assert (lazy.client.started, lazy.client.sent) == (0, [])
    ask(desk=lazy)
    assert lazy.engine.state.phase is EnginePhase.LOADING
    lazy.settle()
    lazy.client.loaded()
    assert lazy.client.sent[-1].request == R


def test_of_models_that_are_laid_by_the_last_one_is_shown(make_played):
    planned = []

    def plan(path, *wish):
        planned.append(path)
        if path == "a.gguf":
            desk.engine.lay_by("b.gguf")
            desk.engine.lay_by("c.gguf")
        return echo_plan(path, *wish)

    desk = make_played(plan=plan)
    desk.engine.lay_by("a.gguf")
    desk.settle()
    desk.settle()
    assert planned == ["a.gguf", "c.gguf"]
    assert desk.engine.state.model == echo_plan("c.gguf")[0]


def test_a_model_that_nobody_asks_goes_to_rest_and_wakes_for_the_next_question(
    lazy, ask, heard
):
    lazy.ready()
    assert lazy.alarms.due == [REST_S]
    lazy.alarms.ring()
    state = lazy.engine.state
    assert (state.phase, state.model.name) == (EnginePhase.RESTING, "Echo")
    assert lazy.client.stopped == 1
    ask(desk=lazy)
    assert lazy.engine.state.phase is EnginePhase.LOADING
    lazy.settle()
    lazy.client.loaded()
    assert lazy.client.started == 2
    assert lazy.client.sent[-1].request == R
    assert heard == []


def test_while_an_answer_is_written_no_model_rests(lazy, ask):
    lazy.ready()
    ask(desk=lazy)
    assert lazy.alarms.due == []
    lazy.client.event(Done(R, "end", Timings()))
    assert lazy.alarms.due == [REST_S]


def test_an_alarm_that_was_called_off_too_late_wakes_nobody(lazy, ask):
    lazy.ready()
    (late,) = lazy.alarms.all
    ask(desk=lazy)
    late.ring()
    assert lazy.engine.state.phase is EnginePhase.READY
    lazy.client.event(Done(R, "end", Timings()))
    late.ring()
    assert lazy.engine.state.phase is EnginePhase.READY


def test_what_proved_small_enough_is_loaded_after_the_rest_and_not_told_again(lazy, ask):
    lazy.engine.load(ECHO_PATH)
    lazy.settle()
    die_loading(lazy)
    lazy.client.loaded()
    lazy.alarms.ring()
    ask(desk=lazy)
    lazy.settle()
    lazy.client.loaded()
    assert contexts(lazy) == [8192, 4096, 4096]
    assert len(notices(lazy)) == 1


def test_a_model_at_rest_can_be_replaced_or_given_up(lazy):
    lazy.ready()
    lazy.alarms.ring()
    lazy.engine.load("b.gguf")
    lazy.settle()
    lazy.client.loaded("b.gguf")
    assert lazy.engine.state.model.path == "b.gguf"
    lazy.alarms.ring()
    lazy.engine.cancel_load()  # nothing loads
    assert lazy.engine.state.phase is EnginePhase.RESTING
    lazy.engine.unload()
    assert lazy.engine.state.phase is EnginePhase.NO_MODEL


def test_without_a_limit_no_model_ever_rests(played):
    played.ready()
    assert played.alarms.all == []


# --- stops that are not heeded ---


def test_an_engine_that_heeds_no_stop_is_ended_and_the_answer_counts_as_stopped(
    played, ask, heard
):
    played.ready()
    ask()
    ask(RequestId("other"))
    played.engine.cancel(R)
    assert played.alarms.due == [5.0]
    played.alarms.ring()
    assert played.client.killed == 0
    played.alarms.ring()
    assert played.client.killed == 1
    played.client.die(death("r", "other", cause=Cause.KILLED, restarting=True))
    stopped, other = heard
    assert (stopped.reason, stopped.request) == ("stopped", R)
    assert other.title == "The engine stopped responding"
    assert played.engine.state.phase is EnginePhase.RESTARTING
    assert played.alarms.due == []


def test_an_engine_that_still_writes_others_is_given_time(played, ask):
    played.ready()
    ask()
    played.engine.cancel(R)
    for _ in range(4):
        played.client.event(Delta("other", "more", 1))
        played.alarms.ring()
        assert played.client.killed == 0
        played.alarms.ring()
        assert played.client.killed == 0
    played.alarms.ring()
    assert played.client.killed == 1


def test_a_stop_that_is_heeded_is_the_end_of_it(played, ask):
    played.ready()
    ask()
    played.engine.cancel(R)
    (late,) = played.alarms.all
    played.client.event(Done(R, "stopped", Timings()))
    assert played.alarms.due == []
    late.ring()
    assert played.client.killed == 0


def test_a_load_that_cannot_be_given_up_is_ended(played):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.engine.cancel_load()
    played.client.event(LoadProgress(0.5))
    for _ in range(2):
        played.alarms.ring()
        assert played.client.killed == 0
    played.alarms.ring()
    assert played.client.killed == 1
    played.client.event(LoadFailed(NO_MEMORY, cancelled=True))
    assert played.alarms.due == []


def test_another_model_is_not_ended_for_the_sake_of_one_that_was_given_up(played):
    played.engine.load(ECHO_PATH)
    played.settle()
    played.engine.cancel_load()
    played.engine.load("b.gguf")
    assert played.alarms.due == []


def test_closing_calls_every_alarm_off(make_played, ask):
    desk = make_played(rest_after_s=lambda: REST_S)
    desk.ready()
    desk.engine.close()
    assert desk.alarms.due == []
    desk.client.event(Done(R, "end", Timings()))
    assert desk.alarms.due == []
