"""A server that all tests of a file share, since nothing of it is changed by asking."""

import openai
import pytest
from tests.server.room import KEY, WAIT_S, HttpListener, Notes, PlayedApi, Room, door


@pytest.fixture(scope="module")
def room():
    room = Room()
    yield room
    room.close()


@pytest.fixture
def client(room):
    with openai.OpenAI(
        base_url=f"{room.address}/v1", api_key=KEY, max_retries=0, timeout=WAIT_S
    ) as client:
        yield client


@pytest.fixture
def served():
    """Return what serves a played api; each server is closed at the end."""
    listeners = []

    def serve(api: PlayedApi, notes: Notes | None = None, **patience) -> int:
        listeners.append(HttpListener(api, door(), notes or Notes(), **patience))
        return listeners[-1].port

    yield serve
    for each in listeners:
        each.close()


@pytest.fixture
def played(served):
    """Return a client of a played api."""
    clients = []

    def play(api: PlayedApi, notes: Notes | None = None) -> openai.OpenAI:
        base = f"http://127.0.0.1:{served(api, notes)}/v1"
        clients.append(openai.OpenAI(base_url=base, api_key=KEY, max_retries=0, timeout=WAIT_S))
        return clients[-1]

    yield play
    for each in clients:
        each.close()
