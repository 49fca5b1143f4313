"""Asking engines elsewhere: good ones, and a server that breaks the protocol in every way."""

import gc
import gzip
import json
import threading
import time
from contextlib import suppress

import httpx2
import pytest
from tests.data.fake_engine import (
    DONE,
    GOOD,
    HEAD,
    JSON_HEAD,
    FakeEngine,
    ending,
    event,
    piece,
    refused,
    usage,
)

from inglenook.chat.elsewhere import OfferedModel
from inglenook.core.errors import InglenookError, OfflineError, RemoteError
from inglenook.remote.address import address_from
from inglenook.remote.body import Ask, Told
from inglenook.remote.call import Asked, Call, StoppedCall, Way
from inglenook.remote.chunk import Piece, Usage
from inglenook.remote.engine import answer, look_at
from inglenook.remote.patience import Patience
from inglenook.remote.refusal import line_errors
from inglenook.remote.sse import EventReader

QUICK = Patience(connect_s=5.0, first_s=20.0, quiet_s=20.0, list_s=20.0)
ASK = Ask("big-model", (Told("user", "Hello"),), {})
PNG = b"\x89PNG\r\n\x1a\n...."


def asked_of(fake: FakeEngine, ask: Ask = ASK, *, patience: Patience = QUICK, key: str = ""):
    """Ask, and return what was heard, how it ended, and what the log was told."""
    heard, log = [], []
    way = Way(tell=log.append, patience=patience)
    call = Call(way, address_from(fake.url), key)
    try:
        ended = answer(call, way, ask, heard.append)
    except (InglenookError, StoppedCall) as error:
        ended = error
    return heard, ended, log


def text_of(heard: list) -> str:
    return "".join(each.text for each in heard if isinstance(each, Piece) and not each.thinking)


