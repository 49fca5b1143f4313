"""The loop, with an echo behind it, on a thread of the test."""

import os
import queue
import threading
from functools import partial

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.engine.channel import queue_channels
from inglenook.engine.host import make_backend
from inglenook.engine.loop import Loop
from inglenook.engine.protocol import (
    VERSION,
    Answer,
    Cancel,
    CancelLoad,
    Delta,
    Done,
    Failed,
    Fatal,
    Load,
    Loaded,
    LoadFailed,
    LoadProgress,
    PromptProgress,
    Ready,
    Shutdown,
    Started,
    Tick,
    Turn,
    Unload,
    Unloaded,
    event_from,
    to_bytes,
)
from inglenook.models.fit import EngineSettings

ECHO = partial(make_backend, "echo")
SLOW = "/echo tokens=400 rate=20"


class Far:
    """The parent's end of a loop."""

    def __init__(self, make=ECHO) -> None:
        self.channel, theirs = queue_channels()
        self.loop = Loop(theirs, make)
        self.status: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self.status.put(self.loop.run())

    def send(self, *commands) -> None:
        for each in commands:
            self.channel.send(to_bytes(each))

    def load(self, name: str = "any") -> None:
        self.send(Load(f"/models/{name}.gguf", EngineSettings()))

    def ask(self, text: str, request: str = "one") -> None:
        self.send(Answer(request, "chat", (Turn(Role.USER, text),), Sampling()))

    def receive(self):
        while isinstance(event := event_from(self.channel.receive()), Tick):
            continue
        return event

    def until(self, *kinds: type) -> list:
        """Return all events up to the first of a kind."""
        events = [self.receive()]
        while not isinstance(events[-1], kinds):
            events.append(self.receive())
        return events

    def close(self) -> None:
        self.channel.close()
        self._thread.join(10)
        assert not self._thread.is_alive()


@pytest.fixture
def far():
    end = Far()
    yield end
    end.close()


@pytest.fixture
def loaded(far):
    far.load()
    far.until(Loaded)
    return far


def names(events: list) -> list[str]:
    """Return the kinds of events; runs of Delta and progress count once."""
    kinds = [type(each).__name__ for each in events]
    return [kind for at, kind in enumerate(kinds) if at == 0 or kind != kinds[at - 1]]


def test_it_says_who_it_is(far):
    assert far.receive() == Ready(VERSION, "echo", os.getpid())


def test_a_load_and_an_answer_tell_their_whole_story(far):
    far.load()
    far.ask("hello")
    events = far.until(Done)
    assert names(events) == [
        "Ready", "LoadProgress", "Loaded", "Started", "PromptProgress", "Delta", "Done",
    ]  # fmt: skip
    assert "> hello" in "".join(each.text for each in events if isinstance(each, Delta))


def test_progress_is_reported_at_most_twenty_times_a_second(far):
    far.load("echo wait=0.5")
    events = far.until(Loaded)
    reports = [each.fraction for each in events if isinstance(each, LoadProgress)]
    assert reports == sorted(reports)
    assert reports[-1] == 1.0
    assert len(reports) <= 0.5 * 20 + 3


def test_answers_are_made_in_the_order_they_were_asked(loaded):
    for request in ("one", "two", "three"):
        loaded.ask("/echo text=so", request)
    events = loaded.until(Done) + loaded.until(Done) + loaded.until(Done)
    assert [each.request for each in events if isinstance(each, Started)] == [
        "one",
        "two",
        "three",
    ]
    assert [each.request for each in events if isinstance(each, Done)] == [
        "one",
        "two",
        "three",
    ]


def test_a_cancelled_answer_keeps_what_was_written_and_stops_at_once(loaded):
    loaded.ask(SLOW)
    written = loaded.until(Delta)
    loaded.send(Cancel("one"))
    written += loaded.until(Done)
    deltas = [each for each in written if isinstance(each, Delta)]
    assert written[-1].reason == "stopped"
    assert written[-1].timings.answer_tokens == sum(each.tokens for each in deltas) < 10


def test_an_answer_that_waits_can_be_cancelled_at_once(loaded):
    loaded.ask(SLOW, "one")
    loaded.ask(SLOW, "two")
    loaded.until(Delta)
    loaded.send(Cancel("two"))
    done = loaded.until(Done)[-1]
    assert (done.request, done.reason) == ("two", "stopped")
    loaded.send(Cancel("one"))
    assert loaded.until(Done)[-1].request == "one"


def test_reading_a_prompt_can_be_cancelled(loaded):
    loaded.ask("/echo wait=60")
    loaded.until(Started)
    loaded.send(Cancel("one"))
    assert loaded.until(Done)[-1].reason == "stopped"


