import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from inglenook.core.errors import BadArgumentError, EngineStoppedError
from inglenook.engine import client as client_module
from inglenook.engine.client import Death, EngineClient, Limits
from inglenook.engine.death import Cause
from inglenook.engine.process import EngineProcess
from inglenook.engine.protocol import (
    Cancel,
    CancelLoad,
    Delta,
    Done,
    Failed,
    Loaded,
    LoadFailed,
    LoadProgress,
    Ready,
    Unload,
    Unloaded,
)

IMPOSTOR = """
import sys
from inglenook.engine.host import take_standard_streams
from inglenook.engine.protocol import Ready, to_bytes
channel = take_standard_streams()
"""


def impostor(code: str):
    """Return a launcher of a child that is no engine."""
    return partial(EngineProcess, [sys.executable, "-c", IMPOSTOR + code])


def test_it_starts_loads_and_answers_in_a_process(talk_to):
    talk = talk_to()
    talk.start()
    text, done = talk.answer("hello")
    assert "> hello" in text
    assert done.reason == "end"
    assert talk.kinds()[0] == "Ready"
    assert "Tick" not in talk.kinds()


def test_starting_twice_starts_one_engine(process):
    process.client.start()
    process.answer("hello")
    assert process.kinds().count("Ready") == 1


def test_a_stopped_answer_ends_within_one_token(process):
    process.ask("/echo tokens=500 rate=10")
    process.until(Delta)
    process.client.send(Cancel("one"))
    done = process.until(Done)
    assert done.reason == "stopped"
    assert done.timings.answer_tokens <= 2


def test_a_waiting_answer_can_be_stopped_and_the_running_one_goes_on(process):
    process.ask("/echo tokens=500 rate=50", request="one")
    process.ask("never seen", request="two")
    process.until(Delta)
    process.client.send(Cancel("two"))
    assert process.until(Done).request == "two"
    process.until(Delta, request="one")
    process.client.send(Cancel("one"))
    assert process.until(Done).reason == "stopped"


def test_a_load_can_be_cancelled(talk_to):
    talk = talk_to()
    talk.client.start()
    talk.load("/m/echo wait=60.gguf")
    talk.until(LoadProgress)
    talk.client.send(CancelLoad())
    assert talk.until(LoadFailed).cancelled


def test_a_megabyte_is_sent_without_waiting_and_comes_back_whole(talk_to):
    talk = talk_to()
    talk.start(context_tokens=1_000_000)
    text = "ab cd " * 180_000
    assert talk.answer(f"/echo text={text}")[0] == text


def test_a_message_too_large_to_travel_is_refused(process, monkeypatch):
    monkeypatch.setattr(client_module, "MOST_MESSAGE_BYTES", 1000)
    with pytest.raises(BadArgumentError):
        process.ask("x" * 1000)


def test_callers_on_many_threads_are_all_answered(process):
    def ask(name: str) -> None:
        process.ask(f"/echo text={name}", request=name)

    askers = [threading.Thread(target=ask, args=(f"asker {each}",)) for each in range(20)]
    for each in askers:
        each.start()
    ends = {process.until(Done).request for _ in askers}
    assert ends == {f"asker {each}" for each in range(20)}
    for each in askers:
        each.join()


def test_another_version_is_refused_and_not_started_again(talk_to):
    talk = talk_to(
        launch=impostor("channel.send(to_bytes(Ready(99, 'future', 1)))\nchannel.receive()")
    )
    talk.client.start()
    death = talk.until(Death)
    assert death.cause is Cause.OTHER_VERSION
    assert not death.restarting
    assert "Install Inglenook again" in death.problem.advice
    assert "Ready" not in talk.kinds()


def test_an_engine_that_does_not_come_up_is_killed_in_time(talk_to):
    talk = talk_to(
        launch=impostor("channel.receive()"), limits=Limits(start_s=0.5, silence_s=0.4)
    )
    talk.client.start()
    assert talk.until(Death).cause is Cause.SILENT_START


def test_an_engine_that_closes_its_pipe_and_lives_on_is_killed(talk_to):
    talk = talk_to(
        launch=impostor("channel.close()\nimport threading\nthreading.Event().wait()")
    )
    talk.client.start()
    death = talk.until(Death)
    assert death.cause is Cause.GARBLED
    assert death.detail == "it closed its pipe"


def test_a_death_within_a_message_is_a_death_and_not_garbage(talk_to):
    talk = talk_to(
        launch=impostor("channel.send_raw(b'\\x50\\x00\\x00\\x00{')\nimport os\nos._exit(7)")
    )
    talk.client.start()
    death = talk.until(Death)
    assert (death.cause, death.exit_status) == (Cause.ENDED, 7)


