"""The loop, with an echo behind it, on a thread of the test."""

import os
import queue
import threading
from functools import partial

import pytest

from inglenook.chat.message import Role, Timings
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
    Forget,
    Front,
    Load,
    Loaded,
    LoadFailed,
    LoadProgress,
    PromptProgress,
    Queued,
    Ready,
    SetThreads,
    Shutdown,
    SnapshotSaved,
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
    assert ends == [("one", "unloaded"), ("two", "unloaded")]
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


class Scripted:
    """A backend that is told what to do, and tells what it was asked."""

    name = "scripted"

    def __init__(self):
        self.calls, self.under_way = queue.SimpleQueue(), []
        self.resting = []

    @property
    def is_busy(self):
        return bool(self.under_way)

    def accept(self, command):
        self.under_way.append(command.request)

    def step(self):
        return [Delta(each, "x", 1) for each in self.under_way]

    def stop(self, request):
        if request in self.under_way:
            self.under_way.remove(request)
            return [Done(request, "stopped", Timings())]
        return []

    def fail_all(self, problem):
        ended = [Failed(each, problem) for each in self.under_way]
        self.under_way.clear()
        return ended

    def rest(self):
        self.calls.put("rest")
        return self.resting.pop(0) if self.resting else None

    def front(self, chat):
        self.calls.put(("front", chat))

    def forget(self, chat):
        self.calls.put(("forget", chat))

    def set_threads(self, threads):
        self.calls.put(("threads", threads))

    def abort(self, *, on):
        pass

    def unload(self):
        return ()


class Stubborn(Scripted):
    """Its answers cannot be stopped, and it cannot be unloaded, without an error."""

    def stop(self, request):
        self.under_way.remove(request)
        raise RuntimeError("no")

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


class Broken(Scripted):
    """Its steps fail, and so does its way of ending the answers."""

    def step(self):
        raise RuntimeError("no")

    def fail_all(self, problem):
        self.under_way.clear()
        raise RuntimeError("nor this")


def test_a_step_that_fails_ends_every_answer_once_even_if_ending_fails_too():
    for backend in (Broken(), type("Fails", (Scripted,), {"step": Broken.step})()):
        far = Far(lambda *_, made=backend: made)
        far.ask("hello", "one")
        far.ask("hello", "two")
        ends = [far.until(Failed)[-1] for _ in range(2)]
        assert sorted(each.request for each in ends) == ["one", "two"]
        assert {each.problem.facts["error"] for each in ends} == {"RuntimeError"}
        far.close()


class Lost(Broken):
    """It cannot even forget what it was doing."""

    def fail_all(self, problem):
        raise RuntimeError("nor this")


def test_an_engine_that_can_neither_go_on_nor_end_its_answers_ends_itself():
    far = Far(lambda *_: Lost())
    far.ask("hello")
    assert far.until(Failed)[-1].problem.title == "The engine made a mistake"
    assert "test_loop.py" in far.until(Fatal)[-1].text
    assert far.status.get(timeout=10) == 0


class Forgetful(Scripted):
    """It has no memory of what it has accepted when it is to be stopped."""

    def stop(self, request):
        self.under_way.remove(request)
        return []


def test_an_answer_that_the_backend_does_not_know_is_stopped_all_the_same():
    far = Far(lambda *_: Forgetful())
    far.ask("hello")
    far.until(Delta)
    far.send(Cancel("one"))
    assert far.until(Done)[-1].reason == "stopped"
    far.close()


@pytest.fixture
def scripted():
    return Scripted()


@pytest.fixture
def driven(scripted):
    end = Far(lambda *_: scripted)
    yield end
    end.close()


def test_what_concerns_all_answers_reaches_the_backend_between_steps(driven, scripted):
    driven.ask("hello")
    driven.until(Delta)
    driven.send(Front("chat"), Forget("old"), SetThreads(3))
    told = [scripted.calls.get(timeout=10) for _ in range(3)]
    assert told == [("front", "chat"), ("forget", "old"), ("threads", 3)]
    driven.until(Delta)


