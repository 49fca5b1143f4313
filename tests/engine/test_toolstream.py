"""Tool calls are told from text while they stream, and nothing is lost or doubled."""

import json
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inglenook.engine.marks import APERTUS, APRIEL, COHERE, GEMMA, HARMONY, MISTRAL, MUSE, THINK
from inglenook.engine.protocol import ToolCalled, to_bytes
from inglenook.engine.textstream import TextStream
from inglenook.engine.toolcall import MOST_CALL_CHARACTERS, CallForms, ToolCall, forms_for
from inglenook.engine.tools import tools_from

TOOLS = tools_from(
    [
        json.dumps(
            {
                "name": "get_weather",
                "parameters": {
                    "type": "object",
                    "properties": {
                        "place": {"type": "string"},
                        "days": {"type": "integer"},
                    },
                },
            }
        ),
        json.dumps({"name": "now"}),
    ]
)
HERMES = forms_for("<tool_call>", THINK)
CODER = forms_for("<tool_call> <function=", THINK)
LLAMA = forms_for("<|python_tag|>", THINK)
MISTRALS = forms_for("[TOOL_CALLS]", MISTRAL)
GEMMAS = forms_for("<|tool_call>", GEMMA)
COHERES = forms_for("<|START_ACTION|>", COHERE)
GRANITES = forms_for("<|tool_call|>", THINK)
APRIELS = forms_for("<tool_calls>[", APRIEL)
NEMOTRONS = forms_for("<TOOLCALL>", THINK)
APERTI = forms_for("<|tools_prefix|>", APERTUS)
LFMS = forms_for("List of tools: [", THINK)
NONE = CallForms()
PARIS = ToolCall("get_weather", '{"place": "Paris"}')


def run(parts, marks=THINK, forms=HERMES, tools=TOOLS, stop=(), **options):
    """Return what a stream gives, neighbours joined: ("text" | "thinking", …) and calls."""
    stream = TextStream(stop, marks, forms=forms, tools=tools, **options)
    pieces = [piece for part in parts for piece in stream.feed(part)] + stream.flush()
    given_out = []
    for piece in pieces:
        assert bool(piece.text) is (piece.call is None)
        kind = "thinking" if piece.thinking else "text"
        if piece.call:
            given_out.append(piece.call)
        elif given_out and isinstance(given_out[-1], tuple) and given_out[-1][0] == kind:
            given_out[-1] = (kind, given_out[-1][1] + piece.text)
        else:
            given_out.append((kind, piece.text))
    return given_out


def cut(data, places):
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


CALL = '{"name": "get_weather", "arguments": {"place": "Paris"}}'
XML = "<function=get_weather>\n<parameter=place>\nParis\n</parameter>\n</function>"
HEAD = "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>"
ARGUMENTS = '{"place": "Paris"}'


