"""Answers by a server of ours that runs already, instead of a second engine."""

import threading

import pytest
from tests.data.fake_engine import FakeEngine, refused

from inglenook.chat.message import Role
from inglenook.chat.sampling import BALANCED
from inglenook.core.ids import ChatId, RequestId
from inglenook.effort.level import Level
from inglenook.engine.protocol import Delta, Done, Started, Turn
from inglenook.services.engines import Engines
from inglenook.services.servernote import OwnServer
from inglenook.services.throughserver import answers, through

QUESTION = (Turn(Role.USER, "Hello"),)
WAIT_S = 60


class Engine:
    """The engine of this computer, which nobody may ask."""

    def __init__(self) -> None:
        self.cancelled: list[RequestId] = []

    def cancel(self, request: RequestId) -> None:
        self.cancelled.append(request)


@pytest.fixture
def fake():
    with FakeEngine() as made:
        yield made


@pytest.fixture
def server(fake) -> OwnServer:
    return OwnServer(f"{fake.url}/v1", "ik-key")


def test_it_is_asked_in_the_place_of_the_engine_here(fake, server):
    heard, over = [], threading.Event()

    def hear(_request, event):
        heard.append(event)
        if isinstance(event, Done):
            over.set()

    engine, remote = Engine(), through(server, Level.CAREFUL)
    engines = Engines(engine)
    engines.send_through(remote)
    engines.answer(RequestId("R"), ChatId("C"), QUESTION, BALANCED, hear)
    assert over.wait(WAIT_S)
    remote.close()
    assert [type(each) for each in heard] == [Started, Delta, Delta, Done]
    assert "".join(each.text for each in heard[1:3]) == "Good day"
    (asked,) = fake.heard
    assert asked.headers["authorization"] == "Bearer ik-key"
    assert asked.asked["model"] == ""
    assert asked.asked["effort"] == "careful"
    engines.cancel(RequestId("R"))
    assert engine.cancelled == ["R"]


def test_the_usual_effort_is_not_worth_a_word(fake, server):
    over = threading.Event()
    remote = through(server, Level.QUICK)
    engines = Engines(Engine())
    engines.send_through(remote)
    engines.answer(
        RequestId("R"), ChatId("C"), QUESTION, BALANCED,
        lambda _request, event: over.set() if isinstance(event, Done) else None,
    )  # fmt: skip
    assert over.wait(WAIT_S)
    remote.close()
    assert "effort" not in fake.heard[0].asked


def test_whether_it_answers_is_found_out_first(fake, server):
    assert answers(server)
    assert fake.heard[0].headers["authorization"] == "Bearer ik-key"
    fake.lists = refused(401, "Show the key.")
    assert not answers(server)
    gone = OwnServer("http://127.0.0.1:1/v1", "ik-key")
    assert not answers(gone)
