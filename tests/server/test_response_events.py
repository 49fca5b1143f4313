"""The events of a streamed response, in their order, as OpenAI's client reads them."""

import asyncio
from contextlib import nullcontext

import pytest
from tests.server.room import PlayedApi

from inglenook.chat.message import Timings
from inglenook.core.errors import Problem
from inglenook.engine.protocol import Delta, Done, Failed, Started, TokenOdds, ToolCalled
from inglenook.server.chatanswer import ChatForm
from inglenook.server.chatroute import ChatScript
from inglenook.server.gathered import Gathered
from inglenook.server.sse import DONE as DONE_FRAME
from inglenook.server.sse import WAITING
from inglenook.server.streaming import frames

ASK = {
    "model": "echo",
    "input": "x",
    "tools": [{"type": "function", "name": "weather", "parameters": {"type": "object"}}],
}
BEGUN = Started("", 5, 2, 0)
THOUGHT = Delta("", "hm", 1, thinking=True)
ULM, BONN = (ToolCalled("", "weather", f'{{"town":"{town}"}}') for town in ("Ulm", "Bonn"))
DONE = Done("", "end", Timings(5, 2, 9, 0.1, 9.0))


def said(text):
    return Delta("", text, 1)


def streamed(played, *told, **more):
    """Return the events of an answer, numbered without a gap."""
    client = played(PlayedApi([BEGUN, *told]))
    events = list(client.responses.create(**{**ASK, **more}, stream=True))
    assert [each.sequence_number for each in events] == list(range(len(events)))
    return events


def kinds(events):
    return [each.type.removeprefix("response.") for each in events]


WORDS = ["output_item.added", "content_part.added"]
END = ["output_text.done", "content_part.done", "output_item.done"]
TEXT = [*WORDS, "output_text.delta", *END]
THINKING = [each.replace("output_text", "reasoning_text") for each in TEXT]
CALL = [
    "output_item.added", "function_call_arguments.delta", "function_call_arguments.done",
    "output_item.done",
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([said("Hi")], TEXT),
        ([THOUGHT, said("Hi")], [*THINKING, *TEXT]),
        ([ULM], CALL),
        ([ULM, BONN], [*CALL, *CALL]),
        ([THOUGHT, said("Let me see."), ULM, BONN], [*THINKING, *TEXT, *CALL, *CALL]),
        ([said("First."), ULM, said("Then."), BONN], [*TEXT, *CALL, *TEXT, *CALL]),
        ([THOUGHT, ULM, THOUGHT, said("Hi")], [*THINKING, *CALL, *THINKING, *TEXT]),
    ],
)
def test_each_part_is_told_where_it_stands_and_is_an_item_of_its_own(played, told, expected):
    events = streamed(played, *told, DONE)
    assert kinds(events) == ["created", "in_progress", *expected, "completed"]
    whole = events[-1].response
    done = [each for each in events if each.type == "response.output_item.done"]
    assert [each.item.model_dump() for each in done] == [
        each.model_dump() for each in whole.output
    ]
    assert [each.output_index for each in done] == list(range(len(done)))
    assert len({each.id for each in whole.output}) == len(whole.output)
    assert {each.status for each in whole.output} == {"completed"}
    assert whole.usage.output_tokens == 9
    for each in events:
        if hasattr(each, "item_id"):
            assert each.item_id == whole.output[each.output_index].id


@pytest.mark.parametrize(
    "told", [[ULM, BONN], [THOUGHT, said("See:"), ULM, THOUGHT, said("So."), BONN]]
)
def test_the_client_puts_together_what_comes_whole(played, told):
    client = played(PlayedApi([BEGUN, *told, DONE]))
    with client.responses.stream(**ASK) as stream:
        list(stream)
        found = stream.get_final_response()
    whole = client.responses.create(**ASK)
    assert [each.type for each in found.output] == [each.type for each in whole.output]
    assert found.output_text == whole.output_text
    calls = [each for each in found.output if each.type == "function_call"]
    assert [each.arguments for each in calls] == [ULM.arguments, BONN.arguments]
    assert len({each.call_id for each in calls}) == 2


def test_a_conversation_with_calls_goes_on_as_agents_have_it(client):
    """An answer is streamed and sent back as it came, with what the functions returned."""
    call = '<tool_call>{"name": "weather", "arguments": {"town": "Ulm"}}</tool_call>'
    asked = {"role": "user", "content": f"/echo think=2 text=Let me see. {call}\n{call}"}
    first = client.responses.create(**{**ASK, "input": [asked]}, stream=True)
    items = [each.item for each in first if each.type == "response.output_item.done"]
    assert [each.type for each in items] == [
        "reasoning", "message", "function_call", "function_call",
    ]  # fmt: skip
    calls = items[2:]
    assert {each.arguments for each in calls} == {'{"town": "Ulm"}'}
    results = [
        {"type": "function_call_output", "call_id": each.call_id, "output": "/echo text=So."}
        for each in calls
    ]
    told = [each.model_dump(exclude_none=True) for each in items]
    second = client.responses.create(**{**ASK, "input": [asked, *told, *results]})
    assert second.output_text == "So."


