"""The functions a model may call: JSON schemas, hostile until checked."""

import json
from collections.abc import Sequence
from math import isfinite
from typing import Any, NoReturn, TypeAlias

from inglenook.core.errors import BadArgumentError

MOST_TOOLS = 128  # more than any model was trained to choose from
MOST_CHARACTERS = 64 * 1024  # of one schema; a prompt could not hold a longer one anyway
MOST_DEPTH = 32
_MOST_NAME_CHARACTERS = 128

Json: TypeAlias = Any
"""What JSON can hold: anything."""

Tool = dict[str, Any]
"""``{"type": "function", "function": {"name": …, "description": …, "parameters": {…}}}``"""


def tools_from(schemas: Sequence[str]) -> tuple[Tool, ...]:
    """Return tools as templates expect them.

    Args:
        schemas: One JSON object each: the function alone, or wrapped as OpenAI's API has it.

    Raises:
        BadArgumentError: one is no such object, or they are too many, too long or too deep.
    """
    if len(schemas) > MOST_TOOLS:
        raise _refusal(f"There are {len(schemas)}: offer at most {MOST_TOOLS}.")
    return tuple(_tool(schema, at) for at, schema in enumerate(schemas, 1))


def parameters_of(tools: Sequence[Tool]) -> dict[str, dict[str, Any]]:
    """Return the schema of each parameter, by function and by parameter."""
    found: dict[str, dict[str, Any]] = {}
    for tool in tools:
        function = tool["function"]
        schema = function.get("parameters")
        known = schema.get("properties") if isinstance(schema, dict) else None
        found[function["name"]] = known if isinstance(known, dict) else {}
    return found


def _tool(schema: str, at: int) -> Tool:
    if len(schema) > MOST_CHARACTERS:
        raise _refusal(f"Number {at} is longer than {MOST_CHARACTERS} characters: shorten it.")
    try:
        value = json.loads(schema, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as cause:
        raise _refusal(f"Number {at} is no valid JSON: check it.", cause=cause) from cause
    if not isinstance(value, dict) or not is_shallow(value):
        raise _refusal(f"Number {at} is no JSON object, or is nested too deep: check it.")
    function = value.get("function", value)
    if not isinstance(function, dict) or not _is_name(function.get("name")):
        raise _refusal(f"Number {at} has no usable name: give it one.")
    usual = {"description": "", "parameters": {"type": "object", "properties": {}}}
    given = {key: each for key, each in function.items() if key != "type"}
    names = {"name": function["name"]}
    return {"type": "function", "function": names | usual | given}


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _MOST_NAME_CHARACTERS


def is_shallow(value: object) -> bool:
    """Tell whether JSON is nested at most ``MOST_DEPTH`` deep."""
    level: list[object] = [value]
    for _ in range(MOST_DEPTH):
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        if not inner:
            return True
        level = inner
    return False


def finite(number: str) -> float:
    """Return a number with a point or an exponent that stands in a call.

    Raises:
        ValueError: it is larger than JSON can say it.
    """
    if not isfinite(value := float(number)):
        raise ValueError(f"{number} is too large")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _refusal(advice: str, **facts: object) -> BadArgumentError:
    return BadArgumentError("A tool's description cannot be used", advice, **facts)
