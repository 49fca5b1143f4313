"""OpenAI's own client, and every route: whole, as a stream, and refused."""

import base64
import json
import struct

import openai
import pytest
from tests.server.room import PlayedApi

from inglenook.chat.message import Role, Timings
from inglenook.core.errors import Problem
from inglenook.effort.strategy import Reason
from inglenook.engine.draftevents import Compared, DraftEnded, Vote
from inglenook.engine.protocol import Delta, Done, Failed, Started, TokenOdds, ToolCalled
from inglenook.engine.turns import Call, ResultOf, Turn

ASK = {"model": "echo", "messages": [{"role": "user", "content": "/echo text=Good morning"}]}
DONE = Done("", "end", Timings(5, 2, 3, 0.1, 9.0))
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"town": {"type": "string"}}},
    },
}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def chat(text, **more):
    return {**ASK, "messages": [{"role": "user", "content": text}], **more}


def text_of(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


# --- models ---


def test_models_are_listed_and_each_is_described(client):
    listed = client.models.list().data
    assert [each.id for each in listed] == ["echo", "vectors"]
    assert client.models.retrieve("echo").owned_by == "inglenook"
    assert client.models.retrieve("Echo.gguf").id == "echo"
    assert client.models.retrieve("default").id == "echo"
    with pytest.raises(openai.NotFoundError, match="echo, vectors"):
        client.models.retrieve("gpt-4o")


# --- chats ---


def test_a_chat_is_answered_with_what_it_cost(client):
    answer = client.chat.completions.create(**ASK)
    (choice,) = answer.choices
    assert (choice.message.role, choice.message.content) == ("assistant", "Good morning")
    assert (choice.finish_reason, answer.model, answer.object) == (
        "stop", "echo", "chat.completion",
    )  # fmt: skip
    usage = answer.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert usage.prompt_tokens > 0 < usage.completion_tokens


def test_a_stream_holds_the_same_and_ends_with_what_it_cost(client):
    asked = chat("/echo think=3 text=Good morning", stream=True)
    chunks = list(
        client.chat.completions.create(**asked, stream_options={"include_usage": True})
    )
    assert text_of(chunks) == "Good morning"
    assert chunks[0].choices[0].delta.role == "assistant"
    thoughts = [getattr(each.choices[0].delta, "reasoning_content", "") for each in chunks[:-1]]
    assert "".join(filter(None, thoughts)) == "The fire is"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert not chunks[-1].choices
    assert chunks[-1].usage.completion_tokens_details.reasoning_tokens == 3
    assert {each.usage for each in chunks[:-1]} == {None}
    assert len({each.id for each in chunks}) == 1


def test_what_it_cost_is_left_out_of_a_stream_unless_it_is_asked_for(client):
    chunks = list(client.chat.completions.create(**ASK, stream=True))
    assert all(each.choices for each in chunks)


def test_several_answers_come_side_by_side(client):
    answer = client.chat.completions.create(**ASK, n=3)
    assert [each.index for each in answer.choices] == [0, 1, 2]
    assert {each.message.content for each in answer.choices} == {"Good morning"}
    chunks = list(client.chat.completions.create(**ASK, n=2, stream=True))
    assert {each.choices[0].index for each in chunks} == {0, 1}


def test_an_answer_ends_at_its_limit_and_before_a_stop(client):
    asked = chat("/echo tokens=50", max_completion_tokens=4)
    cut = client.chat.completions.create(**asked)
    assert (cut.choices[0].finish_reason, cut.usage.completion_tokens) == ("length", 4)
    stopped = client.chat.completions.create(**ASK, stop=[" morning"])
    assert stopped.choices[0].message.content == "Good"


def test_an_answer_that_was_begun_goes_on(client):
    begun = {"role": "assistant", "content": "Good "}
    answer = client.chat.completions.create(model="", messages=[*ASK["messages"], begun])
    assert answer.choices[0].message.content == "morning"


def test_with_effort_the_best_of_several_drafts_is_told_and_why(client):
    asked = chat("/echo text=It is 12.\n---\nIt is 7.\n---\nIt is 12.\n---\nIt is 12.")
    answer = client.chat.completions.create(**asked, extra_body={"effort": "balanced"})
    (chosen,) = answer.inglenook["choices"]
    assert answer.inglenook["effort"] == "balanced"
    assert answer.choices[0].message.content == "It is 12."
    assert chosen["votes"][0]["answer"] == "12"
    assert chosen["drafts"] >= 3
    assert chosen["tokens"] > 0


def test_a_stream_with_effort_tells_only_what_was_chosen(played):
    told = [
        Started("", 5, 0, 0),
        Delta("", "It is 7.", 3),
        DraftEnded("", 0, "It is 7.", "", "7", 1.0, 3, "end"),
        DraftEnded("", 1, "It is 12.", "", "12", 1.0, 3, "end"),
        Compared(
            "",
            1,
            (Vote("12", 0.7, (1,)),),
            Reason.AGREEMENT,
            is_decided=True,
            text="It is 12.",
            thinking="hm",
            tokens=6,
        ),
        DONE,
    ]
    client = played(PlayedApi(told))
    asked = chat("?", stream=True, extra_body={"effort": "deep"})
    *chunks, last = client.chat.completions.create(**asked)
    assert text_of(chunks) == "It is 12."
    assert last.inglenook["choices"][0]["chosen"] == 1
    whole = client.chat.completions.create(**chat("?", extra_body={"effort": "deep"}))
    assert whole.choices[0].message.reasoning_content == "hm"
    assert whole.usage.completion_tokens == 6


def test_functions_that_the_model_calls_are_told(played):
    calls = [ToolCalled("", "weather", '{"town":"Ulm"}'), ToolCalled("", "weather", "{}")]
    api = PlayedApi([Started("", 5, 0, 0), Delta("", "Let me see.", 3), *calls, DONE])
    client = played(api)
    (choice,) = client.chat.completions.create(**ASK, tools=[WEATHER]).choices
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content == "Let me see."
    assert [each.function.arguments for each in choice.message.tool_calls] == [
        '{"town":"Ulm"}', "{}",
    ]  # fmt: skip
    assert json.loads(api.asked[0].options.tools[0])["function"]["name"] == "weather"
    chunks = list(client.chat.completions.create(**ASK, tools=[WEATHER], stream=True))
    deltas = [each.choices[0].delta.tool_calls for each in chunks]
    assert [each[0].index for each in deltas if each] == [0, 0, 1, 1]
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    one = client.chat.completions.create(**ASK, tools=[WEATHER], parallel_tool_calls=False)
    assert len(one.choices[0].message.tool_calls) == 1


def test_a_call_that_has_to_come_is_asked_for_by_its_form(played):
    said = '{"name":"weather","arguments":{"town":"Ulm"}}'
    api = PlayedApi([Started("", 5, 0, 0), Delta("", said, 9), DONE])
    client = played(api)
    chosen = {"type": "function", "function": {"name": "weather"}}
    asked = {**ASK, "tools": [WEATHER], "tool_choice": chosen}
    message = client.chat.completions.create(**asked).choices[0].message
    assert message.content is None
    assert message.tool_calls[0].function.name == "weather"
    assert json.loads(message.tool_calls[0].function.arguments) == {"town": "Ulm"}
    form = json.loads(api.asked[0].sampling.json_schema)
    assert form["properties"]["name"] == {"const": "weather"}
    asked["tool_choice"] = "required"
    chunks = list(client.chat.completions.create(**asked, stream=True))
    assert text_of(chunks) == ""
    assert any(each.choices[0].delta.tool_calls for each in chunks)


CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}