def test_an_engine_that_cannot_be_started_is_reported_for_every_load(talk_to):
    def refuse():
        raise EngineStoppedError(
            "The engine cannot be started", "Install it.", reason="no file"
        )

    talk = talk_to(launch=refuse)
    for _ in range(4):
        talk.client.start()
        talk.load()
        problem = talk.until(LoadFailed).problem
        assert problem.title == "The engine does not start"
        assert problem.facts["detail"] == "no file"


def test_an_engine_without_a_model_is_not_brought_back_until_it_is_asked_for(process):
    process.client.send(Unload())
    process.until(Unloaded)
    process.client.kill()
    assert not process.until(Death).restarting
    process.client.start()
    process.until(Ready)


def test_a_model_that_ends_the_engine_fails_once_and_is_not_loaded_again(talk_to):
    talk = talk_to()
    talk.start()
    talk.load("/m/echo die=abort.gguf")
    death = talk.until(Death)
    assert death.loading == "/m/echo die=abort.gguf"
    assert "GGML_ASSERT" in death.fatal
    assert not death.restarting
    failed = talk.until(LoadFailed)
    assert failed.problem.title == "The engine stopped while loading this model"
    talk.start()
    assert talk.answer("/echo text=fine")[0] == "fine"


def test_what_is_asked_while_nothing_runs_fails_in_words(process):
    process.client.send(Unload())
    process.client.kill()
    process.until(Death)
    process.client.send(Cancel("one"))
    process.client.send(Unload())
    process.ask("hello")
    process.load()
    assert process.until(Failed).request == "one"
    process.until(LoadFailed)


def test_a_client_that_was_never_started_says_so(talk_to):
    talk = talk_to()
    talk.client.send(Unload())
    with pytest.raises(EngineStoppedError):
        talk.ask("hello")


def test_a_deliberate_kill_brings_the_model_back_as_often_as_wanted(process):
    for _ in range(4):
        process.client.kill()
        death = process.until(Death)
        assert (death.cause, death.restarting) == (Cause.KILLED, True)
        process.until(Loaded)


def test_closing_ends_the_process_in_the_middle_of_an_answer(process):
    pid = next(each.pid for each in process.everything if isinstance(each, Ready))
    process.ask("/echo tokens=5000 rate=100")
    process.until(Delta)
    process.client.close()
    process.client.close()
    assert not Path(f"/proc/{pid}").exists()
    process.client.start()
    process.client.send(Unload())


def test_closing_kills_an_engine_that_does_not_listen(talk_to):
    talk = talk_to(limits=Limits(close_s=0.3))
    talk.start()
    talk.ask("/echo tokens=9 die=hang at=1")
    talk.until(Delta)
    talk.client.close()
    assert not any(isinstance(each, Death) for each in talk.everything)


def test_a_listener_with_a_bug_costs_no_engine(monkeypatch):
    hooked, heard = threading.Event(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: hooked.set())

    def on_event(event):
        if isinstance(event, Ready):
            raise RuntimeError("a bug")
        heard.set()

    client = EngineClient(on_event, lambda *_: None, backend="echo")
    client.start()
    client.send(Unload())
    assert heard.wait(20)
    assert hooked.is_set()
    client.close()


@pytest.mark.slow
def test_a_window_that_slept_does_not_take_it_for_the_engines_silence(talk_to):
    # A clock that jumps an hour at every look, as after a suspend.
    hours = iter(range(0, 10_000_000, 3600))
    talk = talk_to(clock=lambda: next(hours), limits=Limits(silence_s=3))
    talk.start()
    text, done = talk.answer("/echo tokens=40 rate=20")
    assert done.reason == "end"
    assert len(text.split()) == 40


def test_nothing_of_the_parent_imports_llama_cpp_or_the_toolkit():
    code = (
        "import sys\n"
        "from inglenook.engine.client import EngineClient\n"
        "import threading\n"
        "ready = threading.Event()\n"
        "c = EngineClient(lambda e: ready.set(), lambda d, r: None, backend='echo')\n"
        "c.start(); assert ready.wait(20); c.close()\n"
        "print([m for m in ('llama_cpp', 'numpy', 'PySide6') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_fifty_starts_leave_no_descriptor_and_no_thread(talk_to):
    def open_things():
        return len(list(Path("/proc/self/fd").iterdir())), set(threading.enumerate())

    def once():
        talk = talk_to()
        talk.client.start()
        talk.until(Ready)
        talk.client.close()

    once()
    descriptors, threads = open_things()
    for _ in range(50):
        once()
    left = open_things()
    # What earlier tests have left may end meanwhile.
    assert left[0] <= descriptors
    assert left[1] <= threads
