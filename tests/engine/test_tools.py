"""Tool schemas are hostile until checked."""

import json

import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.engine.tools import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_TOOLS,
    parameters_of,
    tools_from,
)


def test_a_function_alone_and_a_wrapped_one_become_the_same():
    alone = {"name": "now", "description": "the time", "parameters": {"type": "object"}}
    wrapped = {"type": "function", "function": alone}
    assert tools_from([json.dumps(alone)]) == tools_from([json.dumps(wrapped)]) == (wrapped,)


def test_what_templates_expect_is_there_even_if_it_was_not_given():
    (tool,) = tools_from(['{"name": "now", "type": "function"}'])
    assert tool["function"] == {
        "name": "now",
        "description": "",
        "parameters": {"type": "object", "properties": {}},
    }


def test_the_schema_of_each_parameter_is_known():
    properties = {"place": {"type": "string"}}
    tool = {"name": "weather", "parameters": {"type": "object", "properties": properties}}
    odd = '{"name": "odd", "parameters": [1]}'
    assert parameters_of(tools_from([json.dumps(tool), odd])) == {
        "weather": properties,
        "odd": {},
    }


@pytest.mark.parametrize(
    "schema",
    [
        "",
        "{",
        "[]",
        '"text"',
        "{}",
        '{"name": 5}',
        '{"name": " "}',
        '{"function": 5}',
        '{"name": "' + "x" * 500 + '"}',
        '{"name": "x", "parameters": NaN}',
        '{"name": "x", "parameters": ' + "9" * 5000 + "}",
        "[" * 50_000,
        '{"name": "x", "a": ' + "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1) + "}",
        '{"name": "x", "a": "' + "x" * MOST_CHARACTERS + '"}',
    ],
)
def test_what_cannot_be_used_is_refused_with_advice(schema):
    with pytest.raises(BadArgumentError, match="tool") as refusal:
        tools_from([schema])
    assert "1" in refusal.value.problem.advice


def test_too_many_tools_are_refused():
    with pytest.raises(BadArgumentError, match="tool"):
        tools_from(['{"name": "x"}'] * (MOST_TOOLS + 1))
