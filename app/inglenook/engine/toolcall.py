"""Tool calls as models write them: where one ends, and what it says."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from inglenook.engine.gemmacall import gemma_arguments
from inglenook.engine.marks import HARMONY, MUSE, Marks
from inglenook.engine.pythoncall import python_calls
from inglenook.engine.tools import Json, finite

MOST_CALL_CHARACTERS = 64 * 1024
_MOST_NAME_CHARACTERS = 128

Schemas = Mapping[str, Mapping[str, Any]]
"""The schema of each parameter, by function and by parameter."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A function the model wants called.

    Attributes:
        arguments: A JSON object, as text.
    """

    name: str
    arguments: str


Calls = tuple[ToolCall, ...]
Reader = Callable[[str, Schemas], Calls]
"""Reads the calls in the body of a call; there are none if it is malformed."""


@dataclass(frozen=True, slots=True)
class CallForm:
    """One way in which models write a call.

    Attributes:
        opens: What begins it.
        closes: What ends it; ``""`` where the end of its JSON does.
        keeps: ``opens`` is a part of what is read.
        starts_answer: It is one only at the beginning of an answer.
        ends_always: ``closes`` is a control token, which no text of an argument holds.
    """

    opens: str
    closes: str
    reader: Reader
    keeps: bool = False
    starts_answer: bool = False
    ends_always: bool = False


@dataclass(frozen=True, slots=True)
class CallForms:
    """All the ways in which one model writes calls.

    Attributes:
        forms: To be looked for.
        marks: What of them may be control tokens.
    """

    forms: tuple[CallForm, ...] = ()
    marks: tuple[str, ...] = ()


# --- what a call says ---


def in_tag(body: str, schemas: Schemas) -> Calls:
    """Read what stands in ``<tool_call>``: JSON, or one of two forms of XML."""
    text = body.strip()
    if text.startswith(("{", "[")):
        return in_json(text, schemas)
    if text.startswith("<function="):
        return in_functions(text, schemas)
    return _in_pairs(text, schemas)


def in_json(body: str, _schemas: Schemas) -> Calls:
    """Read one call or a list of calls in JSON."""
    value = _json(body)
    values = value if isinstance(value, list) else [value]
    calls = [_call_in(each) for each in values]
    return _all([each for each in calls if each], len(values))


def in_offered_json(body: str, schemas: Schemas) -> Calls:
    """Read JSON that is a call only if it names a function that was offered."""
    calls = in_json(body, schemas)
    return calls if all(each.name in schemas for each in calls) else ()


def by_name(body: str, _schemas: Schemas) -> Calls:
    """Read a list of objects with one call each, ``{"name": {"key": "value"}}``."""
    value = _json(body)
    values = value if isinstance(value, list) else []
    pairs = [pair for each in values if isinstance(each, dict) for pair in each.items()]
    calls = [_call_in({"name": name, "arguments": given}) for name, given in pairs]
    return _all([each for each in calls if each], len(values))


def in_functions(body: str, schemas: Schemas) -> Calls:
    """Read ``<function=name><parameter=key>value</parameter></function>``."""
    calls, rest = [], body.strip()
    while rest:
        name, inner, rest = _element(rest, "<function=", "</function>")
        if not _is_name(name):
            return ()
        arguments: dict[str, Any] = {}
        known, inner = schemas.get(name, {}), inner.strip()
        while inner:
            key, value, inner = _element(inner, "<parameter=", "</parameter>")
            if not key:
                return ()
            value = value.removeprefix("\n").removesuffix("\n")
            arguments[key] = _typed(value, known.get(key))
        calls.append(_call(name, arguments))
    return tuple(calls)


def _element(text: str, opens: str, closes: str) -> tuple[str, str, str]:
    """Return name, content and what follows an element; its name is empty if there is none."""
    end, close = text.find(">"), text.find(closes)
    if not text.startswith(opens) or not 0 < end < close:
        return "", "", ""
    return (
        text[len(opens) : end].strip(),
        text[end + 1 : close],
        text[close + len(closes) :].strip(),
    )


def after_marker(body: str, schemas: Schemas) -> Calls:
    """Read what Mistral writes: a JSON list, or a name and its arguments."""
    match = _NAMED.fullmatch(body.strip())
    if match is None:
        return in_json(body, schemas)
    arguments = _json(match[2])
    return _all([_call(match[1], arguments)] if isinstance(arguments, dict) else [], 1)


def in_gemma(body: str, _schemas: Schemas) -> Calls:
    """Read ``call:name{key:value}``."""
    match = _GEMMA.fullmatch(body.strip())
    arguments = gemma_arguments(match[2]) if match else None
    if match is None or arguments is None or not _is_name(match[1]):
        return ()
    return (_call(match[1], arguments),)


def in_python(body: str, schemas: Schemas) -> Calls:
    """Read ``[name(key="value")]``, or JSON, which LFM2 writes if it is told to."""
    if _LISTED.match(body):
        return in_json(body, schemas)
    found = python_calls(body) or []
    return _all([_call(name, each) for name, each in found if _is_name(name)], len(found))


def called(name: str) -> Reader:
    """Return what reads the arguments of a function that is named before."""

    def read(body: str, _schemas: Schemas) -> Calls:
        arguments = _json(body)
        if not isinstance(arguments, dict) or not _is_name(name):
            return ()
        return (_call(name, arguments),)

    return read


def _in_pairs(body: str, schemas: Schemas) -> Calls:
    """Read a name and ``<arg_key>key</arg_key><arg_value>value</arg_value>``, as GLM writes."""
    name, sign, rest = body.partition("<arg_key>")
    name, rest = name.strip(), sign + rest
    if not _is_name(name) or "<" in name or (not sign and name not in schemas):
        return ()
    arguments: dict[str, Any] = {}
    while rest.strip():
        key, rest = _between(rest, "<arg_key>", "</arg_key>")
        value, rest = _between(rest, "<arg_value>", "</arg_value>")
        if key is None or value is None:
            return ()
        arguments[key.strip()] = _typed(value, schemas.get(name, {}).get(key.strip()))
    return (_call(name, arguments),)


def _between(text: str, opens: str, closes: str) -> tuple[str | None, str]:
    """Return what stands between two tags that a text begins with, and what follows them."""
    text = text.lstrip()
    close = text.find(closes)
    if not text.startswith(opens) or close < 0:
        return None, ""
    return text[len(opens) : close], text[close + len(closes) :]


# What is matched is never given back: thousands of blanks would be tried in every division.
_NAMED = re.compile(
    r"([\w.-]++)\s*+(?:\[CALL_ID\][\w-]*+)?+\s*+(?:\[ARGS\])?+\s*+(\{.*)", re.DOTALL
)
_LISTED = re.compile(r"\s*+\[?+\s*+\{")
_GEMMA = re.compile(r"call:([\w.:-]+)(\{.*)", re.DOTALL)


def _typed(value: str, schema: object) -> Json:
    """Return the value of a parameter: text if its schema says so, else JSON if it is any."""
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if kind == "string":
        return value
    found = _json(value)
    return value if found is _NOTHING else found


def _call_in(value: object) -> ToolCall | None:
    if not isinstance(value, dict):
        return None
    inner = value.get("function")
    holder = inner if isinstance(inner, dict) else value
    name = holder.get("name", holder.get("tool_name"))
    arguments = holder.get("arguments", holder.get("parameters", {}))
    if isinstance(arguments, str):
        arguments = _json(arguments)
    if not _is_name(name) or not isinstance(arguments, dict):
        return None
    return _call(str(name), arguments)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MOST_NAME_CHARACTERS


def _call(name: str, arguments: Mapping[str, Any]) -> ToolCall:
    return ToolCall(_sendable(name), _sendable(json.dumps(arguments, ensure_ascii=False)))


def _sendable(text: str) -> str:
    r"""Return a text without halves of characters, as ``"\ud83d"`` alone is one in JSON."""
    return text.encode("utf-8", "replace").decode()


def _all(calls: Sequence[ToolCall], wanted: int) -> Calls:
    return tuple(calls) if len(calls) == wanted else ()


_NOTHING = object()


def _json(text: str) -> Json:
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=finite)
    except (ValueError, RecursionError):
        return _NOTHING


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


# --- which forms a model has ---

TAG = CallForm("<tool_call>", "</tool_call>", in_tag)
FUNCTION = CallForm("<function=", "</function>", in_functions, keeps=True)
MISTRAL_LIST = CallForm("[TOOL_CALLS]", "", after_marker)
PYTHON_TAG = CallForm("<|python_tag|>", "", in_json)
BARE_JSON = CallForm("{", "", in_offered_json, keeps=True, starts_answer=True)
COHERE_ACTION = CallForm("<|START_ACTION|>", "<|END_ACTION|>", in_json)
GEMMA_CALL = CallForm("<|tool_call>", "<tool_call|>", in_gemma)
LFM_CALL = CallForm("<|tool_call_start|>", "<|tool_call_end|>", in_python, ends_always=True)
GRANITE_LIST = CallForm("<|tool_call|>", "", in_json)
APRIEL_LIST = CallForm("<tool_calls>", "</tool_calls>", in_json)
NEMOTRON_LIST = CallForm("<TOOLCALL>", "</TOOLCALL>", in_json)
APERTUS_LIST = CallForm("<|tools_prefix|>", "<|tools_suffix|>", by_name)
_SIGNS = (
    ("<|tool_call>", GEMMA_CALL),
    ("<tool_call>", TAG),
    ("<function=", FUNCTION),
    ("[TOOL_CALLS]", MISTRAL_LIST),
    ("<|START_ACTION|>", COHERE_ACTION),
    ("<|tool_call|>", GRANITE_LIST),
    ("<tool_calls>[", APRIEL_LIST),
    ("<TOOLCALL>", NEMOTRON_LIST),
    ("<|tools_prefix|>", APERTUS_LIST),
    # Templates of LFM2 and LFM2.5 tell of functions, and only one of them of calls.
    ("<|tool_list_start|>", LFM_CALL),
    ("List of tools: [", LFM_CALL),
)


def forms_for(template: str, marks: Marks) -> CallForms:
    """Return the ways of writing calls that a chat template speaks of."""
    forms = [form for sign, form in _SIGNS if sign in template]
    has_headers = "<|start_header_id|>" in template and "tools" in template
    if has_headers or "<|python_tag|>" in template:
        forms += [PYTHON_TAG, BARE_JSON]
    # LFM2 is told its earlier calls in tags, and may take that up.
    if LFM_CALL in forms or not (forms or marks in {HARMONY, MUSE}):
        forms.append(TAG)
    signs = [sign for form in forms for sign in (form.opens, form.closes) if len(sign) > 1]
    return CallForms(tuple(forms), (*signs, "[ARGS]", "[CALL_ID]", "<|constrain|>", '<|"|>'))
