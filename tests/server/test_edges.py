"""What seldom happens: half answers, strange engines, doors to a network, taken ports."""

import asyncio
import base64
import json
import socket
from dataclasses import replace

import openai
import pytest
from tests.server.room import (
    KEY,
    Notes,
    PlayedApi,
    connect,
    door,
    everything,
    fields,
    raw,
    status,
)
from tests.server.visits import BODY

from inglenook.chat.message import Role, Timings
from inglenook.core.errors import InglenookError, Problem
from inglenook.engine.protocol import (
    Delta,
    Detokenised,
    Done,
    Embedded,
    Failed,
    Queued,
    Started,
    Tokenised,
    ToolCalled,
)
from inglenook.engine.turns import Call, Turn
from inglenook.server import gate, listener
from inglenook.server.chatrequest import ChatRequest
from inglenook.server.completionrequest import CompletionRequest
from inglenook.server.fields import JsonSchema, Knobs, NamedSchema
from inglenook.server.gathered import Gathered
from inglenook.server.guard import Visit, check_body, check_place
from inglenook.server.knobs import sampling_from
from inglenook.server.listener import HttpListener, bound
from inglenook.server.openapi import document
from inglenook.server.reading import read
from inglenook.server.refusal import RefusedError, from_problem
from inglenook.services.listening import Door

ASK = {"model": "echo", "messages": [{"role": "user", "content": "x"}]}
TOOL = {"type": "function", "function": {"name": "f"}}
PICTURE = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
LOST = Problem("The engine stopped", "Try again.", {"kind": "engine_stopped"})
STOPPED = Done("", "stopped", Timings())


# --- what contradicts itself ---


@pytest.mark.parametrize(
    ("change", "param"),
    [
        (
            {"tools": [TOOL], "tool_choice": "required",
             "response_format": {"type": "json_object"}},
            "response_format",
        ),
        ({"logprobs": True, "extra_body": {"effort": "deep"}}, "logprobs"),
        ({"tool_choice": "required"}, "tool_choice"),
        (
            {"messages": [{"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": PICTURE}}] * 33}]},
            "messages",
        ),
    ],
)  # fmt: skip
def test_fields_that_contradict_each_other_are_refused(client, change, param):
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(**{**ASK, **change})
    assert refused.value.param == param


def test_a_response_has_so_many_pictures_at_most(client):
    parts = [{"type": "input_image", "image_url": PICTURE}] * 33
    with pytest.raises(openai.BadRequestError, match="32 pictures"):
        client.responses.create(model="echo", input=[{"role": "user", "content": parts}])


def test_functions_may_be_offered_and_not_wanted(played):
    api = PlayedApi([Done("", "end", Timings())])
    client = played(api)
    asked = {**ASK, "tools": [TOOL], "response_format": {"type": "text"}}
    client.chat.completions.create(**asked, tool_choice="none")
    assert api.asked[0].options.tools == ()
    client.chat.completions.create(**asked, tool_choice="required")
    assert api.asked[1].sampling.json_schema


def test_what_json_of_a_schema_is_asked_for_reaches_the_engine(played):
    api = PlayedApi([Done("", "end", Timings())])
    form = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "array"}}}
    played(api).chat.completions.create(**ASK, response_format=form)
    assert json.loads(api.asked[0].sampling.json_schema) == {"type": "array"}


def test_a_form_that_is_too_large_is_refused_in_the_engines_words():
    form = JsonSchema(NamedSchema({"description": "x" * 300_000}))
    with pytest.raises(RefusedError, match="too large"):
        sampling_from(Knobs(), limit_tokens=None, form=form)


# --- answers that are none ---


@pytest.mark.parametrize("text", ['{"name":"f","argu', "[1]", '{"name":7}', ""])
def test_a_call_that_was_cut_short_before_its_arguments_stays_a_text(text):
    answer = Gathered(is_call=True)
    assert not answer.hear(Delta("", text, 3))
    told = answer.hear(Done("", "length", Timings()))
    assert "".join(piece.text for piece in told) == text
    assert (answer.reason, answer.calls) == ("length", [])


