"""The person ends requests of programs: each is told so, and its place is free at once."""

import asyncio
import socket
import threading
from contextlib import closing

import openai
import pytest
from tests.server.room import KEY, Notes, PlayedApi, connect, everything, fields, raw, status
from tests.server.test_wire import STREAM, request

from inglenook.chat.message import Timings
from inglenook.engine.protocol import Delta, Detokenised, Done, Started
from inglenook.server import endable
from inglenook.server.endable import EndableApi, Ending
from inglenook.server.refusal import RefusedError

ASK = {"model": "echo", "messages": [{"role": "user", "content": "x"}]}
BEGUN = (Started("", 5, 0, 0), Delta("", "half", 1))


@pytest.fixture
def person():
    """Return what is noted of requests, and ends the newest one as soon as it is asked."""

    class Person(Notes):
        def end_when_asked(self, api):
            def wait():
                assert api.is_asked.acquire(timeout=60)
                self.end()

            threading.Thread(target=wait, daemon=True).start()

        def end(self):
            list(self.enders.values())[-1]()

        def over(self):
            self.wait(lambda: len(self.ends) == len(self.begun))
            assert self.ended_by_person == list(self.begun)
            return [status for _route, status in self.ends]

    return Person()


def asked_of(client, route):
    """Return what one route answers: a stream where there is one."""
    match route:
        case "vectors":
            return client.embeddings.create(model="echo", input=["x", "y"])
        case "chat":
            return client.chat.completions.create(**ASK, stream=True)
        case "text":
            return client.completions.create(
                model="echo", prompt="x", max_tokens=9, stream=True
            )
        case _:
            return client.responses.create(model="echo", input="x", stream=True)


@pytest.mark.parametrize("route", ["chat", "text"])
def test_a_stream_that_has_begun_ends_with_an_error_that_clients_raise(played, person, route):
    api = PlayedApi(BEGUN)
    stream = asked_of(played(api, person), route)
    first = next(stream)
    person.end()
    with pytest.raises(openai.APIError, match="person at Inglenook") as ended:
        list(stream)
    assert first.choices
    assert (ended.value.body["code"], api.cancelled) == ("ended_by_person", ["r0"])
    assert person.over() == [200]


def test_a_response_as_events_ends_as_one_that_failed(played, person):
    api = PlayedApi(BEGUN)
    stream = asked_of(played(api, person), "events")
    next(stream)
    person.end()
    *_, last = list(stream)
    assert (last.type, api.cancelled) == ("response.failed", ["r0"])
    assert "person at Inglenook" in last.response.error.message
    assert person.over() == [200]


def test_a_stream_says_done_behind_the_error_and_the_line_stays_usable(served, person):
    port = served(PlayedApi(BEGUN), person)
    with closing(connect(port)) as line:
        line.sendall(request(port, STREAM))
        found = line.recv(65_536)
        while b"half" not in found:
            found += line.recv(65_536)
        person.end()
        while not found.endswith(b"0\r\n\r\n"):
            found += line.recv(65_536)
        assert found.rstrip().endswith(b"data: [DONE]\n\n\r\n0")
        line.sendall(f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert status(line.recv(65_536)) == 200


@pytest.mark.parametrize("route", ["chat", "text", "events", "vectors"])
def test_what_has_not_begun_is_refused_and_clients_do_not_ask_again(played, person, route):
    api = PlayedApi()
    client = played(api, person).with_options(max_retries=2)
    person.end_when_asked(api)
    with pytest.raises(openai.InternalServerError, match="person at Inglenook") as refused:
        asked_of(client, route)
    assert (refused.value.status_code, refused.value.code) == (503, "ended_by_person")
    assert (len(api.asked), api.cancelled, person.over()) == (1, ["r0"], [503])


def test_of_several_answers_all_are_ended_but_what_was_over(played, person):
    class Half(PlayedApi):
        def ask(self, question, listener):
            self.told = (Done("", "end", Timings()),) if len(self.asked) == 1 else ()
            return super().ask(question, listener)

    api = Half()
    client = played(api, person)
    person.end_when_asked(api)
    with pytest.raises(openai.InternalServerError, match="person at Inglenook"):
        client.chat.completions.create(**ASK, n=3)
    assert set(api.cancelled) == {"r0", "r2"}


def test_nothing_more_is_asked_for_a_request_that_was_ended():
    async def tried():
        api, heard = PlayedApi(), []
        own = EndableApi(api)
        own.tokenise("echo", "x", lambda _request, event: heard.append(event))
        own.detokenise("echo", (1,), lambda _request, event: heard.append(event))
        api.listeners[1](Detokenised("r1", "x"))
        assert own.end()
        assert api.cancelled == ["r0"]
        api.listeners[0](Delta("r0", "late", 1))
        assert [type(each).__name__ for each in heard] == ["Detokenised", "Failed"]
        with pytest.raises(RefusedError, match="person at Inglenook"):
            own.detokenise("echo", (1,), heard.append)
        assert not own.end()

    asyncio.run(tried())


def test_a_body_that_is_still_sent_is_waited_for_no_longer(served, person):
    port = served(PlayedApi(), person)
    with closing(connect(port)) as line:
        line.sendall(request(port, b"{", 100))
        person.wait(lambda: person.begun)
        person.end()
        answer = line.recv(65_536)
        while not answer.endswith(b"}"):
            answer += line.recv(65_536)
    assert (status(answer), fields(answer)["error"]["code"]) == (503, "ended_by_person")
    assert b"x-should-retry: false" in answer
    assert person.over() == [503]


def test_a_program_that_does_not_read_cannot_keep_its_place(served, person, monkeypatch):
    monkeypatch.setattr(endable, "ROUTE_S", 0.05)
    api = PlayedApi()
    port = served(api, person)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", port))
    with closing(line):
        line.sendall(request(port, STREAM))
        assert api.is_asked.acquire(timeout=60)
        api.listeners[0](Started("", 5, 0, 0))
        for _ in range(400):
            api.listeners[0](Delta("", "x" * 40_000, 1))
        person.end()
        assert person.over() == [200]
        assert api.cancelled[:1] == ["r0"]
        assert b"[DONE]" not in everything(line)


def test_ending_what_is_over_changes_nothing(served, person):
    api = PlayedApi([*BEGUN, Done("", "end", Timings())])
    port = served(api, person)
    headers = (f"Host: 127.0.0.1:{port}", "Connection: close", "User-Agent: OpenAI/Python 2.1")
    assert status(raw(port, "GET /v1/models", *headers, f"Authorization: Bearer {KEY}")) == 200
    person.wait(lambda: person.ends)
    person.end()
    assert status(raw(port, "GET /health", *headers)) == 200
    assert person.ended_by_person == []
    assert set(person.programs.values()) == {"OpenAI/Python"}
    served.__closure__[0].cell_contents[-1].close()
    person.end()


def test_a_second_wish_changes_nothing_and_a_fault_in_the_work_stays_one():
    async def tried(wishes):
        ending = Ending(PlayedApi())

        async def work():
            for _ in range(wishes):
                ending.ask()
            await asyncio.sleep(60 if wishes else 0)
            raise TimeoutError("ours")

        await ending.of(work())

    with pytest.raises(RefusedError, match="person at Inglenook"):
        asyncio.run(tried(2))
    with pytest.raises(TimeoutError, match="ours"):
        asyncio.run(tried(0))