def test_an_earlier_call_and_its_result_go_to_the_engine(played):
    api = PlayedApi([DONE])
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Go"},
        {"role": "assistant", "content": None, "tool_calls": [CALL, CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "7"},
        {"role": "tool", "name": "f", "content": [{"type": "text", "text": "8"}]},
    ]
    client = played(api)
    client.chat.completions.create(
        model="echo", messages=messages, extra_body={"effort": "deep"}
    )
    system, user, called, *results = api.asked[0].turns
    assert (system.role, user.text) == (Role.SYSTEM, "Go")
    assert called == Turn(Role.ASSISTANT, "", calls=(Call("f", '{"a":1}', "c1"),) * 2)
    assert results == [
        Turn(Role.USER, "7", result_of=ResultOf("c1")),
        Turn(Role.USER, "8", result_of=ResultOf("", "f")),
    ]


def test_calls_without_results_cannot_be_gone_on_with(client):
    messages = [*ASK["messages"], {"role": "assistant", "tool_calls": [CALL]}]
    with pytest.raises(openai.BadRequestError, match="no results") as refused:
        client.chat.completions.create(model="echo", messages=messages)
    assert refused.value.param == "messages[1]"


def test_odds_are_told_as_they_were_asked_for(played):
    odds = TokenOdds("Hi", -0.5, (("Hi", -0.5), ("Ho", -1.5)))
    api = PlayedApi([Started("", 5, 0, 0), Delta("", "Hi", 1, odds=(odds,)), DONE])
    client = played(api)
    answer = client.chat.completions.create(**ASK, logprobs=True, top_logprobs=1)
    (token,) = answer.choices[0].logprobs.content
    assert (token.token, token.logprob, token.bytes) == ("Hi", -0.5, [72, 105])
    assert [each.token for each in token.top_logprobs] == ["Hi"]
    assert api.asked[0].sampling.odds == 1
    chunks = list(client.chat.completions.create(**ASK, logprobs=True, stream=True))
    found = [each.choices[0].logprobs for each in chunks if each.choices[0].logprobs]
    assert [each.content[0].token for each in found] == ["Hi"]
    text = client.completions.create(model="echo", prompt="x", logprobs=2)
    assert text.choices[0].logprobs.top_logprobs == [{"Hi": -0.5, "Ho": -1.5}]
    assert text.choices[0].logprobs.text_offset == [0]


