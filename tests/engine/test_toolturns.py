"""Calls and results are told as a template takes them, and as text where that cannot be."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.message import Role
from inglenook.engine.protocol import Call, ResultOf, Turn
from inglenook.engine.toolturns import USUAL_FORM, ToolForm, arguments_in, as_calls, as_text

A, U = Role.ASSISTANT, Role.USER
ONE_BY_ONE = ToolForm(is_parallel=False)


def called(*calls, text="", thinking=""):
    made = tuple(Call(name, '{"a":1}', id_) for name, id_ in calls)
    return Turn(A, text, thinking, calls=made)


def result(text, id_="", name=""):
    return Turn(U, text, result_of=ResultOf(id_, name))


def told(turns, form=USUAL_FORM):
    """Return turns in short: what is called, what is a result of what, and what is text."""
    short = []
    for each in as_calls(turns, form):
        if each.calls:
            short.append([f"{call.name} {call.id}" for call in each.calls])
        elif each.result_of:
            short.append((each.result_of.name, each.result_of.id, each.text))
        else:
            short.append(each.text)
    return short


def test_calls_get_ids_that_all_templates_take_and_results_get_names():
    turns = [Turn(U, "Go"), called(("f", "x"), ("g", "y")), result("7", "x"), result("8", "y")]
    assert told(turns) == [
        "Go", ["f call00000", "g call00001"], ("f", "call00000", "7"), ("g", "call00001", "8"),
    ]  # fmt: skip
    later = [*turns, called(("h", "")), result("9")]
    assert told(later) == [*told(turns), ["h call00002"], ("h", "call00002", "9")]
    assert told(turns[:2], ToolForm(has_names=True))[1] == [
        "f functions.f:0",
        "g functions.g:1",
    ]


def test_results_are_put_into_the_order_of_their_calls():
    turns = [called(("f", "x"), ("g", "y")), result("8", "y"), result("7", "x")]
    assert [each[2] for each in told(turns)[1:]] == ["7", "8"]


def test_calls_have_a_turn_each_where_a_template_takes_one_at_a_time():
    first = called(("f", "x"), ("g", "y"), text="Look:", thinking="Hm.")
    turns = [first, result("7", "x"), result("8", "y")]
    assert told(turns, ONE_BY_ONE) == [
        ["f call00000"], ("f", "call00000", "7"), ["g call00001"], ("g", "call00001", "8"),
    ]  # fmt: skip
    said = [(each.text, each.thinking) for each in as_calls(turns, ONE_BY_ONE) if each.calls]
    assert said == [("Look:", "Hm."), ("", "")]


def test_the_same_id_twice_means_one_call_after_the_other():
    turns = [called(("f", "x"), ("g", "x")), result("7", "x"), result("8", "x")]
    assert told(turns)[1:] == [("f", "call00000", "7"), ("g", "call00001", "8")]


def test_a_result_of_no_call_is_text():
    stray = "<tool_response>\n7\n</tool_response>"
    assert told([result("7", "x")]) == [stray]
    assert told([Turn(U, "Go"), result("7", "x")]) == ["Go", stray]
    turns = [called(("f", "x")), result("7", "nobody"), result("8", "x"), result("9", "x")]
    assert told(turns) == [
        ["f call00000"],
        ("f", "call00000", "8"),
        "<tool_response>\n7\n</tool_response>\n<tool_response>\n9\n</tool_response>",
    ]


def test_a_call_that_was_never_answered_stays_a_call():
    turns = [called(("f", "x"), ("g", "y")), result("8", "y"), Turn(U, "Well?")]
    calls = ["f call00000", "g call00001"]
    assert told(turns) == [calls, ("g", "call00001", "8"), "Well?"]


@pytest.mark.parametrize(
    "arguments", ["{not json", "[1]", "7", "NaN", '{"a":' * 40 + "1" + "}" * 40, "[" * 100_000]
)
def test_calls_that_say_no_object_are_text_with_their_results(arguments):
    turns = [Turn(A, "Look:", calls=(Call("f", arguments, "x"),)), result("7", "x")]
    said, answer = as_calls(turns, USUAL_FORM)
    assert said.text.startswith("Look:\n<tool_call>\n{")
    assert json.dumps(arguments, ensure_ascii=False) in said.text
    assert answer == Turn(U, "<tool_response>\n7\n</tool_response>")


def test_a_call_without_arguments_has_an_empty_object():
    assert (
        as_calls([Turn(A, "", calls=(Call("f", ""),))], USUAL_FORM)[0].calls[0].arguments
        == "{}"
    )


def test_as_text_results_that_follow_one_another_are_one_turn():
    turns = [
        called(("f", "x"), ("g", "y"), text="So:"),
        result("7"),
        result("8"),
        Turn(U, "Hm"),
    ]
    assert as_text(turns) == [
        Turn(
            A,
            'So:\n<tool_call>\n{"name":"f","arguments":{"a":1}}\n</tool_call>\n'
            '<tool_call>\n{"name":"g","arguments":{"a":1}}\n</tool_call>',
        ),
        Turn(
            U,
            "<tool_response>\n7\n</tool_response>\n<tool_response>\n8\n</tool_response>",
        ),
        Turn(U, "Hm"),
    ]


TURNS = st.lists(
    st.one_of(
        st.builds(Turn, st.sampled_from([A, U]), st.text(max_size=5)),
        st.builds(
            lambda calls: Turn(A, "", calls=tuple(calls)),
            st.lists(
                st.builds(
                    Call,
                    st.text(max_size=5),
                    st.sampled_from(["", "{}", '{"b":[1]}', "[", "null"]),
                    st.sampled_from("xyz"),
                ),
                min_size=1,
                max_size=4,
            ),
        ),
        st.builds(result, st.text(max_size=5), st.sampled_from(["", "x", "y", "z"])),
    ),
    max_size=12,
)


@given(TURNS, st.booleans(), st.booleans())
def test_whatever_comes_nothing_is_lost_and_each_result_follows_its_call(
    turns, names, parallel
):
    form = ToolForm(has_names=names, is_parallel=parallel)
    found = as_calls(turns, form)
    whole = "".join(each.text for each in found)
    assert all(each.text in whole for each in turns)
    assert sum(len(each.calls) for each in found) <= sum(len(each.calls) for each in turns)
    open_ids = []
    for each in found:
        if each.calls:
            assert parallel or len(each.calls) == 1
            assert all(arguments_in(call) is not None for call in each.calls)
            open_ids = [call.id for call in each.calls]
        elif each.result_of:
            open_ids.remove(each.result_of.id)
