"""Slow, silent and vanishing clients: patience has an end, and others are served meanwhile."""

import asyncio
import socket
import threading
import time
from contextlib import closing, suppress

import openai
import pytest
from tests.server.room import KEY, Notes, PlayedApi, connect, everything, raw, status
from tests.server.visits import BODY

from inglenook.chat.message import Timings
from inglenook.engine.protocol import Delta, Done, Started
from inglenook.server import asked, gate, sse
from inglenook.server.crowd import MOST_WAITING, Crowd
from inglenook.server.gate import until_gone

STREAM = BODY[:-1] + b',"stream":true}'


def request(port, body=BODY, length=None):
    """Return a request for an answer, as it is sent."""
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body) if length is None else length}\r\n\r\n"
    )
    return head.encode() + body


@pytest.fixture
def waiting(served):
    """Return a server whose answer never comes, what it notes, and what it asks."""
    api, notes = PlayedApi(), Notes()
    return served(api, notes), api, notes


def closes(line):
    """Wait until the other side ends a connection."""
    line.settimeout(60)
    with closing(line):
        everything(line)


def test_a_request_that_never_ends_is_given_up(served):
    port = served(PlayedApi(), head_s=0.05, idle_s=60)
    line = connect(port)
    line.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1")
    closes(line)


def test_a_connection_on_which_nothing_is_said_is_given_up(served):
    port = served(PlayedApi(), head_s=60, idle_s=0.05)
    closes(connect(port))
    line = connect(port)
    line.sendall(f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    closes(line)


def test_a_body_that_was_refused_is_not_read_for_ever(served):
    port = served(PlayedApi(), head_s=60, idle_s=0.05)
    line = connect(port)
    line.sendall(b"POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\nx")
    with closing(line):
        assert status(everything(line)) == 403


def test_a_body_that_does_not_come_is_given_up_in_words(waiting, monkeypatch):
    monkeypatch.setattr(gate, "BODY_S", 0.05)
    port, _api, _notes = waiting
    with closing(connect(port)) as line:
        line.sendall(request(port, b"{", 100))
        assert status(line.recv(65_536)) == 408


def test_a_program_that_does_not_read_is_left(served):
    api, notes = PlayedApi(), Notes()
    port = served(api, notes, unread_s=0.05)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", port))
    line.sendall(request(port, STREAM))
    assert api.is_asked.acquire(timeout=60)
    api.listeners[0](Started("", 5, 0, 0))
    for _ in range(400):
        api.listeners[0](Delta("", "x" * 40_000, 1))
    notes.wait(lambda: notes.ends)
    assert notes.ends == [("/v1/chat/completions", 499)]
    assert api.cancelled == ["r0"]
    line.close()


def test_what_a_program_does_not_read_is_not_kept_without_an_end(played, monkeypatch):
    monkeypatch.setattr(asked, "MOST_UNREAD", 4)
    api = PlayedApi(
        [Started("", 5, 0, 0), *[Delta("", "x", 1)] * 9, Done("", "end", Timings())]
    )
    asking = {"model": "echo", "messages": [{"role": "user", "content": "x"}]}
    with pytest.raises(openai.APIStatusError, match="not read as fast"):
        played(api).chat.completions.create(**asking)


@pytest.mark.parametrize("body", [BODY, STREAM], ids=["whole", "stream"])
@pytest.mark.parametrize("way", ["closed", "half closed", "reset"])
def test_whoever_hangs_up_frees_the_place_at_once(waiting, body, way):
    port, api, notes = waiting
    line = connect(port)
    line.sendall(request(port, body))
    assert api.is_asked.acquire(timeout=60)
    if way == "half closed":
        line.shutdown(socket.SHUT_WR)
    else:
        if way == "reset":
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.close()
    notes.wait(lambda: notes.ends)
    assert notes.ends == [("/v1/chat/completions", 499)]
    assert api.cancelled == ["r0"]
    line.close()


def test_whoever_hangs_up_behind_the_beginning_of_another_request_frees_the_place_too(waiting):
    port, api, notes = waiting
    line = connect(port)
    line.sendall(request(port))
    assert api.is_asked.acquire(timeout=60)
    line.sendall(b"\r\nGET /health HTTP/1.1\r\n")
    line.close()
    notes.wait(lambda: notes.ends)
    assert (notes.ends, api.cancelled) == ([("/v1/chat/completions", 499)], ["r0"])


AHEAD = b"\r\nGET /health HTTP/1.1\r\nX: " + b"x" * 2**16


def test_whoever_hangs_up_behind_more_than_is_kept_frees_the_place_too(waiting):
    port, api, notes = waiting
    line = connect(port)
    line.sendall(request(port))
    assert api.is_asked.acquire(timeout=60)
    line.sendall(AHEAD)
    line.sendall(AHEAD)
    line.close()
    notes.wait(lambda: notes.ends)
    assert (notes.ends, api.cancelled) == ([("/v1/chat/completions", 499)], ["r0"])


def test_an_answer_comes_whole_though_more_is_sent_ahead_than_is_kept(waiting):
    port, api, _ = waiting
    with connect(port) as line:
        line.sendall(request(port) + AHEAD)
        assert api.is_asked.acquire(timeout=60)
        line.sendall(AHEAD)
        api.listeners[0](Done("", "end", Timings()))
        answer = everything(line)
    assert status(answer) == 200
    assert answer.count(b"HTTP/1.1") == 1


def test_whoever_sends_ahead_without_an_end_is_left(waiting):
    port, api, notes = waiting
    with connect(port) as line:
        line.sendall(request(port))
        assert api.is_asked.acquire(timeout=60)
        with pytest.raises(ConnectionError):
            line.sendall(AHEAD + b"x" * 2**26)
    notes.wait(lambda: notes.ends)
    assert api.cancelled == ["r0"]


def test_a_body_whose_time_is_just_over_can_be_sent_away_as_well():
    """Else whoever came next would meet the fault."""
    faults = []

    async def tried():
        asyncio.get_running_loop().set_exception_handler(lambda _loop, it: faults.append(it))
        slow = gate._Slow(asyncio.timeout(0))
        async with slow.patience:
            asyncio.get_running_loop().call_soon(slow.leave)
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        asyncio.run(tried())
    assert faults == []


def test_whoever_hangs_up_in_the_middle_of_a_body_asks_nothing(waiting):
    port, api, notes = waiting
    line = connect(port)
    line.sendall(request(port, b"{", 100))
    notes.wait(lambda: notes.begun)
    line.close()
    notes.wait(lambda: notes.ends)
    assert (notes.ends, api.asked) == ([("/v1/chat/completions", 499)], [])


def test_hundreds_who_say_nothing_keep_nobody_away(waiting):
    """Promise A2: slow clients; the figures are measured by ./dev promises api."""
    port, _api, _notes = waiting
    silent = []
    for _ in range(3 * MOST_WAITING):
        silent.append(connect(port))
        with suppress(OSError):
            silent[-1].sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
    assert (
        status(raw(port, "GET /health", f"Host: 127.0.0.1:{port}", "Connection: close")) == 200
    )
    for line in silent:
        line.close()


def test_hundreds_who_send_slowly_keep_nobody_away_either(waiting):
    """They have the key, and say that there is a body."""
    port, api, notes = waiting
    slow = []
    for at in range(MOST_WAITING + 8):
        slow.append(connect(port))
        slow[-1].sendall(request(port, b"{", 100))
        notes.wait(lambda so_many=at + 1: len(notes.begun) == so_many)
    with closing(connect(port)) as line:
        line.sendall(request(port))
        assert api.is_asked.acquire(timeout=60)
    with closing(slow[0]):
        assert status(slow[0].recv(65_536)) == 408
    for line in slow[1:]:
        line.close()


def test_more_at_once_than_there_is_room_for_are_refused_quickly(waiting, monkeypatch):
    monkeypatch.setattr(gate, "MOST_AT_ONCE", 2)
    port, api, notes = waiting
    lines = [connect(port) for _ in range(3)]
    for line in lines[:2]:
        line.sendall(request(port))
        assert api.is_asked.acquire(timeout=60)
    lines[2].sendall(request(port))
    refusal = lines[2].recv(65_536)
    assert status(refusal) == 503
    assert b"retry-after: 1" in refusal
    for line in lines:
        line.close()
    notes.wait(lambda: len(notes.ends) == 3)
    with closing(connect(port)) as line:  # their places are free again
        line.sendall(request(port))
        assert api.is_asked.acquire(timeout=60)


def test_more_bytes_at_once_than_there_is_room_for_are_refused(waiting, monkeypatch):
    monkeypatch.setattr(gate, "MOST_BYTES_AT_ONCE", 100)
    port, _api, _notes = waiting
    with closing(connect(port)) as line:
        line.sendall(request(port, b" " * 101))
        assert status(line.recv(65_536)) == 503
    with closing(connect(port)) as line:  # what was refused is not counted any more
        line.sendall(request(port, b"[]" + b" " * 90))
        assert status(line.recv(65_536)) == 400


def test_a_program_that_waits_long_is_told_that_somebody_is_there(waiting, monkeypatch):
    monkeypatch.setattr(sse, "FIRST_S", 0.01)
    monkeypatch.setattr("inglenook.server.streaming.FIRST_S", 0.01)
    port, api, _notes = waiting
    with closing(connect(port)) as line:
        line.sendall(request(port, STREAM))
        assert api.is_asked.acquire(timeout=60)
        found = b""
        while b": waiting" not in found:
            found += line.recv(65_536)
        assert status(found) == 200


def test_an_answer_may_take_very_long(waiting, monkeypatch):
    monkeypatch.setattr(asked, "_LONG_S", 0.01)
    port, api, _notes = waiting
    with closing(connect(port)) as line:
        line.sendall(request(port))
        assert api.is_asked.acquire(timeout=60)
        line.settimeout(0.1)
        with pytest.raises(TimeoutError):
            line.recv(1)
        line.settimeout(60)
        api.listeners[0](Done("", "end", Timings()))
        assert status(line.recv(65_536)) == 200


def test_when_one_of_several_cannot_be_asked_the_others_are_ended(played):
    class Third(PlayedApi):
        def ask(self, question, listener):
            if len(self.asked) == 2:
                raise RuntimeError
            return super().ask(question, listener)

    api = Third()
    asking = {"model": "echo", "messages": [{"role": "user", "content": "x"}], "n": 3}
    with pytest.raises(openai.InternalServerError):
        played(api).chat.completions.create(**asking)
    assert api.cancelled == ["r0", "r1"]


def test_a_fault_of_ours_is_told_without_what_was_asked(served, caplog):
    class Broken(PlayedApi):
        def ask(self, question, listener):
            raise RuntimeError(f"secret {question}")

        def models(self):
            return ()

    notes = Notes()
    port = served(Broken(), notes)
    with closing(connect(port)) as line:
        line.sendall(request(port))
        answer = line.recv(65_536)
    assert status(answer) == 500
    assert b"secret" not in answer
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_fault_in_the_middle_of_a_stream_breaks_it_off(served):
    api, notes = PlayedApi(), Notes()
    port = served(api, notes)
    with closing(connect(port)) as line:
        line.sendall(request(port, STREAM))
        assert api.is_asked.acquire(timeout=60)
        api.listeners[0](Started("", 5, 0, 0))
        assert status(line.recv(65_536)) == 200
        api.listeners[0](Done("", "end", None))  # what no engine sends
        assert b"[DONE]" not in everything(line)
    notes.wait(lambda: notes.ends)
    assert api.cancelled == []


def test_closing_ends_everybody_and_the_thread(served):
    before = set(threading.enumerate())
    api, notes = PlayedApi(), Notes()
    port = served(api, notes)
    (thread,) = set(threading.enumerate()) - before
    line = connect(port)
    line.sendall(request(port))
    assert api.is_asked.acquire(timeout=60)
    began_s = time.monotonic()
    served.__closure__[0].cell_contents[-1].close()
    closes(line)
    assert time.monotonic() - began_s < 5
    assert not thread.is_alive()
    with pytest.raises(ConnectionRefusedError):
        connect(port)


def test_the_oldest_who_waits_makes_room():
    left = []

    class One:
        def __init__(self, name):
            self.name = name

        def leave(self):
            left.append(self.name)

    crowd, people = Crowd(2), [One(name) for name in "abc"]
    for each in people:
        crowd.join(each)
    assert (left, len(crowd)) == (["a"], 2)
    crowd.join(people[1])
    crowd.part(people[2])
    crowd.part(people[2])
    assert len(crowd) == 1


def test_work_that_is_whole_is_not_given_up_when_nobody_needs_more():
    async def tried():
        ended = asyncio.Event()
        done = []

        async def receive():
            ended.set()
            return {"type": "http.disconnect"}

        async def work():
            await ended.wait()
            await asyncio.sleep(0)
            done.append(1)

        await until_gone(work(), receive, lambda: True)
        return done

    assert asyncio.run(tried()) == [1]