def test_what_an_earlier_call_says_goes_to_the_engine_as_it_stands(played):
    api = PlayedApi([Done("", "end", Timings())])
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{not json"}}
    said = {"role": "assistant", "content": "So:", "tool_calls": [call]}
    played(api).chat.completions.create(model="echo", messages=[said, *ASK["messages"]])
    assert api.asked[0].turns[0] == Turn(
        Role.ASSISTANT, "So:", calls=(Call("f", "{not json", "c"),)
    )


def test_a_prompt_that_is_too_long_is_told_as_clients_know_it():
    found = from_problem(Problem("Too long", "Cut it.", {"tokens": "9", "budget": "8"}))
    assert (found.status, found.code, found.param) == (
        400, "context_length_exceeded", "messages",
    )  # fmt: skip
    assert from_problem(Problem("Odd", "Look.")).status == 500


def test_thoughts_and_nothing_else_are_a_response_too(played):
    thought = Delta("", "hm", 1, thinking=True)
    empty = Delta("", "", 1)
    told = [Started("", 5, 0, 0), thought, empty, Done("", "length", Timings())]
    client = played(PlayedApi(told))
    *_, last = client.responses.create(model="echo", input="x", stream=True)
    assert last.type == "response.incomplete"
    assert [each.type for each in last.response.output] == ["reasoning", "message"]


def test_what_is_not_asked_for_is_left_out_of_a_stream(played):
    """A place in the queue, and a call where no function was offered."""
    call = ToolCalled("", "f", "{}")
    told = [Queued("", 2), Started("", 5, 0, 0), call, Done("", "end", Timings())]
    client = played(PlayedApi(told))
    chunks = list(client.chat.completions.create(**ASK, stream=True))
    assert chunks[0].choices[0].delta.role == "assistant"
    events = list(client.responses.create(model="echo", input="x", stream=True))
    assert events[-1].response.output_text == ""


def test_a_question_for_what_is_there_may_have_a_body(room):
    port = room.listener.port
    headers = (f"Host: 127.0.0.1:{port}", "Content-Length: 5", "Connection: close")
    assert status(raw(port, "GET /health", *headers, body=b"hello")) == 200


def test_the_usual_model_is_named_before_it_is_loaded(played, monkeypatch):
    api = PlayedApi([Done("", "end", Timings())])
    monkeypatch.setattr(api, "_models", (replace(api.models()[0], is_loaded=False),))
    client = played(api)
    found = client.models.retrieve("default")
    assert (found.id, found.inglenook["is_loaded"]) == ("echo", False)
    assert client.chat.completions.create(**{**ASK, "model": "default"}).model == "echo"


def test_a_model_is_described_only_while_there_is_one(played, monkeypatch):
    api = PlayedApi()
    monkeypatch.setattr(api, "_models", ())
    client = played(api)
    with pytest.raises(openai.NotFoundError, match="No chat model is installed"):
        client.models.retrieve("default")
    api.told = [Done("", "end", Timings())]
    assert client.chat.completions.create(**{**ASK, "model": "default"}).model == "default"


# --- tokens and vectors ---


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Failed("", LOST), 503),
        (LOST, 503),
        (STOPPED, 503),
        (Tokenised("", problem=Problem("No", "Not so.")), 400),
        (Detokenised("", problem=Problem("No", "Not so.")), 400),
    ],
    ids=["failed", "died", "stopped", "no tokens", "no text"],
)
def test_tokens_that_cannot_be_told_are_refused(served, event, expected):
    port = served(PlayedApi([event]))
    for path, body in (("/tokenize", b'{"content":"x"}'), ("/detokenize", b'{"tokens":[1]}')):
        answer = raw(
            port, f"POST {path}", f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {KEY}",
            "Content-Type: application/json", "Connection: close",
            f"Content-Length: {len(body)}", body=body,
        )  # fmt: skip
        assert status(answer) == expected