def test_cancelling_what_is_over_changes_nothing(loaded):
    loaded.ask("/echo text=so", "one")
    loaded.until(Done)
    loaded.send(Cancel("one"), Cancel("unknown"), CancelLoad())
    loaded.ask("/echo tokens=5 rate=100", "two")
    done = loaded.until(Done)[-1]
    assert (done.reason, done.timings.answer_tokens) == ("end", 5)


def test_a_load_can_be_cancelled_and_leaves_nothing_loaded(far):
    far.load("echo wait=60")
    far.until(LoadProgress)
    far.send(CancelLoad())
    failed = far.until(LoadFailed)[-1]
    assert failed.cancelled
    far.ask("hello")
    assert far.until(Failed)[-1].problem.title == "No model is loaded"


def test_a_load_that_waits_behind_another_is_cancelled_with_it(far):
    far.load("echo wait=60")
    far.load("second")
    far.until(LoadProgress)
    far.send(CancelLoad())
    assert [far.until(LoadFailed)[-1].cancelled for _ in range(2)] == [True, True]
    far.load()
    far.until(Loaded)


def test_a_refused_model_is_explained(far):
    far.load("echo fail")
    failed = far.until(LoadFailed)[-1]
    assert not failed.cancelled
    assert failed.problem.title == "This model cannot be loaded"


def test_another_model_ends_the_answers_of_the_first(loaded):
    loaded.ask(SLOW, "one")
    loaded.ask(SLOW, "two")
    loaded.until(Delta)
    loaded.load("second")
    events = loaded.until(Loaded)
    ends = [(each.request, each.reason) for each in events if isinstance(each, Done)]
    assert ends == [("one", "stopped"), ("two", "stopped")]
    assert events[-1].path == "/models/second.gguf"


def test_unloading_is_confirmed(loaded):
    loaded.send(Unload(), Unload())
    assert names(loaded.until(Unloaded) + loaded.until(Unloaded)) == ["Unloaded"]
    loaded.ask("hello")
    assert isinstance(loaded.until(Failed, Done)[-1], Failed)


def test_a_failure_after_some_text_comes_after_it(loaded):
    loaded.ask("/echo tokens=9 fail at=3")
    events = loaded.until(Failed)
    assert names(events) == ["Started", "PromptProgress", "Delta", "Failed"]
    assert sum(each.tokens for each in events if isinstance(each, Delta)) == 3


def test_a_bug_is_reported_without_its_words_and_the_next_answer_works(loaded):
    loaded.ask("/echo tokens=9 bug at=3")
    facts = loaded.until(Failed)[-1].problem.facts
    assert facts["error"] == "RuntimeError"
    assert "echoreply.py:" in facts["where"]
    assert "told" not in str(facts)
    loaded.ask("/echo text=fine")
    assert loaded.until(Done)[-1].reason == "end"


def test_bytes_that_are_no_command_end_it_with_a_word(loaded):
    loaded.channel.send(b'{"type":"Dance"}')
    fatal = loaded.until(Fatal)[-1]
    assert "not a command" in fatal.text
    assert loaded.status.get(timeout=10) == 0


def test_shutdown_ends_a_running_answer_and_the_loop(loaded):
    loaded.ask(SLOW)
    loaded.until(PromptProgress)
    loaded.send(Shutdown())
    assert loaded.until(Done)[-1].reason == "stopped"
    assert loaded.status.get(timeout=10) == 0


def test_the_end_of_the_channel_ends_it(loaded):
    loaded.ask(SLOW)
    loaded.until(Delta)
    loaded.channel.close()
    assert loaded.status.get(timeout=10) == 0


@pytest.mark.slow
def test_a_long_call_shows_as_busy(far):
    far.load("echo wait=60")
    while event_from(far.channel.receive()) != Tick(busy=True):
        continue
    far.send(CancelLoad())
    far.until(LoadFailed)


class Stubborn:
    """A backend whose answers cannot be stopped without an error."""

    name = "stubborn"
    started = Started("one", 1, 0, 0)

    def begin(self, _command):
        return self

    def step(self):
        return Delta("one", "x", 1)

    def stop(self):
        raise RuntimeError("no")

    def abort(self, *, on):
        pass

    def unload(self):
        raise RuntimeError("no")


def test_a_backend_that_fails_to_stop_is_stopped_all_the_same():
    far = Far(lambda *_: Stubborn())
    far.ask("hello")
    far.until(Delta)
    far.send(Cancel("one"))
    assert far.until(Done)[-1].reason == "stopped"
    far.ask("hello")
    far.until(Delta)
    far.send(Unload())
    assert far.until(Failed)[-1].problem.facts["error"] == "RuntimeError"
    far.until(Unloaded)
    far.close()