def test_a_call_is_told_as_soon_as_it_is_whole(played):
    api = PlayedApi([BEGUN, said("Let me see."), ULM])
    stream = played(api).responses.create(**ASK, stream=True)
    items = []
    while len(items) < 2:  # the answer goes on: its end is told only then
        event = next(stream)
        items += [event.item] if event.type == "response.output_item.done" else []
    message, call = items
    assert message.content[0].text == "Let me see."
    assert (call.name, call.arguments, call.status) == (
        "weather", '{"town":"Ulm"}', "completed",
    )  # fmt: skip
    (tell,) = api.listeners
    for each in (BONN, DONE):
        tell(each)
    assert kinds(stream) == [*CALL, "completed"]


def test_a_chat_tells_a_call_as_soon_as_it_is_whole_its_name_first(played):
    tool = {"type": "function", "function": {"name": "weather"}}
    asked = {"model": "echo", "messages": [{"role": "user", "content": "x"}], "tools": [tool]}
    api = PlayedApi([BEGUN, ULM])
    stream = played(api).chat.completions.create(
        **asked, stream=True, stream_options={"include_usage": True}
    )
    _role, *told = [next(stream).choices[0].delta for _ in range(3)]
    for each in (BONN, DONE):
        api.listeners[0](each)
    told += [each.choices[0].delta for each in [next(stream), next(stream)]]
    found = [call for each in told for call in each.tool_calls]
    assert [each.index for each in found] == [0, 0, 1, 1]
    assert [each.function.name for each in found] == ["weather", None, "weather", None]
    assert [each.type for each in found] == ["function", None, "function", None]
    assert [each.id is None for each in found] == [False, True, False, True]
    assert [each.function.arguments for each in found] == [
        "", ULM.arguments, "", BONN.arguments,
    ]  # fmt: skip
    last, cost = stream
    assert last.choices[0].finish_reason == "tool_calls"
    assert cost.usage.completion_tokens == 9


FORCED = '{"name":"weather","arguments":{"town":"U}lm" } }'


def test_a_call_that_has_to_come_is_told_while_it_is_written(played):
    told = [THOUGHT, *(said(each) for each in f"{FORCED}\n"), DONE]
    events = streamed(played, *told, tool_choice="required")
    deltas = [each.delta for each in events if each.type.endswith("arguments.delta")]
    assert len(deltas) > 10
    assert "".join(deltas) == '{"town":"U}lm" }'
    shown = [each for each in kinds(events) if each != "function_call_arguments.delta"]
    assert shown[2:] == [*THINKING, CALL[0], *CALL[2:], "completed"]
    _, call = events[-1].response.output
    whole = played(PlayedApi([BEGUN, *told])).responses.create(**ASK, tool_choice="required")
    assert whole.output[1].arguments == call.arguments == "".join(deltas)


def test_a_call_that_has_to_come_is_cut_short_in_its_arguments(played):
    told = [said(FORCED[:30]), said(FORCED[30:40]), Done("", "length", Timings())]
    *_, done, last = streamed(played, *told, tool_choice="required")
    assert (last.type, done.item.status) == ("response.incomplete", "incomplete")
    assert last.response.output[0].arguments == done.item.arguments == '{"town":"U'


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_chat_puts_together_a_call_that_has_to_come(played, size):
    tool = {"type": "function", "function": {"name": "weather"}}
    asked = {"model": "echo", "messages": [{"role": "user", "content": "x"}], "tools": [tool]}
    parts = [FORCED[at : at + size] for at in range(0, len(FORCED), size)]
    client = played(PlayedApi([BEGUN, *map(said, parts), DONE]))
    with client.chat.completions.stream(**asked, tool_choice="required") as stream:
        list(stream)
        (choice,) = stream.get_final_completion().choices
    whole = client.chat.completions.create(**asked, tool_choice="required").choices[0]
    for each in (choice, whole):
        (call,) = each.message.tool_calls
        assert (call.function.name, call.function.arguments) == (
            "weather", '{"town":"U}lm" }',
        )  # fmt: skip
        assert each.finish_reason == "tool_calls"
        assert not each.message.content