def test_what_is_counted_is_counted_for_one_program_after_the_other(served):
    """Between two of them the engine goes on with answers."""
    api, notes = PlayedApi(), Notes()
    port = served(api, notes)
    body = b'{"content":"x"}'
    lines = [connect(port) for _ in range(2)]
    for line in lines:
        line.sendall(
            f"POST /tokenize HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {KEY}"
            "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            f"{len(body)}\r\n\r\n".encode()
            + body
        )
    assert api.is_asked.acquire(timeout=60)
    notes.wait(lambda: len(notes.begun) == 2)
    raw(port, "GET /health", f"Host: 127.0.0.1:{port}", "Connection: close")
    assert len(api.asked) == 1
    api.listeners[0](Tokenised("", (1,)))
    assert api.is_asked.acquire(timeout=60)
    api.listeners[1](Tokenised("", (2,)))
    for line in lines:
        with line:
            assert status(everything(line)) == 200


@pytest.mark.parametrize("event", [Failed("", LOST), LOST, STOPPED])
def test_vectors_that_cannot_be_made_are_refused(played, event):
    api = PlayedApi([Embedded("", 0, b"\0" * 8, 3), event])
    with pytest.raises(openai.InternalServerError):
        played(api).embeddings.create(model="echo", input=["a", "b"])


@pytest.mark.parametrize("given", [[1, 2, 3], [[1, 2], [3]], ["text", [3]]])
def test_vectors_are_not_made_of_tokens_which_may_be_another_models(client, given):
    """As LangChain sends them, with what to tell it instead."""
    advice = "check_embedding_ctx_length=False"
    with pytest.raises(openai.BadRequestError, match=advice) as refused:
        client.embeddings.create(model="vectors", input=given)
    assert (refused.value.param, refused.value.code) == ("input", "tokens_not_read")


# --- the door to a network ---


def visit(host, address="192.168.0.7", **headers):
    given = [(b"host", host.encode())]
    given += [
        (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
    ]
    return Visit("POST", "/v1/models", given, (address, 11535))


@pytest.mark.parametrize("host", ["192.168.0.7", "nook", "nook.local", "127.0.0.1", "NOOK"])
def test_in_a_network_its_own_address_and_names_are_known(host):
    check_place(visit(f"{host}:11535"), door(host="0.0.0.0", names={"nook", "nook.local"}))


@pytest.mark.parametrize(
    "host", ["192.168.0.8", "evil.example", "nook.evil.example", "0.0.0.0"]
)
def test_in_a_network_nothing_else_is(host):
    with pytest.raises(RefusedError):
        check_place(visit(f"{host}:11535"), door(host="0.0.0.0", names={"nook"}))
    with pytest.raises(RefusedError):  # and only where it is open to one
        check_place(visit("192.168.0.7:11535"), door(names={"nook"}))


def test_a_length_that_is_no_number_is_refused_though_h11_does_so_before():
    for length in ("9x", "٣", "-1", "9" * 20):
        with pytest.raises(RefusedError):
            check_body(visit("x", content_length=length, content_type="application/json"))


def test_two_hosts_in_one_request_are_refused():
    two = visit("127.0.0.1:11535")
    with pytest.raises(RefusedError, match="more than one"):
        check_place(Visit("GET", "/", [*two.headers, *two.headers], two.address), door())


# --- the listener ---


def test_the_next_port_is_taken_where_one_is_not_free():
    with bound(door()) as first:
        assert first.proto == socket.IPPROTO_TCP, "else every answer waits for 40 ms"
        port = first.getsockname()[1]
        with bound(door(ports=(port, 0))) as second:
            assert second.getsockname()[1] != port
        with pytest.raises(InglenookError) as refused:
            bound(door(ports=(port,)))
    assert refused.value.problem.facts["port"] == str(port)


def test_a_server_that_breaks_says_so(monkeypatch, caplog):
    async def broken(self):
        raise OSError("secret")

    monkeypatch.setattr(HttpListener, "_serve", broken)
    notes = Notes()
    made = HttpListener(PlayedApi(), door(), notes)
    notes.wait(lambda: notes.broken)
    made.close()
    assert "secret" not in caplog.text


def test_a_fault_on_the_loop_is_logged_without_its_text(caplog):
    listener._say_little(None, {"exception": OSError("secret")})
    assert "OSError" in caplog.text
    assert "secret" not in caplog.text


def test_there_is_no_more_of_a_body_than_what_was_read():
    assert asyncio.run(gate._nothing_more())["more_body"] is False


# --- the description ---


def test_every_route_is_described_by_what_it_reads(room):
    port = room.listener.port
    headers = (f"Host: 127.0.0.1:{port}", f"Authorization: Bearer {KEY}", "Connection: close")
    told = fields(raw(port, "GET /openapi.json", *headers))
    assert told == json.loads(json.dumps(document()))
    assert told["paths"].keys() - {"/v1/models/{model}"} == gate.PATHS - {"/openapi.json"}
    names = set(told["components"]["schemas"])
    for path in told["paths"].values():
        for verb in path.values():
            schema = verb.get("requestBody", {}).get("content", {}).get("application/json", {})
            reference = schema.get("schema", {}).get("$ref", "#/components/schemas/Error")
            assert reference.removeprefix("#/components/schemas/") in names


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        (b'"tools":[{"function":{"name":"f","parameters":{"a":[%s]}}}]', "tools"),
        (b'"response_format":{"type":"json_schema","json_schema":{"schema":{"a":[%s]}}}',
         "response_format"),
        (b'"logit_bias":{"1":1},"nobody reads this":[%s]', "nobody reads this"),
    ],
)  # fmt: skip
def test_a_field_that_would_take_far_more_memory_than_its_size_is_not_read(fields, param):
    many = b",".join([b"[]"] * 400_000)
    body = b'{"messages":[{"role":"user","content":"x"}],' + fields % many + b"}"
    with pytest.raises(RefusedError) as refusal:
        read(body, ChatRequest)
    assert (refusal.value.status, refusal.value.param) == (400, param)