def test_a_chat_is_forgotten_after_its_answer_has_been_stopped(driven, scripted):
    busy_when_told = queue.SimpleQueue()
    scripted.forget = lambda _chat: busy_when_told.put(scripted.is_busy)
    driven.ask("hello")
    driven.until(Delta)
    driven.send(Cancel("one"), Forget("chat"))
    assert busy_when_told.get(timeout=10) is False


def test_housekeeping_waits_until_nobody_waits(driven, scripted, monkeypatch):
    monkeypatch.setattr("inglenook.engine.loop._REST_S", 0.05)
    monkeypatch.setattr("inglenook.engine.loop._REST_AGAIN_S", 0.01)
    saved = SnapshotSaved("chat", 7)
    scripted.resting = [[], [saved]]
    driven.ask("hello")
    driven.until(Delta)
    with pytest.raises(queue.Empty):
        scripted.calls.get(timeout=0.2)
    driven.send(Cancel("one"))
    assert driven.until(SnapshotSaved)[-1] == saved
    assert [scripted.calls.get(timeout=10) for _ in range(3)] == ["rest"] * 3
    with pytest.raises(queue.Empty):  # there is nothing more to do until the next answer
        scripted.calls.get(timeout=0.2)


def test_an_engine_that_rests_takes_a_question_at_once(driven, scripted, monkeypatch):
    monkeypatch.setattr("inglenook.engine.loop._REST_S", 30.0)
    driven.ask("hello", "one")
    driven.send(Cancel("one"))
    driven.until(Done)
    driven.ask("hello", "two")
    assert driven.until(Delta)[-1].request == "two"


# --- several at once ---


def texts(events: list) -> dict[str, str]:
    """Return the text of each answer."""
    found: dict[str, str] = {}
    for each in events:
        if isinstance(each, Delta):
            found[each.request] = found.get(each.request, "") + each.text
    return found


def test_several_answers_grow_at_the_same_time(loaded):
    for request in ("one", "two", "three"):
        loaded.ask("/echo tokens=30 rate=60", request)
    events = loaded.until(Done) + loaded.until(Done) + loaded.until(Done)
    first_end = next(at for at, each in enumerate(events) if isinstance(each, Done))
    assert set(texts(events[:first_end])) == {"one", "two", "three"}
    assert len(set(texts(events).values())) == 1


def test_stopping_one_of_many_leaves_the_others_as_they_would_have_been(loaded):
    loaded.ask("/echo tokens=30 rate=60", "alone")
    alone = texts(loaded.until(Done))["alone"]
    for request in ("one", "two", "three"):
        loaded.ask("/echo tokens=30 rate=60", request)
    events = loaded.until(Delta)
    loaded.send(Cancel("two"))
    events += loaded.until(Done) + loaded.until(Done) + loaded.until(Done)
    ends = {each.request: each.reason for each in events if isinstance(each, Done)}
    assert ends == {"one": "end", "two": "stopped", "three": "end"}
    found = texts(events)
    assert found["one"] == found["three"] == alone
    assert alone.startswith(found.get("two", ""))
    assert len(found.get("two", "")) < len(alone)


def test_those_that_find_no_place_are_told_how_many_are_before_them(far):
    far.send(Load("/models/any.gguf", EngineSettings(sequences=2)))
    far.until(Loaded)
    for request in ("one", "two", "three", "four"):
        far.ask(SLOW, request)
    told = [far.until(Queued)[-1] for _ in range(2)]
    assert told == [Queued("three", 2), Queued("four", 3)]
    far.send(Cancel("one"))
    events = far.until(Queued)
    assert events[-1] == Queued("four", 2)
    assert [each.request for each in events if isinstance(each, Started)] == ["three"]
    far.send(Cancel("two"), Cancel("three"), Cancel("four"))
    for _ in range(3):
        far.until(Done)


def test_a_failure_of_one_of_many_spares_the_others(loaded):
    loaded.ask("/echo tokens=20 rate=100", "one")
    loaded.ask("/echo tokens=20 rate=100 fail at=5", "two")
    events = loaded.until(Failed)
    assert events[-1].request == "two"
    events += loaded.until(Done)
    assert (events[-1].request, events[-1].timings.answer_tokens) == ("one", 20)
