"""An engine that is not needed ends by itself; one that heeds no stop is ended."""

import os
import select
import sys

import pytest

from inglenook.chat.message import Status
from inglenook.services import stops
from inglenook.services.events import EnginePhase

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="waits for processes by pidfd")


def test_a_resting_model_has_no_process_and_comes_back_for_the_next_question(house):
    house.services.engine._board.rest_after_s = lambda: 0.01
    its_end = os.pidfd_open(house.engine().pid)
    for text in ("one", "two"):
        assert house.say(f"/echo text={text}").text == text
        house.ear.phase(EnginePhase.RESTING)
    assert select.select([its_end], [], [], 30)[0]
    os.close(its_end)
    assert house.services.engine.state.model.name == "Echo"
    house.services.engine._board.rest_after_s = lambda: 0.0
    assert house.say("/echo text=three").text == "three"
    assert house.engine().is_running()


def test_stop_ends_an_engine_whose_native_call_never_comes_back(house, monkeypatch):
    monkeypatch.setattr(stops, "PATIENCE_S", 0.5)
    house.services.chat.send(house.chat, "/echo tokens=20 die=stall at=5")
    house.wait_for_text(20)
    house.services.chat.stop(house.chat)
    answer = house.answer()
    assert answer.status is Status.STOPPED
    assert answer.text.startswith("hearth ember")
    house.ear.phase(EnginePhase.READY)
    assert house.say("/echo text=I am back").text == "I am back"


def test_a_load_that_never_comes_back_does_not_hold_up_the_next_one(house, monkeypatch):
    monkeypatch.setattr(stops, "PATIENCE_S", 0.5)
    its_end = os.pidfd_open(house.engine().pid)
    house.services.engine.load("echo die=stall.gguf")
    house.ear.wait(
        lambda each: (
            getattr(getattr(each, "state", None), "fraction", 0.0) == 1.0
            and each.state.phase is EnginePhase.LOADING
        )
    )
    house.services.engine.cancel_load()
    assert select.select([its_end], [], [], 30)[0]
    os.close(its_end)
    house.services.engine.load("echo.gguf")
    house.ear.phase(EnginePhase.READY)
    assert house.say("/echo text=I am back").text == "I am back"
