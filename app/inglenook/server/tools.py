"""The functions a program offers, and whether one has to be called."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from inglenook.server.fields import Schema
from inglenook.server.reading import check_depth
from inglenook.server.refusal import bad

FunctionName = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_.\-]{1,128}$")]


class Function(msgspec.Struct, omit_defaults=True):
    """A function that may be called."""

    name: FunctionName
    description: str | None = None
    parameters: Schema | None = None
    strict: bool | None = None


class Tool(msgspec.Struct):
    """A tool; only functions are known."""

    function: Function
    type: Literal["function"] = "function"


class ChosenName(msgspec.Struct):
    """Which function."""

    name: FunctionName


class ChosenTool(msgspec.Struct):
    """The function that has to be called."""

    function: ChosenName
    type: Literal["function"] = "function"


Choice = Literal["none", "auto", "required"] | ChosenTool | None


def offered(tools: Sequence[Tool], choice: Choice) -> tuple[str, ...]:
    """Return what the model is told of the functions: a JSON schema each.

    Raises:
        RefusedError: one is nested too deep.
    """
    if choice == "none":
        return ()
    for at, tool in enumerate(tools):
        check_depth(tool.function.parameters, f"tools[{at}].function.parameters")
    return tuple(_described(tool) for tool in tools)


def forced(tools: Sequence[Tool], choice: Choice) -> str:
    """Return the JSON schema of the call that has to come; ``""`` if none has to.

    Raises:
        RefusedError: there is no such function.
    """
    named = choice.function.name if isinstance(choice, ChosenTool) else None
    if named is None and choice != "required":
        return ""
    meant = [each.function for each in tools if named in {None, each.function.name}]
    if not meant:
        raise bad("There is no such function among the tools.", "tool_choice")
    calls = [_call_schema(each) for each in meant]
    return msgspec.json.encode(calls[0] if len(calls) == 1 else {"anyOf": calls}).decode()


def _described(tool: Tool) -> str:
    function: dict[str, Any] = msgspec.to_builtins(tool.function)
    function.pop("strict", None)
    return msgspec.json.encode({"type": "function", "function": function}).decode()


def _call_schema(function: Function) -> Schema:
    arguments = function.parameters or {"type": "object"}
    return {
        "type": "object",
        "properties": {"name": {"const": function.name}, "arguments": arguments},
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }
