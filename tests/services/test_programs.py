"""Programs that want different models, and the person who goes before them."""

import pytest
from tests.services.apidesk import ApiDesk

from inglenook.core.errors import Problem
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import Failed, LoadFailed, Tokenise, Weighed
from inglenook.services import programs
from inglenook.services.apiline import TURN_S
from inglenook.services.apiquestion import Question
from inglenook.services.events import EnginePhase
from inglenook.services.programs import SPARE_S


@pytest.fixture
def desk(played):
    desk = ApiDesk(played)
    yield desk
    desk.api.close()


@pytest.fixture
def alone(desk):
    """A desk without a person, with model a loaded."""
    desk.api.leave_no_spare_time()
    desk.person_loads("/m/a.gguf")
    return desk


def test_a_question_for_the_loaded_model_is_sent_at_once(alone):
    request = alone.ask(model="a")
    assert alone.asked == [request]
    alone.writes(request)
    alone.ends(request)
    assert [type(each).__name__ for each in alone.heard[request]] == ["Delta", "Done"]
    assert alone.loads == ["a"]


def test_a_model_is_loaded_on_demand_once_for_all_who_wait(alone):
    one, two = alone.ask(model="b"), alone.ask(model="b")
    assert alone.loads == ["a", "b"]
    assert alone.asked == []
    alone.comes("b")
    assert alone.asked == [one, two]


def test_a_model_is_loaded_where_there_is_none(desk):
    request = desk.ask(model="b")
    desk.comes("b")
    assert desk.asked == [request]


def test_answers_under_way_end_before_another_model_is_loaded(alone):
    one = alone.ask(model="a")
    other = alone.ask(model="b")
    two = alone.ask(model="a")
    assert alone.asked == [one, two]
    alone.ends(one)
    assert alone.loads == ["a"]
    alone.ends(two)
    assert alone.loads == ["a", "b"]
    alone.comes("b")
    assert alone.asked == [one, two, other]


def test_a_stream_of_questions_for_one_model_does_not_starve_another(alone):
    one, other = alone.ask(model="a"), alone.ask(model="b")
    alone.played.alarms.now_s += TURN_S
    late = alone.ask(model="a")
    assert alone.asked == [one]
    alone.ends(one)
    alone.comes("b")
    assert alone.asked == [one, other]
    alone.ends(other)
    alone.comes("a")
    assert alone.asked == [one, other, late]
    assert alone.loads == ["a", "b", "a"]


def test_what_a_person_is_being_answered_is_never_unloaded(alone):
    alone.person_asks()
    alone.ask(model="b")
    alone.passes(TURN_S)
    late = alone.ask(model="a")
    assert late in alone.asked, "who could use the model in vain makes way for nobody"
    alone.ends(late)
    assert alone.loads == ["a"]
    alone.ends("p1")
    assert alone.loads == ["a", "b"]


def test_a_model_is_left_for_a_while_to_a_person_who_has_just_used_it(desk):
    desk.person_loads("/m/a.gguf")
    request = desk.ask(model="b")
    assert desk.loads == ["a"]
    desk.passes(SPARE_S / 2)
    desk.person_asks()
    desk.ends("p1")
    desk.passes(SPARE_S / 2)
    assert desk.loads == ["a"]
    desk.passes(SPARE_S)
    assert desk.loads == ["a", "b"]
    desk.comes("b")
    assert desk.asked == ["p1", request]


def test_the_persons_model_comes_back_with_their_next_question(alone):
    begun, fresh = alone.ask(model="b"), alone.ask(model="b")
    alone.comes("b")
    alone.writes(begun)
    alone.person_asks()
    assert alone.loads == ["a", "b", "a"]
    alone.ends(begun, "unloaded")
    alone.ends(fresh, "unloaded")
    assert alone.end_of(begun) == "busy"
    assert fresh not in alone.heard
    alone.comes("a")
    assert alone.asked[2:] == ["p1"]
    alone.ends("p1")
    alone.comes("b")
    assert alone.asked[3:] == [fresh], "what had not begun is asked again"
    assert alone.played.loaded == ["/m/a.gguf"] * 2, "only a person's choice is remembered"


def test_a_program_that_wants_the_persons_model_brings_it_back(alone):
    alone.ends(alone.ask(model="a"))
    alone.ask(model="b")
    alone.comes("b")
    alone.ends(alone.asked[-1])
    alone.ask(model="a")
    alone.comes("a")
    assert alone.loads == ["a", "b", "a"]
    alone.person_asks()
    assert alone.loads == ["a", "b", "a"]


def test_a_persons_load_wins_over_one_for_a_program(desk):
    request = desk.ask(model="b")
    assert desk.loads == ["b"]
    desk.played.engine.load("/m/a.gguf")
    desk.settle()
    desk.says(LoadFailed(Problem("Stopped", ""), cancelled=True))
    desk.comes("a")
    assert desk.asked == []
    desk.passes(SPARE_S)
    assert desk.loads == ["b", "a", "b"]
    desk.comes("b")
    assert desk.asked == [request]