def test_an_answer_that_is_cut_short_says_which_item_is(played):
    cut = Done("", "length", Timings())
    *_, done, last = streamed(played, ULM, said("Then"), cut)
    assert (last.type, done.item.status) == ("response.incomplete", "incomplete")
    assert last.response.incomplete_details.reason == "max_output_tokens"
    assert [each.status for each in last.response.output] == ["completed", "incomplete"]
    events = streamed(played, THOUGHT, cut)
    assert kinds(events)[2:-1] == [*THINKING, *WORDS, *END]


def test_a_failure_before_the_first_word_is_a_response_that_failed(played, monkeypatch):
    monkeypatch.setattr("inglenook.server.streaming.FIRST_S", 0.0)
    api = PlayedApi()
    stream = played(api).responses.create(**ASK, stream=True)  # a sign of life has come
    api.listeners[0](Failed("", Problem("It went wrong", "Try again.")))
    events = list(stream)
    assert kinds(events) == ["created", "in_progress", "failed"]
    assert "went wrong" in events[-1].response.error.message


class LongCall:
    """A question whose answer is a call, of which each token takes six seconds."""

    def __init__(self, tokens):
        self.now_s, self._due_s = 0.0, 6.0
        self._left = [*[said("")] * tokens, ULM, DONE]

    def ask(self, _questions):
        return nullcontext(self)

    def tell(self, _model, _answers):
        pass

    @property
    def is_over(self):
        return not self._left

    async def next(self, within_s):
        if self.now_s + within_s < self._due_s:
            self.now_s += within_s
            return None
        self.now_s, self._due_s = self._due_s, self._due_s + 6.0
        return 0, self._left.pop(0)


def test_a_program_that_waits_for_a_long_call_hears_that_somebody_is_there():
    call, answer = LongCall(tokens=9), Gathered()

    async def sent():
        asyncio.get_running_loop().time = lambda: call.now_s
        script = ChatScript(ChatForm("", 0, ""), [answer])
        return [(call.now_s, each) async for each in frames(call, "", [], [answer], script)]

    found = asyncio.run(sent())
    waits = [now_s for now_s, each in found if each == WAITING]
    assert waits == [10.0, 25.0, 40.0, 55.0]
    assert [each for _, each in found][-1] == DONE_FRAME


ODDS = (TokenOdds("Hi", -0.1, (("Hi", -0.1), ("Ho", -2.5))),)


def test_odds_come_with_the_text_they_belong_to(played):
    include = ["message.output_text.logprobs"]
    told = [
        Delta("", "", 1, odds=ODDS),  # of a call that is being written
        ULM,
        Delta("", "Hi", 1, odds=ODDS),
        Delta("", "", 1, odds=ODDS),
        DONE,
    ]
    events = streamed(played, *told, include=include, top_logprobs=1)
    assert kinds(events)[2:6] == CALL
    deltas = [each for each in events if each.type == "response.output_text.delta"]
    assert [each.logprobs[0].token for each in deltas] == ["Hi", "Hi"]
    assert [each.token for each in deltas[0].logprobs[0].top_logprobs] == ["Hi"]
    (part,) = events[-1].response.output[1].content
    assert [each.logprob for each in part.logprobs] == [-0.1, -0.1]
    api = PlayedApi([BEGUN, *told])
    whole = played(api).responses.create(**ASK, include=include)
    assert whole.output[1].content[0].logprobs[0].top_logprobs == []
    assert api.asked[0].sampling.odds == 1
    assert streamed(played, *told)[-1].response.output[1].content[0].logprobs == []


def test_tools_that_only_openai_runs_are_offered_to_nobody(played):
    """As Codex sends them, beside its functions."""
    others = [{"type": "web_search"}, {"type": "custom", "name": "apply_patch"}]
    api = PlayedApi([BEGUN, DONE])
    found = played(api).responses.create(**{**ASK, "tools": [*others, *ASK["tools"]]})
    assert [each.name for each in found.tools] == ["weather"]
    assert len(api.asked[0].options.tools) == 1


def test_a_response_says_how_it_was_asked_for(played):
    form = {"type": "json_schema", "name": "n", "schema": {"type": "object"}, "strict": True}
    found = played(PlayedApi([BEGUN, DONE])).responses.create(
        model="echo", input="x", text={"format": form}, reasoning={"effort": "low"},
        store=True, truncation="disabled",
    )  # fmt: skip
    assert found.text.format.type == "json_schema"
    assert found.text.format.model_dump(by_alias=True)["schema"] == {"type": "object"}
    assert (found.reasoning.effort, found.truncation) == ("low", "disabled")
    assert found.model_dump()["store"] is False
