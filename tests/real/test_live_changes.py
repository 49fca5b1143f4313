"""What changes while a real model is loaded: its threads, and whether it rests."""

import os
import select
import sys
from dataclasses import replace

import psutil
import pytest
from tests.data.tiny_llama import write
from tests.real.enginewindow import BRIEF, SMALL, Window

from inglenook.chat.sampling import EXACT
from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Delta, Done, Started
from inglenook.services.events import EngineChanged, EnginePhase

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform != "linux", reason="looks at threads and processes"),
]

LONG = "The kettle sings and the fire glows. " * 60


@pytest.fixture
def open_window():
    opened = []

    def open_(**options):
        opened.append(Window(**options))
        return opened[-1]

    yield open_
    for each in opened:
        each.engine.close()


def test_the_number_of_threads_changes_in_the_middle_of_an_answer(open_window, tmp_path):
    window = open_window()
    window.load(write(tmp_path / "tiny.gguf"), replace(SMALL, context_tokens=4096))
    process = psutil.Process(window.pid)
    # Short: two threads wait for each other for long when other programs have the cores.
    window.ask("hello", sampling=replace(EXACT, answer_limit_tokens=60))
    window.hear(Delta)
    before = process.num_threads()
    window.engine.set_threads(2)
    window.hear(Done)
    assert isinstance(window.answer("hello"), Done)
    assert process.num_threads() == before + 1
    process.kill()
    window.back()
    assert isinstance(window.answer("hello"), Done)
    assert psutil.Process(window.pid).num_threads() == before + 1


def test_a_chat_goes_on_after_a_rest_without_being_read_again(open_window, starter, tmp_path):
    rest_s = [0.0]
    window = open_window(snapshots=str(tmp_path), rest_after_s=lambda: rest_s[0])
    window.load(starter, replace(SMALL, context_tokens=2048))
    assert isinstance(window.answer(LONG, sampling=BRIEF), Done)
    its_end = os.pidfd_open(window.pid)
    rest_s[0] = 0.01
    window.ask(LONG, sampling=BRIEF)
    prompt_tokens = window.hear(Started).prompt_tokens
    window.hear(Done)
    window.ear.wait(
        lambda each: isinstance(each, EngineChanged) and each.state.phase is EnginePhase.RESTING
    )
    assert select.select([its_end], [], [], 20)[0]
    os.close(its_end)
    rest_s[0] = 0.0
    window.ask(LONG, sampling=BRIEF)
    started = window.hear(Started)
    assert started.prompt_tokens == prompt_tokens
    assert started.reused_tokens > 0.9 * prompt_tokens
    assert isinstance(window.hear(Done), Done)


def test_stopping_one_answer_leaves_the_other_and_the_engine_alone(open_window, starter):
    window = open_window()
    window.load(starter)
    pid = window.pid
    first = window.ask("Tell me a long story.", sampling=EXACT)
    window.hear(Delta)
    window.ask("Name a colour.", sampling=BRIEF)
    window.engine.cancel(RequestId(first))
    reasons = sorted(window.hear(Done).reason for _ in range(2))
    assert reasons[-1] == "stopped"
    assert window.pid == pid