@pytest.mark.parametrize(
    ("text", "marks", "forms", "result"),
    [
        (f"<tool_call>\n{CALL}\n</tool_call>", THINK, HERMES, [PARIS]),
        (f"<tool_call>{CALL}", THINK, HERMES, [PARIS]),  # the end of the answer ends it too
        (
            f"I look.\n<tool_call>{CALL}</tool_call>\n<tool_call>{CALL}</tool_call>",
            THINK,
            HERMES,
            [("text", "I look.\n"), PARIS, PARIS],
        ),
        (
            f"<think>Hm.</think>\n\n<tool_call>{CALL}</tool_call>",
            THINK,
            HERMES,
            [("thinking", "Hm."), PARIS],
        ),
        (f"<tool_call>\n{XML}\n</tool_call>", THINK, CODER, [PARIS]),
        (f"Yes. {XML}", THINK, CODER, [("text", "Yes. "), PARIS]),
        (
            "<tool_call>get_weather\n<arg_key>place</arg_key>\n<arg_value>Paris</arg_value>"
            "\n</tool_call>",
            THINK,
            HERMES,
            [PARIS],
        ),
        ("<tool_call>now</tool_call>", THINK, HERMES, [ToolCall("now", "{}")]),
        (CALL.replace("arguments", "parameters"), THINK, LLAMA, [PARIS]),
        (f"<|python_tag|>{CALL}", THINK, LLAMA, [PARIS]),
        (f"[TOOL_CALLS][{CALL}, {CALL}]", MISTRAL, MISTRALS, [PARIS, PARIS]),
        (f"[TOOL_CALLS]get_weather[ARGS]{ARGUMENTS}", MISTRAL, MISTRALS, [PARIS]),
        (f"[TOOL_CALLS]get_weather{ARGUMENTS}", MISTRAL, MISTRALS, [PARIS]),
        (
            f"Ok.[TOOL_CALLS]get_weather[CALL_ID]a1[ARGS]{ARGUMENTS}[TOOL_CALLS]now[ARGS]{{}}",
            MISTRAL,
            MISTRALS,
            [("text", "Ok."), PARIS, ToolCall("now", "{}")],
        ),
        (HEAD + ARGUMENTS, HARMONY, NONE, [PARIS]),
        (
            f"<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant{HEAD}{ARGUMENTS}",
            HARMONY,
            NONE,
            [("thinking", "Hm."), PARIS],
        ),
        (
            " to=functions.get_weather<|channel|>commentary json<|message|>" + ARGUMENTS,
            HARMONY,
            NONE,
            [PARIS],
        ),
        (
            "<|channel|>commentary<|message|>I look.<|end|><|start|>assistant"
            f"{HEAD}{ARGUMENTS}",
            HARMONY,
            NONE,
            [("text", "I look."), PARIS],
        ),
        (
            '<|tool_call>call:get_weather{place:<|"|>Paris<|"|>}<tool_call|>',
            GEMMA,
            GEMMAS,
            [PARIS],
        ),
        (
            '<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "get_weather", '
            '"parameters": {"place": "Paris"}}]<|END_ACTION|>',
            COHERE,
            COHERES,
            [PARIS],
        ),
        (
            "<|tool_call_start|>[get_weather(place='Paris'), now()]<|tool_call_end|>I look.",
            THINK,
            LFMS,
            [PARIS, ToolCall("now", "{}"), ("text", "I look.")],
        ),
        (f"<|tool_call_start|>[{CALL}]<|tool_call_end|>", THINK, LFMS, [PARIS]),
        (f"<|tool_call|>[{CALL}, {CALL}]", THINK, GRANITES, [PARIS, PARIS]),
        (
            f"Here are my reasoning steps:\nHm.\n[BEGIN FINAL RESPONSE]\n<tool_calls>[{CALL}]"
            "</tool_calls>",
            APRIEL,
            APRIELS,
            [("thinking", "Hm.\n"), PARIS],
        ),
        (f"<TOOLCALL>[{CALL}]</TOOLCALL>", THINK, NEMOTRONS, [PARIS]),
        (
            f'<|tools_prefix|>[{{"get_weather": {ARGUMENTS}}}, {{"now":{{}}}}]<|tools_suffix|>',
            APERTUS,
            APERTI,
            [PARIS, ToolCall("now", "{}")],
        ),
        (f"<tool_call>{CALL}</tool_call>", THINK, LFMS, [PARIS]),
        (
            "<|tool_call_start|>[now(say='5\" wide')]<|tool_call_end|>",
            THINK,
            LFMS,
            [ToolCall("now", '{"say": "5\\" wide"}')],
        ),
    ],
)
def test_each_family_has_its_own_way_of_calling(text, marks, forms, result):
    assert run([text.encode()], marks, forms) == result
    assert run([bytes([each]) for each in text.encode()], marks, forms) == result


@pytest.mark.parametrize(
    ("marks", "forms", "text"),
    [
        (THINK, HERMES, f"Ok <tool_call>{CALL}</tool_call> done"),
        (THINK, LLAMA, CALL),
        (MISTRAL, MISTRALS, f"[TOOL_CALLS]get_weather[ARGS]{ARGUMENTS}"),
        (HARMONY, NONE, HEAD + ARGUMENTS),
        (GEMMA, GEMMAS, "<|tool_call>call:now{}<tool_call|>"),
    ],
)
def test_without_tools_a_call_is_text(marks, forms, text):
    assert run([text.encode()], marks, forms, tools=()) == [("text", text)]


