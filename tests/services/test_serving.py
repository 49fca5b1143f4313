"""The server for other programs is switched on and off, moves, and tells who asks."""

import threading

import pytest
from tests.services.ear import Ear

from inglenook.core.errors import BadArgumentError, InglenookError, Problem
from inglenook.services.bus import Bus
from inglenook.services.serving import ServingPhase, ServingService, nobody_listens
from inglenook.services.servingkey import AccessKey
from inglenook.services.servingnews import RequestServed, ServingChanged, ServingKey
from inglenook.services.settings import SettingsService
from inglenook.storage.settings import SettingsFile

BROKEN = Problem("It broke", "Switch it on again.")


class Memory:
    """A keyring that keeps its secrets here."""

    def __init__(self):
        self.kept = {}

    def get(self, name):
        return self.kept.get(name, "")

    def keep(self, name, secret):
        self.kept[name] = secret
        return True


class Ears:
    """What listens, as far as the service can tell."""

    def __init__(self, door, watch):
        self.door, self.watch = door, watch
        self.port = door.ports[0] or 40_000
        self.is_open = True

    def close(self):
        self.is_open = False


class Alarms:
    """Alarms that ring when a test wants."""

    def __init__(self):
        self.set = []

    def __call__(self, after_s, then):
        self.set.append(then)
        return self

    def cancel(self):
        self.set.clear()


class Desk:
    """The service, with everything it needs played."""

    def __init__(self, path):
        self.bus = Bus()
        self.ear = Ear(self.bus)
        self.settings = SettingsService(self.bus, SettingsFile(path))
        self.keyring, self.alarms = Memory(), Alarms()
        self.made: list[Ears] = []
        self.refusal: InglenookError | None = None
        self.serving = ServingService(
            self.bus, self.settings, AccessKey(self.keyring), self._listen,
            set_alarm=self.alarms, others=lambda: ("192.168.0.7",),
            names=lambda: frozenset({"nook"}),
        )  # fmt: skip

    def _listen(self, door, watch):
        if self.refusal is not None:
            raise self.refusal
        self.made.append(Ears(door, watch))
        return self.made[-1]

    def phase(self, phase):
        def is_it(told):
            return isinstance(told, ServingChanged) and told.state.phase is phase

        return self.ear.wait(is_it).state

    def on(self):
        self.serving.start()
        return self.phase(ServingPhase.ON)


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path / "settings.json")
    yield desk
    desk.serving.close()


def test_it_is_off_until_it_is_switched_on_and_listens_here_alone(desk):
    assert desk.serving.state.phase is ServingPhase.OFF
    desk.serving.start()
    assert desk.phase(ServingPhase.STARTING).address == ""
    state = desk.phase(ServingPhase.ON)
    door = desk.made[0].door
    assert (state.address, state.port) == ("http://127.0.0.1:11535/v1", 11535)
    assert (state.is_open_to_network, state.others) == (False, ())
    assert (door.host, door.names) == ("127.0.0.1", frozenset())
    assert door.ports == tuple(range(11535, 11545))
    desk.serving.start()  # a second time changes nothing
    desk.serving.stop()
    assert desk.phase(ServingPhase.OFF).port == 0
    assert [each.is_open for each in desk.made] == [False]


def test_only_the_key_of_now_opens_it(desk):
    desk.on()
    desk.serving.read_key()
    first = desk.ear.wait(ServingKey)
    accepts = desk.made[0].door.accepts
    assert accepts(first.key)
    desk.serving.renew_key()
    second = desk.ear.wait(ServingKey)
    assert (accepts(first.key), accepts(second.key)) == (False, True)
    desk.serving.use_key("k" * 20)
    assert (accepts(second.key), accepts("k" * 20)) == (False, True)


def test_it_moves_when_its_place_is_chosen_anew(desk):
    desk.serving.set_port(20_000)  # while it is off that is only kept
    assert desk.on().port == 20_000
    desk.serving.set_port(65_535)
    assert desk.phase(ServingPhase.ON).port == 65_535
    assert desk.made[-1].door.ports == (65_535,)
    assert [each.is_open for each in desk.made] == [False, True]
    with pytest.raises(BadArgumentError):
        desk.serving.set_port(80)


def test_other_computers_may_come_only_when_that_is_chosen(desk):
    desk.on()
    desk.serving.open_to_network(is_open=True)
    state = desk.phase(ServingPhase.ON)
    assert state.others == ("http://192.168.0.7:11535/v1",)
    assert (desk.made[-1].door.host, desk.made[-1].door.names) == ("0.0.0.0", {"nook"})
    desk.serving.open_to_network(is_open=False)
    assert not desk.phase(ServingPhase.ON).is_open_to_network


def test_what_a_start_is_told_comes_before_the_settings(desk):
    desk.serving.start(port=0, is_open=True)
    assert desk.phase(ServingPhase.ON).port == 40_000
    assert desk.made[0].door.is_open_to_network
    assert not desk.settings.now.serving_network


def test_a_port_that_is_not_free_is_told(desk):
    desk.refusal = InglenookError("No port is free", "Choose another one.")
    desk.serving.start()
    assert desk.phase(ServingPhase.FAILED).problem == desk.refusal.problem
    desk.refusal = None
    assert desk.on().problem is None


def test_a_server_that_breaks_is_off_and_says_why(desk):
    desk.on()
    desk.made[0].watch.broke(BROKEN)
    assert desk.phase(ServingPhase.FAILED).problem == BROKEN
    assert not desk.made[0].is_open
    desk.serving.stop()
    assert desk.phase(ServingPhase.OFF).problem is None


def test_requests_are_told_now_and_then_and_the_last_state_for_certain(desk):
    desk.on()
    watch = desk.made[0].watch
    watch.began("r", "/v1/chat/completions", "127.0.0.1", "curl", lambda: None)
    heard = len(desk.ear.all)
    for tokens in range(50):
        watch.progressed("r", model="m", prompt_tokens=9, answer_tokens=tokens)
    (live,) = desk.serving.state.live
    assert (live.model, live.prompt_tokens, live.answer_tokens) == ("m", 9, 49)
    watch.ended("r", 200, by_person=False)
    assert len(desk.ear.all) == heard, "the state was told a moment ago"
    desk.alarms.set.pop()()
    served, changed = desk.ear.all[heard:]
    assert isinstance(served, RequestServed)
    assert served.request == desk.serving.log()[0]
    assert (served.request.status, served.request.answer_tokens) == (200, 49)
    assert changed.state.live == ()
    desk.serving.clear_log()
    assert desk.serving.log() == ()


def test_the_person_ends_one_request_or_all_and_the_log_says_so(desk):
    desk.on()
    watch, ended = desk.made[0].watch, []
    for name in "ab":

        def end(name=name):
            ended.append(name)
            watch.ended(name, 503, by_person=True)

        watch.began(name, "/v1/chat/completions", "127.0.0.1", "curl", end)
    desk.serving.end_request("b")
    assert [each.id for each in desk.serving.state.live] == ["a"]
    desk.serving.end_requests()
    desk.serving.end_request("b")
    assert ended == ["b", "a"]
    assert [(each.program, each.by_person) for each in desk.serving.log()] == [
        ("curl", True)
    ] * 2


def test_where_no_server_was_built_in_nothing_is_served():
    with pytest.raises(BadArgumentError):
        nobody_listens(None, None, None)


def test_closing_ends_the_server_and_the_thread(desk):
    desk.on()
    desk.serving.close()
    assert not desk.made[0].is_open
    names = {each.name for each in threading.enumerate() if each.is_alive()}
    assert "serving" not in names
