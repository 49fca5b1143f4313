"""What programs expect that were written for llama-server: the same here, or said in words."""

import base64
import struct

import httpx2
import openai
import pytest
from tests.server.room import KEY, WAIT_S, PlayedApi

from inglenook.chat.message import Timings
from inglenook.engine.protocol import Delta, Done, Started

ASK = [{"role": "user", "content": "/echo text=Good morning"}]
LONG = [{"role": "user", "content": "/echo tokens=60"}]
TOOLS = [{"type": "function", "function": {"name": "look"}}]
TWELVE = Done("", "end", Timings(5, 0, 12, 0.1, 9.0))


@pytest.fixture(scope="module")
def ask(room):
    """Return what sends a body as it is written, and gives status and fields back."""
    headers = {"Authorization": f"Bearer {KEY}"}
    with httpx2.Client(base_url=room.address, headers=headers, timeout=WAIT_S) as line:

        def send(path, body, **headers):
            answer = line.request("POST" if body else "GET", path, json=body, headers=headers)
            return answer.status_code, answer.json()

        yield send


def chat(ask, messages=ASK, **more):
    return ask("/v1/chat/completions", {"messages": messages, **more})


# --- chats ---


def test_a_chat_needs_no_model_and_has_an_id_a_role_and_its_cost(ask):
    status, told = chat(ask, [{"role": "system", "content": "Book"}, *ASK])
    assert status == 200
    assert told["id"].startswith("chatcmpl-")
    assert told["choices"][0]["message"]["role"] == "assistant"
    assert told["choices"][0]["finish_reason"] == "stop"
    assert told["usage"]["prompt_tokens"] > 0


def test_a_text_in_parts_is_read_as_one(played):
    api = PlayedApi([Started("", 5, 0, 0), Delta("", "Hi", 1), TWELVE])
    parts = [{"type": "text", "text": "What is"}, {"type": "text", "text": "the best book"}]
    played(api).chat.completions.create(
        model="echo", messages=[{"role": "user", "content": parts}]
    )
    assert api.asked[0].turns[0].text == "What is\nthe best book"


@pytest.mark.parametrize(
    "messages",
    [
        None,
        "string",
        [123],
        [{}],
        [{"role": 123}],
        [{"role": "system", "content": 123}],
        [*ASK, {}],
    ],
)
def test_messages_that_are_none_are_refused(ask, messages):
    status, told = chat(ask, messages)
    assert (status, told["error"]["type"]) == (400, "invalid_request_error")
    assert told["error"]["param"].startswith("messages")


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens", "n_predict"])
def test_the_limit_of_an_answer_has_three_names_and_may_be_none(ask, name):
    status, told = chat(ask, LONG, **{name: 3})
    assert (status, told["usage"]["completion_tokens"]) == (200, 3)
    assert told["choices"][0]["finish_reason"] == "length"
    status, told = chat(ask, LONG, **{name: -1})
    assert (status, told["usage"]["completion_tokens"]) == (200, 60)
    assert chat(ask, LONG, **{name: 0})[0] == 400


def test_a_schema_may_stand_beside_the_kind_of_json(played):
    api = PlayedApi([TWELVE])
    client = played(api)

    def asked(form):
        client.chat.completions.create(model="echo", messages=ASK, response_format=form)
        return api.asked[-1].sampling.json_schema

    assert asked({"type": "json_object", "schema": {"const": "42"}}) == '{"const":"42"}'
    assert asked({"type": "json_object"}) == '{"type":"object"}'
    wrapped = {"type": "json_schema", "json_schema": {"schema": {"const": "x"}}}
    assert asked(wrapped) == '{"const":"x"}'


@pytest.mark.parametrize(
    ("wish", "param"),
    [
        ({"response_format": {"type": "sound"}}, "response_format.type"),
        ({"response_format": {"type": "json_object", "schema": 123}}, "response_format.schema"),
        ({"grammar": 7}, "grammar"),
        ({"grammar": "root ::= " + "x" * 65_536}, "grammar"),
        ({"json_schema": "42"}, "json_schema"),
        ({"grammar": 'root ::= "a"', "json_schema": {}}, "grammar"),
        ({"json_schema": {}, "response_format": {"type": "json_object"}}, "json_schema"),
        ({"json_schema": {}, "tools": TOOLS, "tool_choice": "required"}, "json_schema"),
        ({"grammar": "x", "tools": TOOLS, "tool_choice": "required"}, "grammar"),
    ],
)
def test_a_form_that_cannot_be_followed_is_refused_and_not_passed_over(ask, wish, param):
    status, told = chat(ask, **wish)
    assert (status, told["error"]["param"]) == (400, param)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions"])
def test_a_grammar_and_a_schema_beside_the_question_reach_the_engine(played, path):
    api = PlayedApi([TWELVE])
    client = played(api)

    def asked(**form):
        body = {"messages": ASK, "prompt": "Once", **form}
        client.post(path.removeprefix("/v1"), body=body, cast_to=object)
        sampling = api.asked[-1].sampling
        return sampling.grammar, sampling.json_schema

    assert asked(grammar='root ::= "a"') == ('root ::= "a"', "")
    assert asked(json_schema={"const": "42"}) == ("", '{"const":"42"}')
    assert asked(json_schema={}, grammar="") == ("", "{}")
    assert asked(response_format={"type": "json_object"}) == ("", '{"type":"object"}')
    assert asked(response_format={"type": "text"}, grammar="x") == ("x", "")