def test_a_body_of_a_million_lists_is_not_read_but_long_texts_are():
    with pytest.raises(RefusedError, match="too many lists"):
        read(b'{"prompt":[' + b"[]," * 1_000_000 + b"[]]}", CompletionRequest)
    text = "x" * 2_000_000
    assert read(b'{"prompt":"%s"}' % text.encode(), CompletionRequest).prompt == text
    with pytest.raises(RefusedError, match="no JSON"):
        read(b'{"prompt":"' + text.encode(), CompletionRequest)


def test_a_misfit_without_a_place_is_told_as_it_is():
    with pytest.raises(RefusedError) as refused:
        read(b"7", NamedSchema)
    assert refused.value.param is None


def test_what_goes_on_is_written_when_there_is_room_again(served):
    api = PlayedApi()
    port = served(api)
    line = connect(port)
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Authorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
    )
    body = BODY[:-1] + b',"stream":true}'
    line.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    assert api.is_asked.acquire(timeout=60)
    for event in [Started("", 5, 0, 0), *[Delta("", "x" * 40_000, 1)] * 400]:
        api.listeners[0](event)
    api.listeners[0](Done("", "end", Timings()))
    found = b""
    while part := line.recv(65_536):
        found += part
    line.close()
    assert found.count(b"x" * 40_000) == 400
    assert b"[DONE]" in found


def test_a_door_is_open_to_a_network_only_by_its_address():
    assert Door("0.0.0.0", (1,), bool).is_open_to_network
    assert not door().is_open_to_network


def test_connections_of_many_are_answered(room):
    lines = [connect(room.listener.port) for _ in range(20)]
    for line in lines:
        line.sendall(
            f"GET /health HTTP/1.1\r\nHost: localhost:{room.listener.port}\r\n\r\n".encode()
        )
    assert {status(line.recv(65_536)) for line in lines} == {200}
    for line in lines:
        line.close()
