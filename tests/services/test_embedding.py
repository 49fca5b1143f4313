"""Vectors and scores come from a process of their own, which comes when asked and goes."""

import queue
from functools import partial

import pytest
from tests.data import tiny_bert
from tests.services.conftest import Alarms
from tests.services.ear import WAIT_S

from inglenook.core.errors import BadArgumentError, ModelFileError, Problem
from inglenook.engine.client import EngineClient
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    Cancel,
    Done,
    Embed,
    Embedded,
    Failed,
    Load,
    Loaded,
    LoadFailed,
    Rank,
    Ranked,
    Tick,
)
from inglenook.engine.thread import EngineThread
from inglenook.models.settings import EngineSettings
from inglenook.services.embedding import FREED_AFTER_S, EmbeddingService, plan_reader

SETTINGS = EngineSettings(context_tokens=512)
NO = Problem("No", "None.")


class Played:
    """A client of which the test plays the engine."""

    def __init__(self, on_event, on_death):
        self.tell, self._on_death = on_event, on_death
        self.sent = []

    def die(self, death, *, restarting):
        self._on_death(death, restarting)

    def start(self):
        self.sent.append("start")

    def stop(self):
        self.sent.append("stop")

    def close(self):
        self.sent.append("close")

    def send(self, command):
        if isinstance(command, Embed) and command.texts == ("too much",):
            raise BadArgumentError("Too large", "Send less.")
        self.sent.append(command)


class Desk:
    """A service with a played engine, and what its listeners heard."""

    def __init__(self, plan=lambda _path: SETTINGS, make_client=None):
        self.alarms = Alarms()
        self.heard = queue.SimpleQueue()

        def make(on_event, on_death):
            self.client = (make_client or Played)(on_event, on_death)
            return self.client

        self.service = EmbeddingService(make, plan, set_alarm=self.alarms.set)

    def embed(self, *texts, path="a.gguf"):
        return self.service.embed(path, texts, self._hear)

    def rank(self, question, *texts, path="a.gguf"):
        return self.service.rank(path, question, texts, self._hear)

    def _hear(self, request, event):
        self.heard.put((request, event))

    def next(self):
        return self.heard.get(timeout=WAIT_S)

    def sent(self):
        """Return what the engine was told since the last look, all plans made."""
        assert self.service.settle(WAIT_S)
        sent, self.client.sent = self.client.sent, []
        return sent

    def load(self, path="a.gguf"):
        assert self.sent() == ["start", Load(path, SETTINGS, embeds=True)]
        self.client.tell(loaded(path))


def loaded(path="a.gguf"):
    return Loaded(path, "bert", 512, 512, template="", load_s=0.1, embeds=4)


def done(request, reason="end"):
    return Done(request, reason, None)


@pytest.fixture
def desk():
    made = Desk()
    yield made
    made.service.close()


def test_a_model_is_loaded_when_it_is_asked_and_asked_when_it_is_there(desk):
    one = desk.embed("red", "wine")
    two = desk.rank("why", "because")
    desk.load()
    assert desk.sent() == [Embed(one, ("red", "wine")), Rank(two, "why", ("because",))]
    vector = Embedded(one, 0, b"", 3)
    for event in (Tick(busy=False), vector, done(one), Embedded(one, 1, b"", 3)):
        desk.client.tell(event)
    assert [desk.next(), desk.next()] == [(one, vector), (one, done(one))]
    desk.client.tell(Failed(two, NO))
    assert desk.next() == (two, Failed(two, NO))
    assert desk.heard.empty()


def test_another_model_waits_until_what_came_before_has_ended(desk):
    one = desk.embed("red")
    desk.load()
    other = desk.embed("stone", path="b.gguf")
    third = desk.embed("wine")
    assert desk.sent() == [Embed(one, ("red",))]
    desk.client.tell(done(one))
    desk.load("b.gguf")
    assert desk.sent() == [Embed(other, ("stone",))]
    desk.client.tell(done(other))
    desk.load()
    assert desk.sent() == [Embed(third, ("wine",))]


def test_a_model_nobody_asks_is_freed_and_comes_back(desk):
    one = desk.embed("red")
    desk.load()
    desk.client.tell(done(one))
    assert desk.alarms.due == [FREED_AFTER_S]
    again = desk.embed("wine")
    assert desk.alarms.due == []
    desk.client.tell(done(again))
    desk.sent()
    desk.alarms.ring()
    assert desk.sent() == ["stop"]
    desk.embed("more")
    desk.load()