@pytest.mark.parametrize(
    ("marks", "forms", "text"),
    [
        (THINK, HERMES, '<tool_call>{"name": "x", "arguments": 5}</tool_call>'),
        (THINK, HERMES, '<tool_call>{"name": "x", "argum'),
        (THINK, HERMES, '<tool_call>{"name": "", "arguments": {}}</tool_call> and so on'),
        (THINK, HERMES, '<tool_call>{"name": "x", "arguments": {"a": NaN}}</tool_call>'),
        (THINK, HERMES, '<tool_call>{"name": "x", "arguments": {"a": 1e999}}</tool_call>'),
        (THINK, HERMES, "<tool_call>not json at all</tool_call>"),
        (THINK, HERMES, "<tool_call>" * 3),
        (THINK, HERMES, "Say <tool_call> to call."),
        (THINK, CODER, "<function=x>junk</function>"),
        (THINK, CODER, "<function=x><parameter=a>1</function>"),
        (THINK, LLAMA, '{"name": "Bob", "parameters": {}}'),  # no such tool: it is an answer
        (THINK, LLAMA, '{"a": [1, 2'),
        (THINK, LLAMA, '  {"a": 1}'),
        (MISTRAL, MISTRALS, "[TOOL_CALLS]" + "so many words " * 40),
        (MISTRAL, MISTRALS, "[TOOL_CALLS]name[ARGS]"),
        (HARMONY, NONE, HEAD + "print(1)"),
        (HARMONY, NONE, "<|channel|>never " + "ends " * 80),
        (GEMMA, GEMMAS, "<|tool_call>call:now{a:}<tool_call|>"),
        (GEMMA, GEMMAS, "<|tool_call>now{}<tool_call|>"),
        (APERTUS, APERTI, '<|tools_prefix|>[{"now": 5}]<|tools_suffix|>'),
        (APERTUS, APERTI, '<|tools_prefix|>[{"now": {}, "then": {}}]<|tools_suffix|>'),
        (APERTUS, APERTI, "<|tools_prefix|>{}<|tools_suffix|>"),
        (THINK, LFMS, "<|tool_call_start|>[now(5)]<|tool_call_end|>"),
        (THINK, LFMS, "<|tool_call_start|>[]<|tool_call_end|>"),
        (THINK, LFMS, f"<|tool_call_start|>[{'n' * 129}()]<|tool_call_end|>"),
    ],
)
def test_what_is_no_call_is_text_and_nothing_of_it_is_lost(marks, forms, text):
    said = text.replace("<tool_call|>", "<tool_call|>")
    assert run([text.encode()], marks, forms) == [("text", said)]
    assert run([bytes([each]) for each in text.encode()], marks, forms) == [("text", said)]


def test_a_mark_inside_an_argument_does_not_end_the_call():
    call = '{"name": "now", "arguments": {"say": "</tool_call>"}}'
    expected = ToolCall("now", '{"say": "</tool_call>"}')
    assert run([f"<tool_call>{call}</tool_call>!".encode()]) == [expected, ("text", "!")]


def test_a_stop_string_inside_a_call_does_not_end_the_answer():
    assert run([f"<tool_call>{CALL}</tool_call>".encode()], stop=["Paris"]) == [PARIS]


def test_a_stop_string_counts_in_what_was_no_call():
    assert run([b"<tool_call>no STOP yes</tool_call>"], stop=["STOP"]) == [
        ("text", "<tool_call>no ")
    ]


