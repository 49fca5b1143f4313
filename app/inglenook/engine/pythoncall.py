"""Calls as LFM2 writes them: like Python, ``[name(key="value")]``, and never run."""

import re
from typing import Any

from inglenook.engine.tools import finite

_MOST_DEPTH = 32
_NAME = re.compile(r"[^\W\d][\w.-]*")
_NUMBER = re.compile(r"[-+]?\d{1,300}(\.\d+)?([eE][-+]?\d{1,3})?(?![\w.])")
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"|' + r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_HEX = "[0-9a-fA-F]"
_ESCAPE = re.compile(
    rf"\\(x{_HEX}{{2}}|u{_HEX}{{4}}|U00(?:0{_HEX}|10){_HEX}{{4}}|.)", re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_PLAIN = {"\\", "'", '"', "/"}
_CONSTANTS = {"true": True, "false": False, "none": None, "null": None}

Calls = list[tuple[str, dict[str, Any]]]


class _MalformedError(ValueError):
    """This is not LFM2's form."""


def python_calls(text: str) -> Calls | None:
    """Return names and arguments of the calls in a text, or None if it is malformed."""
    text = text.strip()
    try:
        if text.startswith("["):
            calls, at = _calls(text, 1)
        else:
            call, at = _call(text, 0)
            calls = [call]
    except ValueError:
        return None
    return calls if at == len(text) else None


def _calls(text: str, at: int) -> tuple[Calls, int]:
    found: Calls = []
    while not text.startswith("]", at := _past_blank(text, at)):
        call, at = _call(text, at)
        found.append(call)
        at = _past_comma(text, at, "]")
    return found, at + 1


def _call(text: str, at: int) -> tuple[tuple[str, dict[str, Any]], int]:
    name, at = _name(text, at)
    arguments: dict[str, Any] = {}
    at = _past(text, at, "(")
    while not text.startswith(")", at := _past_blank(text, at)):
        key, at = _name(text, at)
        arguments[key], at = _value(text, _past(text, at, "="), 0)
        at = _past_comma(text, at, ")")
    return (name, arguments), at + 1


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    at = _past_blank(text, at)
    if depth > _MOST_DEPTH:
        raise _MalformedError
    if text.startswith("{", at):
        return _dict(text, at + 1, depth + 1)
    if text.startswith("[", at):
        return _list(text, at + 1, depth + 1)
    if text.startswith(('"', "'"), at):
        return _quoted(text, at)
    if number := _NUMBER.match(text, at):
        is_whole = not (number[1] or number[2])
        return (int if is_whole else finite)(number[0]), number.end()
    word, at = _name(text, at)
    if word.lower() not in _CONSTANTS:
        raise _MalformedError
    return _CONSTANTS[word.lower()], at


def _list(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while not text.startswith("]", at := _past_blank(text, at)):
        value, at = _value(text, at, depth)
        found.append(value)
        at = _past_comma(text, at, "]")
    return found, at + 1


def _dict(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while not text.startswith("}", at := _past_blank(text, at)):
        key, at = _quoted(text, at)
        found[key], at = _value(text, _past(text, at, ":"), depth)
        at = _past_comma(text, at, "}")
    return found, at + 1


def _quoted(text: str, at: int) -> tuple[str, int]:
    found = _TEXT.match(text, at)
    if found is None:
        raise _MalformedError
    inner = found[1] if found[1] is not None else found[2]
    whole = _ESCAPE.sub(_unescaped, inner)
    # Two escapes may be one character, as in JSON.
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), found.end()


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    if len(sign) > 1:
        return chr(int(sign[1:], 16))
    if sign in _PLAIN:
        return sign
    return _ESCAPES.get(sign, found[0])  # as Python leaves what it does not know


def _name(text: str, at: int) -> tuple[str, int]:
    found = _NAME.match(text, _past_blank(text, at))
    if found is None:
        raise _MalformedError
    return found[0], found.end()


def _past(text: str, at: int, sign: str) -> int:
    at = _past_blank(text, at)
    if not text.startswith(sign, at):
        raise _MalformedError
    return at + len(sign)


def _past_comma(text: str, at: int, end: str) -> int:
    at = _past_blank(text, at)
    if text.startswith(",", at):
        return at + 1
    if not text.startswith(end, at):
        raise _MalformedError
    return at


def _past_blank(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