def test_a_ring_that_comes_too_late_frees_nothing(desk):
    one = desk.embed("red")
    desk.load()
    desk.client.tell(done(one))
    (late,) = desk.alarms.all
    desk.embed("wine")
    desk.sent()
    late.ring()
    assert desk.sent() == []


def test_a_model_that_cannot_be_planned_or_loaded_fails_who_asked_for_it():
    def plan(path):
        if path == "bad.gguf":
            raise ModelFileError("This is no model", "Choose another file.")
        return SETTINGS

    desk = Desk(plan)
    bad = desk.embed("red", path="bad.gguf")
    good = desk.embed("red", path="a.gguf")
    request, event = desk.next()
    assert (request, event.problem.title) == (bad, "This is no model")
    assert desk.sent() == ["start", Load("a.gguf", SETTINGS, embeds=True)]
    desk.client.tell(LoadFailed(NO))
    assert desk.next() == (good, Failed(good, NO))
    desk.service.close()


def test_what_waits_is_cancelled_here_and_what_was_sent_by_the_engine(desk):
    waiting = desk.embed("red")
    desk.service.cancel(waiting)
    assert desk.next()[1].reason == "stopped"
    running = desk.embed("wine")
    desk.load()
    desk.sent()
    desk.service.cancel(running)
    desk.service.cancel("somebody else's")
    assert desk.sent() == [Cancel(running)]


def test_what_is_too_large_to_travel_fails_alone(desk):
    large, small = desk.embed("too much"), desk.embed("red")
    desk.load()
    assert desk.next()[1].problem.title == "Too large"
    assert desk.sent() == [Embed(small, ("red",))]
    assert large != small


def test_a_death_is_told_and_the_model_that_comes_back_goes_on(desk):
    lost = desk.embed("red")
    desk.load()
    waits = desk.embed("stone", path="b.gguf")
    desk.sent()
    death = Death(Cause.ENDED, requests=(lost,), restarting=True)
    desk.client.die(death, restarting=True)
    assert desk.next() == (lost, death.problem)
    assert desk.sent() == []
    desk.client.tell(loaded())
    desk.load("b.gguf")
    assert desk.sent() == [Embed(waits, ("stone",))]
    desk.client.die(Death(Cause.ENDED, requests=(waits,)), restarting=False)
    assert desk.next()[0] == waits
    desk.embed("red")
    desk.load()


def test_a_model_that_kills_its_engine_is_given_up(desk):
    one = desk.embed("red")
    assert desk.sent()[1:] == [Load("a.gguf", SETTINGS, embeds=True)]
    desk.client.die(Death(Cause.ENDED, loading="a.gguf"), restarting=False)
    assert desk.sent() == []
    desk.client.tell(LoadFailed(NO))
    assert desk.next() == (one, Failed(one, NO))


def test_closing_fails_what_has_not_ended_and_what_comes_later():
    desk = Desk()
    running = desk.embed("red")
    desk.load()
    waiting = desk.embed("stone", path="b.gguf")
    desk.service.close()
    ended = dict([desk.next(), desk.next()])
    assert {each.problem.title for each in ended.values()} == {"Inglenook is closing"}
    assert set(ended) == {running, waiting}
    late = desk.embed("red")
    assert desk.next()[0] == late
    assert desk.client.sent[-1] == "close"


def test_closing_while_a_model_is_planned_loads_nothing():
    desk = Desk()
    desk.service._is_closed = True
    desk.service._load("a.gguf")
    assert desk.client.sent == []
    desk.service.close()


def test_a_real_engine_makes_vectors_beside_any_other_and_survives_its_death(tmp_path):
    path = str(tiny_bert.write(tmp_path / "tiny.gguf"))
    desk = Desk(plan_reader, partial(EngineClient, backend="llama"))
    asked = desk.embed("red wine", path=path)
    (_, vector), (_, end) = desk.next(), desk.next()
    assert (len(vector.vector), end.reason) == (4 * tiny_bert.WIDTH, "end")
    desk.client.kill()
    again = desk.embed("red wine", path=path)
    events = [desk.next()]
    while not isinstance(events[-1][1], Done | Problem):
        events.append(desk.next())
    assert events[-1][0] == again != asked
    desk.service.close()


def test_an_echo_ranks():
    desk = Desk(make_client=partial(EngineClient, launch=partial(EngineThread, "echo")))
    request = desk.rank("red wine", "a stone", "red wine", path="echo.gguf")
    assert desk.next() == (request, Ranked(request, (0.0, 1.0), 7))
    desk.service.close()