def test_a_model_that_cannot_be_loaded_fails_those_who_wait_for_it(alone):
    one, two = alone.ask(model="b"), alone.ask(model="b")
    alone.says(LoadFailed(Problem("It is damaged", "Get it again.")))
    assert alone.end_of(one) == alone.end_of(two) == "loading_failed"
    assert alone.heard[one][-1].problem.title == "It is damaged"
    alone.settle()
    assert alone.loads == ["a", "b", "a"], "the person's model comes back"
    alone.comes("a")
    alone.ask(model="b")
    assert alone.loads[-1] == "b", "the next who asks has it tried again"


def test_a_persons_model_that_fails_keeps_nobody_from_another(desk):
    desk.played.engine.load("/m/a.gguf")
    desk.settle()
    waiting = desk.ask(model="a")
    other = desk.ask(model="b")
    desk.says(LoadFailed(Problem("It is damaged", "")))
    assert desk.end_of(waiting) == "loading_failed"
    desk.passes(SPARE_S)
    desk.comes("b")
    assert desk.asked == [other]


def test_an_engine_that_dies_in_the_middle_ends_its_answers_and_serves_on(alone):
    one = alone.ask(model="a")
    alone.client.die(Death(Cause.KILLED, requests=(one,), restarting=True))
    alone.settle()
    assert alone.end_of(one) == "engine_stopped"
    two = alone.ask(model="a")
    assert alone.asked == [one]
    alone.comes("a")
    assert alone.asked == [one, two]


def test_an_engine_that_died_too_often_is_tried_again_for_the_next_question(alone):
    alone.client.die(Death(Cause.KILLED))
    alone.settle()
    assert alone.played.engine.state.phase is EnginePhase.BROKEN
    request = alone.ask(model="a")
    alone.comes("a")
    assert alone.asked == [request]


def test_a_model_that_rests_is_woken(alone):
    alone.played.engine._loading.rest()
    request = alone.ask(model="a")
    assert alone.loads == ["a", "a"]
    alone.comes("a")
    assert alone.asked == [request]


def test_a_question_that_waits_for_a_model_can_be_cancelled(alone):
    one, two = alone.ask(model="a"), alone.ask(model="b")
    alone.api.cancel(two)
    alone.settle()
    assert alone.end_of(two) == "stopped"
    alone.api.cancel(one)
    alone.api.cancel("unknown")
    alone.settle()
    assert alone.cancelled == [one]
    alone.ends(one, "stopped")
    assert alone.loads == ["a"]


def test_a_prompt_that_was_half_read_is_not_read_anew_with_another_model(alone):
    request = alone.api.weigh(Question(model="b", prompt="Hi"), alone.listen)
    alone.settle()
    alone.comes("b")
    alone.says(Weighed(request, (), 3))
    alone.person_loads("/m/a.gguf")
    alone.ends(request, "unloaded")
    assert alone.end_of(request) == "busy"


def test_nobodys_question_is_asked_again_when_its_model_went_as_it_was_cancelled(alone):
    request = alone.ask(model="a")
    alone.person_loads("/m/b.gguf")
    alone.api.cancel(request)  # before it is known here that the model has gone
    alone.ends(request, "unloaded")
    alone.passes(SPARE_S)
    assert alone.end_of(request) == "stopped"
    assert alone.loads == ["a", "b"]


def test_an_answer_that_fails_is_told_with_its_kind(alone):
    request = alone.ask(model="a")
    alone.says(Failed(request, Problem("Too long", "Shorten it.", {"budget": "9"})))
    assert alone.end_of(request) == "context_length_exceeded"


def test_a_question_the_engine_cannot_take_fails_at_once(alone):
    alone.client.refuses = True
    request = alone.ask(model="a")
    assert alone.end_of(request) == "bad_request"


def test_a_question_sent_while_another_model_comes_waits_for_its_own(alone, monkeypatch):
    engine = alone.played.engine
    ask = engine.ask
    monkeypatch.setattr(engine, "ask", lambda *_: False)
    request = alone.ask(model="a")
    monkeypatch.setattr(engine, "ask", ask)
    assert alone.asked == []
    two = alone.ask(model="a")
    assert alone.asked == [request, two]


def test_there_are_not_more_questions_than_can_be_kept(alone, monkeypatch):
    monkeypatch.setattr(programs, "MOST_ASKS", 1)
    alone.ask(model="b")
    late = alone.ask(model="b")
    assert alone.end_of(late) == "busy"


def test_closing_ends_everybody(alone):
    one, two = alone.ask(model="a"), alone.ask(model="b")
    alone.api._worker.post(alone.api._programs.close)
    alone.settle()
    assert alone.end_of(one) == alone.end_of(two) == "engine_stopped"
    assert alone.cancelled == [one]
    alone.ends(one, "stopped")
    assert len(alone.heard[one]) == 1, "what has ended is told nothing more"
    assert alone.end_of(alone.ask(model="a")) == "engine_stopped"


def test_the_engine_takes_a_programs_question_only_for_the_model_that_is_there(alone):
    engine, question = alone.played.engine, Tokenise("r1", "Hello")
    assert not engine.ask(question, "/m/b.gguf", alone.listen)
    engine.unload()
    assert not engine.ask(question, "/m/a.gguf", alone.listen)
    assert not alone.heard