def test_knobs_reach_the_engine(played):
    api = PlayedApi([DONE])
    played(api).chat.completions.create(
        **ASK, temperature=0.1, top_p=0.5, seed=-1, presence_penalty=0.5,
        logit_bias={"7": -100},
        response_format={"type": "json_object"}, max_tokens=9, n=2, reasoning_effort="low",
        extra_body={"top_k": 3, "chat_template_kwargs": {"enable_thinking": False}},
    )  # fmt: skip
    first, second = (each.sampling for each in api.asked)
    assert (first.temperature, first.top_p, first.top_k, first.presence_penalty) == (
        0.1, 0.5, 3, 0.5,
    )  # fmt: skip
    assert (first.seed, second.seed) == (2**32 - 1, 0)
    assert first.logit_bias == ((7, -100.0),)
    assert first.json_schema == '{"type":"object"}'
    assert first.answer_limit_tokens == 9
    assert (api.asked[0].options.effort, api.asked[0].options.thinking) == ("low", True)


def test_pictures_come_inside_the_request_for_a_model_that_sees(played, client):
    url = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    api = PlayedApi([DONE], sees=True)
    seeing = played(api)
    seeing.chat.completions.create(**chat(parts))
    assert api.asked[0].turns[0].pictures == (PNG,)
    item = {"role": "user", "content": [{"type": "input_image", "image_url": url}]}
    seeing.responses.create(model="echo", input=[item])
    assert api.asked[1].turns[0].pictures == (PNG,)
    parts[1]["image_url"]["url"] = "http://127.0.0.1/secret.png"
    with pytest.raises(openai.BadRequestError, match="nothing is fetched") as refused:
        seeing.chat.completions.create(**chat(parts))
    assert refused.value.param == "messages[0].content[1].image_url.url"
    parts[1]["image_url"]["url"] = url
    with pytest.raises(openai.BadRequestError, match="cannot be shown pictures"):
        client.chat.completions.create(**chat(parts))