def test_an_answer_comes_piece_by_piece_with_thinking_and_counts():
    with FakeEngine() as fake:
        fake.says = (
            HEAD + piece(role="assistant", content="") + piece(reasoning_content="Let me see. ")
            + piece(reasoning="Indeed.") + piece("Good ") + piece("day") + ending() + usage()
            + DONE
        )  # fmt: skip
        ask = Ask(
            "big-model",
            (Told("system", "Be kind."), Told("user", "What is it?", (PNG, b"\xff\xd8\xff."))),
            {"temperature": 0.2},
            thinks=False,
        )
        heard, ended, log = asked_of(fake, ask, key="secret")
    thoughts = [each.text for each in heard if isinstance(each, Piece) and each.thinking]
    assert thoughts == ["Let me see. ", "Indeed."]
    assert text_of(heard) == "Good day"
    assert ended.reason == "end"
    assert heard[-1] == Usage(12, 3, 4)
    request = fake.heard[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer secret"
    assert request.headers["accept-encoding"] == "identity"
    told = request.asked
    assert told["model"] == "big-model"
    assert told["temperature"] == 0.2
    assert told["chat_template_kwargs"] == {"enable_thinking": False}
    assert told["messages"][0] == {"role": "system", "content": "Be kind."}
    kinds = [each["image_url"]["url"][:22] for each in told["messages"][1]["content"][:2]]
    assert kinds == ["data:image/png;base64,", "data:image/jpeg;base64"]
    assert [(each.host, each.status) for each in log] == [(f"127.0.0.1:{fake.port}", 200)]
    assert log[0].received_bytes == len(fake.says) - len(HEAD)


def test_events_are_the_same_however_they_are_cut():
    stream = (
        b"\xef\xbb\xbfdata: one\r\n\r\n: x\rdata: two\rdata:three\r\rdata: four\n\ndata: five"
    )
    whole = EventReader()
    expected = [*whole.feed(stream), *whole.end()]
    assert expected == [b"one", b"two\nthree", b"four", b"five"]
    for size in range(1, 12):
        reader, found = EventReader(), []
        for at in range(0, len(stream), size):
            found += reader.feed(stream[at : at + size])
        assert [*found, *reader.end()] == expected


def test_an_answer_is_gone_on_with():
    with FakeEngine() as fake:
        asked_of(
            fake, Ask("m", (Told("user", "Go"), Told("assistant", "On")), {}, continues=True)
        )
    assert fake.heard[0].asked["continue_final_message"] is True


def test_a_server_that_does_not_stream_is_understood():
    whole = {"choices": [{"message": {"content": "All at once"}, "finish_reason": "length"}]}
    with FakeEngine(says=JSON_HEAD + json.dumps(whole).encode()) as fake:
        heard, ended, _ = asked_of(fake)
    assert text_of(heard) == "All at once"
    assert ended.reason == "length"


BODY = piece("Good ") + piece("day")
HARMLESS = {
    "an end without [DONE]": (HEAD + BODY + ending(), "Good day"),
    "[DONE] without an end": (HEAD + BODY + DONE, "Good day"),
    "the last empty line is missing": (HEAD + BODY + ending() + DONE.strip(), "Good day"),
    "lines end with CR": (HEAD + (BODY + DONE).replace(b"\n", b"\r"), "Good day"),
    "lines end with CRLF": (HEAD + (BODY + DONE).replace(b"\n", b"\r\n"), "Good day"),
    "comments and other fields": (
        HEAD + b": still here\n\nid: 7\nevent: piece\n" + BODY + b"retry: 1\n\n" + DONE,
        "Good day",
    ),
    "a mark at the beginning": (HEAD + b"\xef\xbb\xbf" + BODY + DONE, "Good day"),
    "one object over two lines": (
        HEAD + b'data: {"choices":\ndata: [{"delta": {"content": "Hi"}}]}\n\n' + DONE,
        "Hi",
    ),
    "control characters": (
        HEAD + piece("a\x00\x1b[31mb\x07\r\nc\td\x9b") + DONE,
        "a[31mb\nc\td",
    ),
    "no choices": (HEAD + event({}) + event({"choices": []}) + BODY + DONE, "Good day"),
    "choices of other kinds": (
        HEAD + event({"choices": "x"}) + event({"choices": [7]}) + event({"choices": {}})
        + event({"choices": [{"delta": 5, "finish_reason": 9}]})
        + event({"choices": [{"delta": {"content": ["x"]}}]}) + BODY + DONE,
        "Good day",
    ),
    "tool calls": (
        HEAD + event({"choices": [{"delta": {"tool_calls": [{"id": "x"}]}}]}) + BODY
        + ending("tool_calls") + DONE,
        "Good day",
    ),
    "counts that are none": (
        HEAD + BODY + event({"usage": {"prompt_tokens": "9", "completion_tokens": True}})
        + event({"usage": 7}) + DONE,
        "Good day",
    ),
    "counts of any size": (
        HEAD + BODY + usage(10**300, -5, 2**70) + event({"usage": {"prompt_tokens": 1e308}})
        + DONE,
        "Good day",
    ),
    "the last event is cut behind its line": (
        HEAD + BODY + ending().strip(), "Good day",
    ),
    "what follows the end": (HEAD + BODY + ending() + DONE + piece("more"), "Good day"),
}  # fmt: skip


@pytest.mark.parametrize("says", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_can_be_understood_is(says: tuple[bytes, str]):
    with FakeEngine(says=says[0]) as fake:
        heard, ended, _ = asked_of(fake)
    assert text_of(heard) == says[1]
    assert not isinstance(ended, Exception)
    counted = [each for each in heard if isinstance(each, Usage)]
    assert all(0 <= each.prompt_tokens < 2**31 for each in counted)


SENSELESS, BROKE = "The engine's answer makes no sense", "The connection to the engine broke"
ELSEWHERE = "The engine sends us elsewhere"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PACKED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
HOSTILE = {
    "it breaks off": (HEAD + BODY, BROKE),
    "it breaks off in a line": (HEAD + BODY + b'data: {"cho', BROKE),
    "it breaks off in a chunk": (CHUNKED + b"ff\r\n" + BODY, BROKE),
    "a chunk of a size that is none": (CHUNKED + b"zz\r\n" + BODY, BROKE),
    "no JSON": (HEAD + BODY + b"data: hello\n\n", SENSELESS),
    "JSON of another kind": (HEAD + BODY + b"data: [1]\n\n", SENSELESS),
    "JSON without a bottom": (HEAD + BODY + b"data: " + b"[" * 100_000 + b"\n\n", SENSELESS),
    "half of a letter": (HEAD + BODY + b'data: {"a": "\xff\xfe"}\n\n', SENSELESS),
    "half of a pair": (HEAD + BODY + b'data: {"a": "\\ud800"}\n\n', SENSELESS),
    "a line without an end": (HEAD + BODY + b"data: " + b"x" * 1_200_000, SENSELESS),
    "an event without an end": (HEAD + BODY + b"data: xxxx\n" * 300_000, SENSELESS),
    "an error in the stream": (
        HEAD + BODY + event({"error": {"message": "out of memory\x1b[0m"}}),
        "The engine could not answer",
    ),
    "an error that is a text": (HEAD + event({"error": "no"}), "The engine could not answer"),
    "a bomb": (PACKED + gzip.compress(bytes(10_000_000)), SENSELESS),
    "no answer at all": (b"", BROKE),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", BROKE),
    "a head without an end": (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 30_000, BROKE),
    "elsewhere": (refused(302, head="Location: http://evil.example/v1\r\n"), ELSEWHERE),
    "elsewhere, with the question": (refused(307, head="Location: /v2\r\n"), ELSEWHERE),
    "a wrong key": (refused(401), "The engine wants a key"),
    "a closed door": (refused(403, "no"), "The engine wants a key"),
    "no such model": (refused(404, "model not found"), "The engine does not know this model"),
    "too many questions": (refused(429), "The engine has too much to do"),
    "a fault": (refused(500, "boom"), "The engine has trouble of its own"),
    "a gateway": (refused(502), "The engine is not ready"),
    "it is loading": (refused(503, "Loading model"), "The engine is not ready"),
    "a refusal": (refused(400, "bad knob"), "The engine refused this question"),
    "a refusal of no kind": (refused(418, head="Content-Type: text/html\r\n"),
                             "The engine refused this question"),
    "too long": (
        refused(400, "This model's maximum context length is 4096 tokens."),
        "The chat is too long for this engine",
    ),
    "a refusal without an end": (refused(500) + b"x" * 3_000_000,
                                 "The engine has trouble of its own"),
    "an error without words": (HEAD + event({"error": {"code": 5}}),
                               "The engine could not answer"),
}  # fmt: skip


@pytest.mark.parametrize("says", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_cannot_be_understood_is_told_in_a_sentence(says: tuple[bytes, str]):
    with FakeEngine(says=says[0]) as fake:
        heard, ended, log = asked_of(fake)
    assert isinstance(ended, RemoteError), ended
    assert ended.problem.title == says[1]
    assert "evil" not in str(ended)
    assert text_of(heard) in {"", "Good day"}  # what came before is kept
    assert len(fake.heard) == len(log) == 1  # nothing was followed, nothing asked twice
    assert "\x1b" not in "".join(ended.problem.facts.values())


def test_a_key_that_is_refused_is_told_as_such():
    with FakeEngine(says=refused(401)) as fake:
        _, ended, _ = asked_of(fake, key="old")
    assert ended.problem.title == "The engine does not accept the key"


def test_an_answer_without_an_end_is_ended():
    with FakeEngine(says=HEAD + piece("word ") * 2000, holds=True) as fake:
        heard, ended, _ = asked_of(fake, patience=Patience(answer_chars=1000))
        assert ended.reason == "length"
        assert fake.hung_up.wait(60)
    assert 1000 < len(text_of(heard)) < 1100
    with FakeEngine(says=HEAD + b": nothing\n" * 10_000, holds=True) as fake:
        _, ended, _ = asked_of(fake, patience=Patience(answer_bytes=5000))
    assert ended.problem.title == "The engine's answer is far too long"


def test_an_answer_in_one_object_is_read_only_where_there_is_memory_for_it():
    says = JSON_HEAD + b'{"choices":[' + b"[]," * 3_000_000
    with FakeEngine(says=says, holds=True) as fake:
        _, ended, _ = asked_of(fake)
    assert ended.problem.title == "The engine's answer is far too long"


@pytest.mark.parametrize("says", [b"", HEAD, HEAD + b": wait\n\n", HEAD + piece("Good ")])
def test_an_engine_that_falls_silent_is_hung_up_on(says: bytes):
    with FakeEngine(says=says, holds=True) as fake:
        # A head that never comes is waited for as long as connecting may take besides.
        patience = Patience(connect_s=0.3, first_s=0.05, quiet_s=0.05)
        heard, ended, _ = asked_of(fake, patience=patience)
        assert fake.hung_up.wait(60)
    assert ended.problem.title == "The engine has fallen silent"
    assert text_of(heard) == ("Good " if b"Good" in says else "")


def test_a_picture_may_go_without_words():
    with FakeEngine() as fake:
        asked_of(fake, Ask("m", (Told("user", "", (PNG,)),), {}))
    (content,) = (each["content"] for each in fake.heard[0].asked["messages"])
    assert [each["type"] for each in content] == ["image_url"]


@pytest.mark.parametrize(
    ("cause", "title"),
    [
        (httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), "is not safe"),
        (httpx2.ReadTimeout("slow"), "has fallen silent"),
        (httpx2.ProxyError("no"), "The proxy does not let this through"),
        (ValueError("odd"), "broke"),
    ],
)
def test_what_a_line_fails_with_is_told_in_a_sentence(cause: Exception, title: str):
    with pytest.raises(RemoteError, match=title), line_errors("box"):
        raise cause


@pytest.mark.parametrize("says", [b"", HEAD, HEAD + piece("Good ")])
def test_stop_closes_the_connection_wherever_it_waits(says: bytes):
    with FakeEngine(says=says, holds=True) as fake:
        way = Way(patience=QUICK)
        call = Call(way, address_from(fake.url))
        ended = []

        def ask() -> None:
            with suppress(StoppedCall):
                ended.append(answer(call, way, ASK, lambda _said: None))

        thread = threading.Thread(target=ask)
        thread.start()
        assert fake.was_asked.wait(60)
        began_s = time.monotonic()
        call.hang_up()
        thread.join(60)
        assert fake.hung_up.wait(60)
        assert time.monotonic() - began_s < 30  # not by any time-out
    assert ended == []


def test_a_call_that_was_stopped_before_it_began_opens_nothing():
    with FakeEngine() as fake:
        way = Way(patience=QUICK)
        call = Call(way, address_from(fake.url))
        call.hang_up()
        with pytest.raises(StoppedCall):
            answer(call, way, ASK, lambda _said: None)
    assert fake.heard == []


def test_a_call_that_is_stopped_while_it_connects_leaves_nothing_open():
    with FakeEngine() as fake:
        way = Way(patience=QUICK)
        call = Call(way, address_from(fake.url))
        hear = call._hear_line

        def stop_first(event: str, told) -> None:
            if event.endswith("connect_tcp.complete"):
                call.hang_up()
            hear(event, told)

        call._hear_line = stop_first
        with pytest.raises(StoppedCall):
            answer(call, way, ASK, lambda _said: None)
        gc.collect()  # which would tell of a socket that nobody closed
    assert fake.heard == []


def test_nothing_is_opened_while_the_network_is_switched_off():
    with FakeEngine() as fake:
        log: list[Asked] = []
        way = Way(is_offline=lambda: True, tell=log.append)
        with pytest.raises(OfflineError):
            answer(Call(way, address_from(fake.url)), way, ASK, lambda _said: None)
        with pytest.raises(OfflineError):
            look_at(Call(way, address_from(fake.url)), way)
    assert fake.heard == []
    assert log == []


def test_an_engine_that_is_not_there_is_told_as_such():
    with FakeEngine() as fake:
        url = fake.url
    way = Way(patience=QUICK)
    with pytest.raises(RemoteError, match="cannot be reached"):
        look_at(Call(way, address_from(url)), way)


def test_a_plain_server_where_an_encrypted_one_is_asked_is_told_as_such():
    with FakeEngine(says=b"HTTP/1.1 400 Bad\r\n\r\n") as fake:
        way = Way(patience=Patience(connect_s=0.2))
        address = address_from(fake.url.replace("http:", "https:"))
        with pytest.raises(RemoteError):
            look_at(Call(way, address), way)


def test_a_private_address_is_asked_without_the_proxy_and_others_by_it():
    with FakeEngine() as fake, FakeEngine(lists=refused(502)) as proxy:
        way = Way(proxy=lambda: proxy.url, patience=QUICK)
        assert look_at(Call(way, address_from(fake.url)), way).models
        assert proxy.heard == []
        with pytest.raises(RemoteError):
            look_at(Call(way, address_from("http://engine.example.com")), way)
        assert proxy.heard[0].path == "http://engine.example.com/v1/models"
        wrong = Way(proxy=lambda: "ftp://x", patience=QUICK)
        with pytest.raises(InglenookError, match="no such proxy"):
            look_at(Call(wrong, address_from("http://engine.example.com")), wrong)


def test_the_models_of_an_engine_are_listed_with_what_they_read():
    with FakeEngine() as fake:
        way = Way(patience=QUICK)
        found = look_at(Call(way, address_from(fake.url)), way)
    assert found.models == (OfferedModel("big-model", 32768), OfferedModel("small-model"))
    assert found.maker == "vllm"


def test_names_that_hide_something_and_models_for_vectors_are_left_out():
    rows = [
        {"id": "good", "meta": {"n_ctx": 4096}},
        {"id": "two\nlines"}, {"id": "turned\u202egnp"}, {"id": ""}, {"id": 7}, "x", {},
        {"id": "x" * 300}, {"id": "vectors", "type": "embeddings"}, {"id": "good"},
        {"id": "huge", "max_model_len": 2**80}, {"id": "odd", "max_model_len": True},
    ]  # fmt: skip
    with FakeEngine(lists=JSON_HEAD + json.dumps({"data": rows}).encode()) as fake:
        way = Way(patience=QUICK)
        found = look_at(Call(way, address_from(fake.url)), way)
    assert [each.id for each in found.models] == ["good", "huge", "odd"]
    assert [each.context_tokens for each in found.models] == [4096, 0, 0]


@pytest.mark.parametrize(
    ("says", "title"),
    [
        (JSON_HEAD + b"[]", SENSELESS),
        (JSON_HEAD + b"{}", "There is no engine at this address"),
        (JSON_HEAD + b'{"error": {"message": "x"}}', "The engine could not answer"),
        (JSON_HEAD + b"<html>", SENSELESS),
        (JSON_HEAD + b" " * 5_000_000, "The engine's answer is far too long"),
        (GOOD, SENSELESS),
    ],
)
def test_a_list_that_is_none_is_told_in_a_sentence(says: bytes, title: str):
    with FakeEngine(lists=says) as fake:
        way = Way(patience=QUICK)
        with pytest.raises(RemoteError) as caught:
            look_at(Call(way, address_from(fake.url)), way)
    assert caught.value.problem.title == title
