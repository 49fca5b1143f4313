"""The engine is killed in the middle of an answer: the text stays, the engine comes back."""

import sys

import pytest

from inglenook.chat.message import Status
from inglenook.services.events import EnginePhase

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")

LONG = "/echo tokens=4000 rate=300"


def kill_in_mid_answer(house, question=LONG):
    """Kill the engine while it writes; return what was shown and what was kept."""
    house.services.chat.send(house.chat, question)
    writing = house.wait_for_text(40)
    shown = house.services.chat.live(writing.id).text
    house.engine().kill()
    return shown, house.answer()


def test_the_partial_answer_stays_and_the_next_one_works(house):
    shown, kept = kill_in_mid_answer(house)
    assert kept.status is Status.INTERRUPTED
    assert kept.text.startswith(shown)
    assert kept.note == "The engine stopped unexpectedly."
    assert house.stored().message(kept.id) == kept
    answer = house.say("/echo text=I am back")  # asked before it is ready again
    assert answer.text == "I am back"
    assert house.services.engine.state.phase is EnginePhase.READY
    assert house.services.engine.state.problem is None


def test_three_deaths_open_the_breaker_and_a_person_closes_it(house):
    for _ in range(2):
        kill_in_mid_answer(house)
        house.ear.phase(EnginePhase.READY)
    kill_in_mid_answer(house)
    assert house.services.engine.state.phase is EnginePhase.BROKEN
    refused = house.say("/echo text=Hello")
    assert refused.status is Status.FAILED
    assert refused.note == (
        "The engine stopped unexpectedly. "
        "Load the model again, or choose another one; your chat is safe."
    )
    house.services.engine.retry()
    house.ear.phase(EnginePhase.READY)
    assert house.say("/echo text=Hello").text == "Hello"


def test_a_death_between_answers_costs_nothing(house):
    house.say("/echo text=one")
    house.engine().kill()
    house.ear.phase(EnginePhase.RESTARTING)
    assert house.say("/echo text=two").text == "two"


def test_a_question_asked_while_it_restarts_can_be_stopped(house):
    house.say("/echo text=one")
    house.engine().kill()
    house.ear.phase(EnginePhase.RESTARTING)
    house.services.chat.send(house.chat, "/echo tokens=4000 rate=50")
    house.services.chat.stop(house.chat)
    assert house.answer().status is Status.STOPPED


@pytest.mark.parametrize("way", ["abort", "exit", "garbage", "memory"])
def test_however_it_dies_the_next_answer_works(house, way):
    kept = house.say(f"/echo tokens=50 die={way} at=10")
    assert kept.status is Status.INTERRUPTED
    assert kept.text
    assert house.say("/echo text=still here").text == "still here"


@pytest.mark.model
def test_the_starter_comes_back(real_house):
    house = real_house
    shown, kept = kill_in_mid_answer(house, "Tell me a long story about a heron.")
    assert kept.status is Status.INTERRUPTED
    assert kept.text.startswith(shown)
    answer = house.say("What is the capital of France?")
    assert answer.status is Status.COMPLETE
    assert answer.text