# --- texts ---


def test_a_text_is_gone_on_with_whole_and_as_a_stream(client):
    asked = {"model": "echo", "prompt": "/echo text=once upon a time", "max_tokens": 3}
    whole = client.completions.create(**asked, echo=True)
    assert whole.choices[0].text == "/echo text=once upon a timeonce upon a"
    assert whole.choices[0].finish_reason == "length"
    chunks = list(client.completions.create(**asked, echo=True, stream=True))
    assert "".join(each.choices[0].text for each in chunks) == whole.choices[0].text
    assert chunks[-1].choices[0].finish_reason == "length"


def test_several_prompts_have_several_answers(client):
    several = client.completions.create(
        model="echo", prompt=["/echo text=a", "/echo text=b"], n=2
    )
    assert [each.text for each in several.choices] == ["a", "a", "b", "b"]
    *chunks, last = client.completions.create(
        model="echo", prompt=["/echo text=a", "/echo text=b"], stream=True,
        stream_options={"include_usage": True},
    )  # fmt: skip
    assert {each.choices[0].index for each in chunks} == {0, 1}
    assert last.usage.completion_tokens == 2


def test_a_prompt_may_be_tokens(client):
    tokens = list(b"/echo text=hi")
    for prompt in (tokens, [tokens]):
        answer = client.completions.create(model="echo", prompt=prompt)
        assert answer.choices[0].text == "hi"


# --- vectors ---


def test_texts_become_vectors_of_length_one(client):
    found = client.embeddings.create(model="vectors", input=["one", "two", "one"])
    first, second, third = (each.embedding for each in found.data)
    assert first == third != second
    assert sum(each * each for each in first) == pytest.approx(1.0, abs=1e-5)
    assert found.usage.prompt_tokens > 0
    plain = client.embeddings.create(model="vectors", input="one", encoding_format="float")
    assert plain.data[0].embedding == pytest.approx(first)
    packed = client.embeddings.create(model="vectors", input="one", encoding_format="base64")
    data = base64.b64decode(packed.data[0].embedding)
    assert list(struct.unpack(f"<{len(data) // 4}f", data)) == pytest.approx(first)


def test_the_model_that_made_the_vectors_is_named_though_another_one_chats(client):
    found = client.embeddings.create(model="default", input="one")
    assert found.model == client.embeddings.create(model="vectors", input="one").model


def test_a_vector_has_the_size_that_its_model_makes(client):
    size = len(client.embeddings.create(model="vectors", input="one").data[0].embedding)
    client.embeddings.create(model="vectors", input="one", dimensions=size)
    with pytest.raises(openai.BadRequestError, match=str(size)):
        client.embeddings.create(model="vectors", input="one", dimensions=size + 1)


# --- responses ---


def test_a_response_is_whole(client):
    asked = {"model": "echo", "instructions": "Be kind.", "input": "/echo think=2 text=Hello"}
    found = client.responses.create(**asked)
    assert (found.output_text, found.status) == ("Hello", "completed")
    assert [each.type for each in found.output] == ["reasoning", "message"]
    assert found.usage.output_tokens_details.reasoning_tokens == 2
    cut = client.responses.create(model="echo", input="/echo tokens=9", max_output_tokens=2)
    assert cut.status == "incomplete"
    assert cut.incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize("text", ["/echo text=Hello", "/echo think=2 text=Hello"])
def test_a_response_comes_as_events_that_the_client_puts_together(client, text):
    with client.responses.stream(model="echo", input=text) as stream:
        kinds = [event.type for event in stream]
        found = stream.get_final_response()
    assert found.output_text == "Hello"
    assert kinds[0] == "response.created"
    assert kinds[-1] == "response.completed"
    assert ("response.reasoning_text.delta" in kinds) == ("think" in text)
    plain = list(client.responses.create(model="echo", input=text, stream=True))
    assert [each.sequence_number for each in plain] == list(range(len(plain)))