@pytest.mark.parametrize("form", [{"grammar": "x"}, {"json_schema": {}}])
def test_a_response_that_has_to_be_a_call_has_no_other_form(ask, form):
    tool = {"type": "function", "name": "look"}
    body = {"input": "Look", "tools": [tool], "tool_choice": "required", **form}
    status, told = ask("/v1/responses", body)
    assert (status, told["error"]["param"]) == (400, *form)


def test_an_answer_by_a_grammar_is_one_and_comes_as_it_is_written(played):
    api = PlayedApi([Started("", 5, 0, 0), Delta("", "a", 1), Delta("", "a", 1), TWELVE])
    body = {"messages": ASK, "effort": "deep", "grammar": 'root ::= "a"{2}', "stream": True}
    stream = played(api).chat.completions.create(model="echo", messages=ASK, stream=True,
        extra_body=body)  # fmt: skip
    said = [each.choices[0].delta.content for each in stream if each.choices]
    assert said.count("a") == 2


def test_knobs_of_other_samplers_are_passed_over(ask):
    status, told = chat(ask, cache_prompt=False, id_slot=0, mirostat=2, typical_p=1)
    assert (status, told["choices"][0]["message"]["content"]) == (200, "Good morning")


def test_a_stream_begins_with_the_role_and_ends_with_the_reason_alone(client):
    chunks = list(
        client.chat.completions.create(
            model="echo", messages=LONG, max_tokens=5, stream=True,
            stream_options={"include_usage": True},
        )
    )  # fmt: skip
    *said, cost = chunks
    assert said[0].choices[0].delta.role == "assistant"
    assert {each.choices[0].delta.role for each in said[1:]} == {None}
    assert said[-1].choices[0].finish_reason == "length"
    assert not said[-1].choices[0].delta.content
    assert (cost.choices, cost.usage.completion_tokens) == ([], 5)


# --- texts that are gone on with ---


def test_the_same_prompt_gives_the_same_text_whole_in_parts_and_among_others(client):
    asked = {"model": "echo", "prompt": "Once", "max_tokens": 8, "seed": 42}
    whole = client.completions.create(**asked).choices[0].text
    parts = client.completions.create(**asked, stream=True)
    assert "".join(each.choices[0].text for each in parts) == whole
    several = client.completions.create(**{**asked, "prompt": ["Once", "Twice", "Once"]})
    assert [each.text for each in several.choices][::2] == [whole, whole]


def test_a_prompt_may_be_a_text_or_tokens_and_the_limit_has_two_names(ask):
    tokens = ask("/tokenize", {"content": "Once"})[1]["tokens"]
    texts = []
    for prompt in ("Once", tokens, [tokens]):
        status, told = ask("/v1/completions", {"prompt": prompt, "n_predict": 4})
        assert (status, told["usage"]["completion_tokens"]) == (200, 4)
        texts.append(told["choices"][0]["text"])
    assert len(set(texts)) == 1
    assert ask("/v1/completions", {"prompt": [tokens, "Once"]})[0] == 400
    assert ask("/v1/completions", {"prompt": [*tokens, "Once"]})[0] == 400


# --- tokens and vectors ---


@pytest.mark.parametrize("text", ["What is the capital of France ?", "媽 and 🤗", ""])
def test_a_text_comes_back_from_its_tokens(ask, text):
    tokens = ask("/tokenize", {"content": text})[1]["tokens"]
    assert ask("/detokenize", {"tokens": tokens})[1]["content"] == text


def test_vectors_are_the_same_for_the_same_text_in_either_form(ask):
    asked = {"input": ["hello", "hello"], "encoding_format": "float"}
    status, told = ask("/v1/embeddings", asked)
    first, second = (each["embedding"] for each in told["data"])
    assert (status, first) == (200, second)
    assert sum(each * each for each in first) == pytest.approx(1, abs=1e-3)
    usage = told["usage"]
    alone = ask("/v1/embeddings", {"input": "hello", "encoding_format": "base64"})[1]
    assert usage["prompt_tokens"] == usage["total_tokens"]
    assert usage["prompt_tokens"] == 2 * alone["usage"]["prompt_tokens"]
    packed = base64.b64decode(alone["data"][0]["embedding"])
    assert list(struct.unpack(f"<{len(first)}f", packed)) == pytest.approx(first)


@pytest.mark.parametrize("given", ["", [], {"content": "x"}, [12, 34], ["x", [12]]])
def test_vectors_are_made_of_texts_alone(ask, given):
    assert ask("/v1/embeddings", {"input": given})[0] == 400


# --- addresses and the key ---


@pytest.mark.parametrize(
    "path", ["/chat/completions", "/completions", "/embeddings", "/models"]
)
def test_an_address_without_v1_is_told_where_it_is(ask, path):
    status, told = ask(path, None if path == "/models" else {"input": "x"})
    assert status == 404
    assert f"/v1{path}" in told["error"]["message"]


@pytest.mark.parametrize("path", ["/completion", "/props", "/slots", "/metrics", "/"])
def test_what_is_not_there_is_said_to_be_so(ask, path):
    status, told = ask(path, None)
    assert (status, told["error"]["code"]) == (404, "not_found")


def test_the_list_of_models_needs_the_key_and_health_does_not(ask, room):
    stranger = openai.OpenAI(base_url=f"{room.address}/v1", api_key="x", max_retries=0)
    with stranger, pytest.raises(openai.AuthenticationError) as refused:
        stranger.models.list()
    assert refused.value.type == "authentication_error"
    assert ask("/health", None, Authorization="") == (200, {"status": "ok"})