def test_a_call_that_never_ends_is_not_held_back_for_ever():
    stream = TextStream((), THINK, forms=HERMES, tools=TOOLS)
    stream.feed(b"<tool_call>{")
    said = "".join(
        piece.text
        for _ in range(MOST_CALL_CHARACTERS // 10)
        for piece in stream.feed(b'"x": "1", "y"')
    )
    assert len(said) > MOST_CALL_CHARACTERS // 2
    assert len(stream._held) < 100


@pytest.mark.parametrize(
    ("marks", "forms", "unit"),
    [
        (MISTRAL, MISTRALS, "[TOOL_CALLS]a[ARGS]{"),
        (THINK, LLAMA, "<|python_tag|>["),
        (THINK, HERMES, '<tool_call>{"'),
        (HARMONY, NONE, HEAD + "{"),
        (GEMMA, GEMMAS, "<|tool_call>call:a{b:["),
        (THINK, LFMS, "<|tool_call_start|>[a(b=["),
    ],
)
def test_calls_that_never_end_one_in_another_cost_little(marks, forms, unit):
    text = unit * (3 * MOST_CALL_CHARACTERS // len(unit))
    began = time.thread_time()
    assert run([text.encode()], marks, forms) == [("text", text)]
    assert time.thread_time() - began < 10


def test_half_a_character_in_a_call_can_still_be_sent():
    call = r'{"name": "no\ud83d", "arguments": {"say": "\ud83d and \ud83d\ude42"}}'
    (found,) = run([f"<tool_call>{call}</tool_call>".encode()])
    assert found == ToolCall("no?", '{"say": "? and 🙂"}')
    assert to_bytes(ToolCalled("r", found.name, found.arguments))


def test_arguments_get_the_types_of_their_schema():
    text = (
        "<function=get_weather><parameter=place>5</parameter><parameter=days>5</parameter>"
        "<parameter=other>{bad</parameter></function>"
    )
    (call,) = run([text.encode()], forms=CODER)
    assert json.loads(call.arguments) == {"place": "5", "days": 5, "other": "{bad"}


def test_muse_thinks_to_itself_and_answers_the_user():
    text = " to=self<|message|>Hm.<|eom|><|start|>assistant to=user<|message|>Four."
    assert run([text.encode()], MUSE, NONE) == [("thinking", "Hm."), ("text", "Four.")]


def test_an_answer_that_is_gone_on_with_starts_in_its_middle():
    assert run([b"<think> is a tag"], continues=True) == [("text", "<think> is a tag")]
    assert run([b"  more"], continues=True) == [("text", "  more")]
    more = run([b" more</think>\n\nYes"], continues=True, starts_thinking=True)
    assert more == [("thinking", " more"), ("text", "Yes")]


def test_it_is_known_whether_the_model_thinks():
    stream = TextStream()
    assert not stream.is_thinking
    stream.feed(b"<think>Hm")
    assert stream.is_thinking
    stream.feed(b"</think>Yes")
    assert not stream.is_thinking


def test_several_thinking_parts_are_told_apart():
    text = b"<think>a</think>\n<think>b</think>\n\nc"
    assert run([text]) == [("thinking", "ab"), ("text", "c")]


def test_gemma_may_close_a_channel_that_is_not_open():
    text = b"Four.<channel|> Yes.<|channel>thought\nHm.<channel|>Done."
    assert run([text], GEMMA, GEMMAS) == [
        ("text", "Four.Yes."),
        ("thinking", "Hm."),
        ("text", "Done."),
    ]


bits = st.lists(
    st.sampled_from(
        [
            *("<tool_call>", "</tool_call>", "<think>", "</think>", "[TOOL_CALLS]", "[ARGS]"),
            *(
                "<|channel|>",
                "<|message|>",
                "<|end|>",
                "<|start|>assistant",
                "analysis",
                "final",
            ),
            *(
                " to=functions.now",
                "commentary",
                "<function=now>",
                "</function>",
                "<|python_tag|>",
            ),
            *(
                "<parameter=a>",
                "</parameter>",
                "<|tool_call>",
                "<tool_call|>",
                "call:now{}",
                "{}",
            ),
            *('{"name": "now", "arguments": {}}', '"', "{", "}", "[", "]", "\\", '"a": 1', ","),
            *(
                " ",
                "\n",
                "a",
                "é",
                "🧡",
                "END",
                "E",
                "N",
                "<",
                "|",
                ">",
                "<|",
                "now",
                "[THINK]",
            ),
        ]
    ),
    max_size=24,
).map("".join)
ways = st.sampled_from(
    [
        (THINK, HERMES),
        (THINK, CODER),
        (THINK, LLAMA),
        (MISTRAL, MISTRALS),
        (HARMONY, NONE),
        (GEMMA, GEMMAS),
        (COHERE, COHERES),
    ]
)


@settings(max_examples=400)
@given(bits, st.lists(st.integers(0, 400), max_size=30), ways, st.booleans(), st.booleans())
def test_the_way_bytes_are_cut_changes_nothing(text, places, way, thinking, continues):
    data = text.encode()
    options = {
        "marks": way[0],
        "forms": way[1],
        "stop": ("END", "NE"),
        "starts_thinking": thinking,
        "continues": continues,
    }
    whole = run([data], **options)
    assert run(cut(data, places), **options) == whole
    assert run([data[at : at + 1] for at in range(len(data))], **options) == whole


@given(bits, st.lists(st.integers(0, 400), max_size=30))
def test_what_is_neither_mark_nor_call_is_kept_to_the_letter(text, places):
    """In a continued answer only whole calls and the blank around them may be missing."""
    said = run(cut(text.encode(), places), continues=True)
    if not any(isinstance(each, ToolCall) for each in said):
        assert "".join(each[1] for each in said) == text