def test_a_response_goes_on_with_a_conversation(played):
    api = PlayedApi([Started("", 5, 0, 0), DONE])
    said = {
        "type": "message", "role": "assistant", "id": "m", "status": "completed",
        "content": [{"type": "output_text", "text": "Hi", "annotations": []}],
    }  # fmt: skip
    thought = {"type": "reasoning", "id": "r", "summary": []}
    asked = [
        {"role": "user", "content": "Hello"},
        thought,
        said,
        {"role": "user", "content": "?"},
    ]
    form = {"type": "json_schema", "name": "n", "schema": {"type": "object"}}
    client = played(api)
    found = client.responses.create(
        model="echo", input=asked, reasoning={"effort": "none"}, text={"format": form},
        extra_body={"effort": "quick"},
    )  # fmt: skip
    assert [each.text for each in api.asked[0].turns] == ["Hello", "Hi", "?"]
    assert api.asked[0].sampling.json_schema == '{"type":"object"}'
    assert api.asked[0].options.thinking is False
    assert found.output_text == ""
    events = list(client.responses.create(model="echo", input="x", stream=True))
    assert events[-1].type == "response.completed"


ODDS = "message.output_text.logprobs"
FLAT = {"type": "function", "name": "weather", "parameters": {"type": "object"}}
ITEM_OF_CALL = {"type": "function_call", "call_id": "c1", "name": "f", "arguments": '{"a":1}'}


def test_functions_that_the_model_calls_are_items_of_a_response(played):
    calls = [ToolCalled("", "weather", '{"town":"Ulm"}'), ToolCalled("", "weather", "{}")]
    thought = Delta("", "hm", 1, thinking=True)
    api = PlayedApi([Started("", 5, 0, 0), thought, Delta("", "Let me see.", 3), *calls, DONE])
    client, asked = played(api), {"model": "echo", "input": "x", "tools": [FLAT]}
    found = client.responses.create(**asked)
    assert [each.type for each in found.output] == [
        "reasoning", "message", "function_call", "function_call",
    ]  # fmt: skip
    first, second = found.output[2:]
    assert (first.name, first.arguments) == ("weather", '{"town":"Ulm"}')
    assert first.call_id != second.call_id
    assert found.tools[0].name == "weather"
    assert json.loads(api.asked[0].options.tools[0])["function"]["name"] == "weather"
    one = client.responses.create(**asked, parallel_tool_calls=False)
    assert len([each for each in one.output if each.type == "function_call"]) == 1
    assert one.parallel_tool_calls is False


def test_calls_come_as_events_that_the_client_puts_together(played):
    calls = [ToolCalled("", "weather", '{"town":"Ulm"}'), ToolCalled("", "weather", "{}")]
    thought = Delta("", "hm", 1, thinking=True)
    said = Delta("", "Let me see.", 3)
    for before in ([], [thought], [said], [thought, said]):
        client = played(PlayedApi([Started("", 5, 0, 0), *before, *calls, DONE]))
        with client.responses.stream(model="echo", input="x", tools=[FLAT]) as stream:
            events = list(stream)
            found = stream.get_final_response()
        whole = [each for each in events if each.type == "response.output_item.done"]
        assert [each.item.id for each in whole] == [each.id for each in found.output]
        assert [each.output_index for each in whole] == list(range(len(before) + 2))
        told = [each for each in events if each.type == "response.function_call_arguments.done"]
        assert [each.arguments for each in told] == ['{"town":"Ulm"}', "{}"]


