"""The server over the starter model and llama.cpp, asked by OpenAI's client."""

import json
import math

import openai
import pytest

pytestmark = pytest.mark.model

ASK = {"model": "default", "messages": [{"role": "user", "content": "Name three colours."}]}
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"town": {"type": "string", "maxLength": 20}},
            "required": ["town"],
            "additionalProperties": False,
        },
    },
}


def test_a_model_answers_the_same_whole_and_as_a_stream(client):
    asked = {**ASK, "temperature": 0, "max_tokens": 12}
    whole = client.chat.completions.create(**asked)
    chunks = list(client.chat.completions.create(**asked, stream=True))
    said = "".join(each.choices[0].delta.content or "" for each in chunks)
    assert said == whole.choices[0].message.content
    assert whole.choices[0].finish_reason == "length"
    assert whole.usage.completion_tokens == 12
    assert client.models.list().data[0].inglenook["is_loaded"]


def test_the_same_seed_gives_the_same_answer(client):
    asked = {**ASK, "temperature": 1.5, "max_tokens": 10, "seed": 7}
    first, again = (client.chat.completions.create(**asked) for _ in range(2))
    assert first.choices[0].message.content == again.choices[0].message.content


def test_odds_are_those_of_the_model(client):
    asked = {**ASK, "temperature": 0, "max_tokens": 4, "logprobs": True, "top_logprobs": 3}
    found = client.chat.completions.create(**asked).choices[0].logprobs.content
    assert len(found) == 4
    for token in found:
        assert len(token.top_logprobs) == 3
        assert token.logprob == pytest.approx(token.top_logprobs[0].logprob)
        assert sum(math.exp(each.logprob) for each in token.top_logprobs) <= 1.0 + 1e-6


def test_json_of_a_schema_and_calls_that_have_to_come_are_whole(client):
    schema = {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "blue"]}},
        "required": ["colour"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "c", "schema": schema}}
    answer = client.chat.completions.create(**ASK, response_format=form, max_tokens=60)
    assert json.loads(answer.choices[0].message.content)["colour"] in {"red", "blue"}
    called = client.chat.completions.create(
        **ASK, tools=[WEATHER], tool_choice="required", max_tokens=80
    )
    (call,) = called.choices[0].message.tool_calls
    assert call.function.name == "weather"
    assert json.loads(call.function.arguments).keys() == {"town"}
    assert called.choices[0].finish_reason == "tool_calls"


def test_a_prompt_goes_on_as_it_stands(client):
    asked = {"model": "default", "max_tokens": 6, "temperature": 0}
    text = "The capital of France is"
    plain = client.completions.create(prompt=text, **asked)
    assert "Paris" in plain.choices[0].text
    echoed = client.completions.create(prompt=text, echo=True, **asked)
    assert echoed.choices[0].text == text + plain.choices[0].text


def test_a_conversation_that_is_too_long_is_refused_by_its_kind(client):
    long = [{"role": "user", "content": "word " * 200_000}]
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model="default", messages=long)
    assert refused.value.code == "context_length_exceeded"


def test_a_response_and_several_answers_come_from_the_model(client):
    found = client.responses.create(model="default", input="Say hello.", max_output_tokens=8)
    assert found.output_text
    several = client.chat.completions.create(**ASK, n=3, max_tokens=5, seed=1)
    assert len({each.message.content for each in several.choices}) > 1


def test_a_call_its_result_and_the_answer_are_one_conversation_read_once(client):
    asked = {"model": "default", "tools": [WEATHER], "temperature": 0}
    messages = [{"role": "user", "content": "Is it raining in Ulm?"}]
    called = client.chat.completions.create(
        **asked, messages=messages, tool_choice="required", max_tokens=80
    )
    (call,) = called.choices[0].message.tool_calls
    messages.append(called.choices[0].message.model_dump(exclude_none=True))
    messages.append({"role": "tool", "tool_call_id": call.id, "content": "It rains in Ulm."})
    first = client.chat.completions.create(**asked, messages=messages, max_tokens=12)
    assert first.choices[0].message.content
    before = first.usage.prompt_tokens
    assert before > called.usage.prompt_tokens + 20
    messages.append(first.choices[0].message.model_dump(exclude_none=True))
    messages.append({"role": "user", "content": "And in Bonn?"})
    second = client.chat.completions.create(**asked, messages=messages, max_tokens=4)
    assert second.usage.prompt_tokens_details.cached_tokens >= before - 5


def test_a_response_tells_the_call_of_a_model_in_events_and_goes_on_from_its_result(client):
    asked = {
        "model": "default",
        "tools": [{"type": "function", **WEATHER["function"]}],
        "temperature": 0,
        "max_output_tokens": 80,
    }
    items = [{"role": "user", "content": "Is it raining in Ulm?"}]
    *before, last = client.responses.create(
        **asked, input=items, tool_choice="required", stream=True
    )
    assert last.type == "response.completed"
    (call,) = last.response.output
    assert json.loads(call.arguments).keys() == {"town"}
    kinds = [each.type.removeprefix("response.") for each in before]
    assert [kinds[2], *kinds[-2:]] == [
        "output_item.added", "function_call_arguments.done", "output_item.done",
    ]  # fmt: skip
    deltas = [each.delta for each in before if each.type.endswith("arguments.delta")]
    assert "".join(deltas) == call.arguments
    items.append(call.model_dump(exclude_none=True))
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "It rains."}
    found = client.responses.create(**asked, input=[*items, result])
    assert found.output_text
    assert found.usage.input_tokens_details.cached_tokens > 0


def test_prompts_side_by_side_are_gone_on_with_as_each_would_be_alone(client):
    asked = {"model": "default", "max_tokens": 8, "temperature": 0}
    prompts = ["The capital of France is", "Cats are", "Two and two make"]
    together = client.completions.create(prompt=prompts, **asked)
    alone = [client.completions.create(prompt=each, **asked) for each in prompts]
    assert [each.text for each in together.choices] == [each.choices[0].text for each in alone]


def test_a_schema_that_means_nothing_is_refused(client):
    for schema in ({"type": 123}, {"type": "hiccup"}):
        with pytest.raises(openai.BadRequestError):
            client.chat.completions.create(
                **ASK, max_tokens=4, response_format={"type": "json_object", "schema": schema}
            )
    form = {"type": "json_object", "schema": {"const": "42"}}
    answer = client.chat.completions.create(**ASK, max_tokens=20, response_format=form)
    assert answer.choices[0].message.content == '"42"'


def test_the_tokens_of_a_text_are_its_text_again(client):
    text = "What is the capital of France? 媽 🤗"
    root = str(client.base_url).removesuffix("v1/")
    told = client.post(f"{root}tokenize", body={"content": text}, cast_to=dict)
    assert told["count"] == len(told["tokens"]) > 5
    back = client.post(f"{root}detokenize", body={"tokens": told["tokens"]}, cast_to=dict)
    assert back["content"].strip() == text
