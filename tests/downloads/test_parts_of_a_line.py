"""Small parts of a transfer: the flow between threads, the pace, the watch, the meter."""

import threading

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.hub_faults import Status
from tests.downloads.rig import QUICK, Rig

from inglenook.core.errors import BadArgumentError, NetworkError
from inglenook.core.units import KIB, MIB
from inglenook.downloads.flow import Flow
from inglenook.downloads.network import _following, is_loopback, open_answer, open_client
from inglenook.downloads.pace import Pace
from inglenook.downloads.progress import Meter, Phase
from inglenook.downloads.source import Link
from inglenook.downloads.watch import Watch


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


# --- flow ---


@given(st.lists(st.one_of(st.binary(min_size=1, max_size=9), st.just("mark")), max_size=30))
def test_everything_arrives_once_and_in_order(items):
    flow = Flow(1000)
    for item in items:
        assert flow.put(item)
    flow.close()
    taken = []
    while (got := flow.get(0.0)) is not None:
        taken.append(got)
    expected = []
    for item in items:
        if isinstance(item, bytes) and expected and isinstance(expected[-1], bytes):
            expected[-1] += item
        else:
            expected.append(item)
    assert taken == expected


def test_a_full_flow_holds_the_sender_up_until_there_is_room():
    flow = Flow(10)
    flow.put(bytes(10))
    passed = threading.Event()
    sender = threading.Thread(target=lambda: flow.put(b"more") and passed.set())
    sender.start()
    assert not passed.wait(0.05)
    assert flow.get(1) == bytes(10)
    assert passed.wait(30)
    sender.join()


def test_closing_lets_a_sender_go():
    flow = Flow(10)
    flow.put(bytes(10))
    told = []
    sender = threading.Thread(target=lambda: told.append(flow.put(b"more")))
    sender.start()
    flow.close()
    sender.join(30)
    assert told == [False]
    assert flow.get(0) == bytes(10)
    assert flow.get(0) is None


# --- pace ---


class Slept(threading.Event):
    """Lets a clock run instead of waiting."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def wait(self, timeout=None):
        self.clock.now_s += timeout
        return self.is_set()


def test_two_share_one_speed():
    clock = Clock()
    pace = Pace(1000, clock)
    stop = Slept(clock)
    for _ in range(10):
        pace.wait(500, stop)
        pace.wait(500, stop)
    assert clock.now_s == pytest.approx(10)


def test_a_pause_earns_no_burst():
    clock = Clock()
    pace = Pace(1000, clock)
    clock.now_s = 100
    pace.wait(1000, Slept(clock))
    assert clock.now_s == pytest.approx(101)


def test_without_a_limit_nothing_waits():
    clock = Clock()
    Pace(0, clock).wait(10**12, Slept(clock))
    assert clock.now_s == 0


def test_a_lifted_limit_frees_who_waits_for_it():
    clock = Clock()
    pace = Pace(1, clock)
    pace.wait(10**9, Slept(clock), tick=lambda: pace.set(0))
    assert clock.now_s < 1
    pace.set(1)
    stop = Slept(clock)
    stop.set()
    pace.wait(10**9, stop)
    assert clock.now_s < 2


# --- watch ---


def test_silence_is_noticed():
    watch = Watch(QUICK)
    watch.waited(QUICK.stall_s / 2, 0)
    watch.waited(0.01, 1)
    watch.waited(QUICK.stall_s / 2, 0)
    with pytest.raises(NetworkError):
        watch.waited(QUICK.stall_s / 2, 0)


def test_a_drip_is_noticed_and_a_slow_line_is_not():
    watch = Watch(QUICK)
    for _ in range(100):
        watch.waited(0.1, QUICK.slow_bytes // 9)
    for _ in range(8):
        watch.waited(0.1, 1)
    with pytest.raises(NetworkError):
        watch.waited(0.3, 1)


# --- meter ---


def test_the_meter_tells_speed_and_what_came_before():
    clock, told = Clock(), []
    meter = Meter(10 * MIB, told.append, clock)
    meter.before_bytes = MIB
    for step in range(100):
        clock.now_s = step / 50
        meter.received(KIB)
        meter.say(Phase.FETCHING, step * KIB)
    assert len(told) in range(15, 21)
    assert told[-1].bytes_per_s == pytest.approx(50 * KIB, rel=0.1)
    assert told[-1].done_bytes > MIB
    clock.now_s += 60
    meter.tick()
    clock.now_s += 60
    meter.tick()
    assert told[-1].bytes_per_s == 0


# --- network ---


@pytest.mark.parametrize(
    ("host", "is_so"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True),
     ("10.0.0.1", False), ("example.org", False), ("localhost.example.org", False)],
)  # fmt: skip
def test_loopback_is_known(host, is_so):
    assert is_loopback(host) is is_so


@pytest.mark.parametrize("proxy", ["ftp://x", "http://x:port", "nonsense"])
def test_a_proxy_that_cannot_be_is_told(proxy):
    with pytest.raises(BadArgumentError):
        open_client(proxy)


def test_a_proxy_is_used(rig: Rig):
    """The fake hub takes whole addresses, as a proxy is sent them."""
    rig.hub.redirects = False
    elsewhere = rig.hub.link("org/model", "tiny.Q4_0.gguf").replace("127.0.0.1", "hub.invalid")
    with open_client(rig.hub.url) as client:
        response, _ = open_answer(client, Link(elsewhere), (), QUICK)
        assert response.read() == rig.content


def test_the_environments_proxy_is_used(rig: Rig, monkeypatch):
    rig.hub.redirects = False
    monkeypatch.setenv("http_proxy", rig.hub.url)
    elsewhere = rig.hub.link("org/model", "tiny.Q4_0.gguf").replace("127.0.0.1", "hub.invalid")
    with open_client() as client:
        response, _ = open_answer(client, Link(elsewhere), (), QUICK)
        assert response.read() == rig.content


def test_https_is_never_left_for_http_elsewhere():
    secure = httpx2.URL("https://hub.example/file")
    with pytest.raises(NetworkError, match="astray"):
        _following(secure, "http://store.example/file")
    assert _following(secure, "http://127.0.0.1:8/file").scheme == "http"
    assert _following(secure, "/other").host == "hub.example"
    assert _following(secure, "https://user:word@store.example/").userinfo == b""


def test_no_cookie_is_kept(rig: Rig):
    rig.hub.redirects = False
    rig.hub.faults.append(Status(500, {"Set-Cookie": "spy=1; Path=/"}))
    rig.fetch()
    assert not any("Cookie" in each.headers for each in rig.hub.seen)