def test_a_response_may_have_to_be_a_call(played):
    said = Delta("", '{"name":"weather","arguments":{"town":"Ulm"}}', 9)
    api = PlayedApi([Started("", 5, 0, 0), said, DONE])
    chosen = {"type": "function", "name": "weather"}
    asked = {"model": "echo", "input": "x", "tools": [FLAT], "tool_choice": chosen}
    found = played(api).responses.create(**asked)
    (call,) = found.output
    assert (call.name, call.arguments) == ("weather", '{"town":"Ulm"}')
    assert found.tool_choice.name == "weather"
    form = json.loads(api.asked[0].sampling.json_schema)
    assert form["properties"]["name"] == {"const": "weather"}


def test_what_a_response_says_can_be_sent_back_as_it_is(played):
    thought, call = Delta("", "hm", 1, thinking=True), ToolCalled("", "weather", "{}")
    api = PlayedApi([Started("", 5, 0, 0), thought, Delta("", "So:", 1), call, DONE])
    client, items = played(api), [{"role": "user", "content": "Go"}]
    for number in range(2):
        found = client.responses.create(model="echo", input=items, tools=[FLAT])
        items += [each.model_dump(exclude_none=True) for each in found.output]
        name = found.output[-1].call_id
        output = {"type": "function_call_output", "call_id": name, "output": str(number)}
        items.append(output)
    _, called, result = api.asked[1].turns
    (sent,) = called.calls
    assert (called.text, called.thinking, sent.name) == ("So:", "hm", "weather")
    assert result == Turn(Role.USER, "0", result_of=ResultOf(sent.id))


def test_a_response_goes_on_from_calls_and_their_results(played):
    api = PlayedApi([DONE])
    items = [
        {"role": "user", "content": "Go"},
        {"role": "assistant", "content": "So:"},
        ITEM_OF_CALL,
        {"type": "reasoning", "id": "r", "summary": [], "content": [
            {"type": "reasoning_text", "text": "hm"}]},
        {**ITEM_OF_CALL, "call_id": "c2"},
        {"type": "function_call_output", "call_id": "c1", "output": "7"},
        {"type": "function_call_output", "call_id": "c2",
         "output": [{"type": "input_text", "text": "8"}]},
    ]  # fmt: skip
    played(api).responses.create(model="echo", input=items)
    calls = (Call("f", '{"a":1}', "c1"), Call("f", '{"a":1}', "c2"))
    assert api.asked[0].turns[1:] == (
        Turn(Role.ASSISTANT, "So:", "hm", calls=calls),
        Turn(Role.USER, "7", result_of=ResultOf("c1")),
        Turn(Role.USER, "8", result_of=ResultOf("c2")),
    )  # fmt: skip


# --- refusals ---


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"messages": []}, "messages"),
        ({"temperature": 9}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"n": 0}, "n"),
        ({"n": 2.5}, "n"),
        ({"max_tokens": -2}, "max_tokens"),
        ({"top_logprobs": 3}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"tools": [WEATHER], "tool_choice": {"function": {"name": "x"}}}, "tool_choice"),
        ({"logit_bias": {"x": 1}}, "logit_bias"),
        ({"stop": 7}, "stop"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_its_name(client, change, param):
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(**{**ASK, **change})
    assert refused.value.param == param
    assert refused.value.type == "invalid_request_error"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"suffix": "end", "echo": True, "logprobs": 1}, "suffix"),
        ({"best_of": 3, "stream": True}, "best_of"),
        ({"best_of": 2, "n": 3}, "best_of"),
        ({"best_of": 9, "prompt": ["a", "b"]}, "n"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": []}, "prompt"),
        ({"prompt": ["a", 7]}, "prompt"),
        ({"prompt": ["a", ""]}, "prompt"),
        ({"prompt": [[7], []]}, "prompt[1]"),
        ({"prompt": [-1]}, "prompt"),
        ({"prompt": ["a"] * 9, "n": 2}, "n"),
        ({"extra_body": {"effort": "deep"}}, "effort"),
    ],
)
def test_a_text_that_cannot_be_gone_on_with_is_refused(client, change, param):
    with pytest.raises(openai.BadRequestError) as refused:
        client.completions.create(**{"model": "echo", "prompt": "x", **change})
    assert refused.value.param == param


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"previous_response_id": "r"}, "previous_response_id"),
        ({"conversation": "c"}, "conversation"),
        ({"background": True}, "background"),
        ({"prompt": {"id": "p"}}, "prompt"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"tools": [{"type": "web_search"}], "tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"include": [ODDS], "extra_body": {"effort": "deep"}}, "include"),
        (
            {
                "tools": [FLAT],
                "tool_choice": "required",
                "text": {"format": {"type": "json_object"}},
            },
            "text.format",
        ),
        ({"input": [{"type": "function_call_output"}]}, "input[0]"),
        ({"input": [{"type": "function_call"}]}, "input[0]"),
        ({"input": [{"role": "user", "content": "x"}, ITEM_OF_CALL]}, "input[1]"),
        (
            {
                "input": [
                    {
                        "type": "function_call_output",
                        "call_id": "c",
                        "output": [
                            {"type": "input_image", "image_url": "data:image/png;base64,AAAA"}
                        ],
                    }
                ]
            },
            "input[0].output[0]",
        ),
        ({"input": [{"type": "reasoning"}]}, "input"),
        (
            {"input": [{"role": "user", "content": [{"type": "reasoning_text", "text": "x"}]}]},
            "input[0].content[0]",
        ),
        ({"input": [{"role": "user"}]}, "input[0].content"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_file"}]}]},
            "input[0].content[0]",
        ),
    ],
)
def test_a_response_that_cannot_be_had_is_refused(client, change, param):
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(**{"model": "echo", "input": "x", **change})
    assert refused.value.param == param


def test_a_model_that_nobody_has_is_named_with_those_that_are_there(client):
    with pytest.raises(openai.NotFoundError, match="echo") as refused:
        client.chat.completions.create(**{**ASK, "model": "gpt-4o\r\nX-Evil: 1"})
    assert refused.value.code == "model_not_found"
    assert "x-evil" not in refused.value.response.headers


def test_without_the_key_nobody_is_answered(client):
    with pytest.raises(openai.AuthenticationError) as refused:
        client.with_options(api_key="ik-wrong").models.list()
    assert refused.value.code == "invalid_api_key"


def test_a_failure_before_the_first_word_has_its_own_status(client):
    with pytest.raises(openai.BadRequestError, match="told to fail"):
        client.chat.completions.create(**chat("/echo fail", stream=True))


def test_a_failure_in_the_middle_is_told_in_the_stream(client):
    stream = client.chat.completions.create(**chat("/echo tokens=20 fail at=9", stream=True))
    with pytest.raises(openai.APIError, match="told to fail"):
        list(stream)
    text = client.completions.create(
        model="echo", prompt="/echo tokens=20 fail at=9", max_tokens=50, stream=True
    )
    with pytest.raises(openai.APIError, match="told to fail"):
        list(text)
    events = list(
        client.responses.create(model="echo", input="/echo tokens=20 fail at=9", stream=True)
    )
    assert events[-1].type == "response.failed"
    assert "told to fail" in events[-1].response.error.message


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("context_length_exceeded", openai.BadRequestError),
        ("busy", openai.RateLimitError),
        ("loading_failed", openai.InternalServerError),
        ("engine_stopped", openai.InternalServerError),
    ],
)
def test_each_kind_of_problem_has_the_status_that_clients_know(played, kind, expected):
    problem = Problem("It went wrong", "Try again.", {"kind": kind})
    for event in (Failed("", problem), problem):
        with pytest.raises(expected) as refused:
            played(PlayedApi([event])).chat.completions.create(**ASK)
        assert refused.value.code == kind


def test_an_answer_that_another_model_ended_is_no_answer(played):
    api = PlayedApi([Started("", 1, 0, 0), Done("", "unloaded", Timings())])
    with pytest.raises(openai.InternalServerError, match="exchanged"):
        played(api).chat.completions.create(**ASK)
