"""Arguments as Gemma 4 writes them: like JSON, with bare keys and ``<|"|>`` for quotes."""

import re
from typing import Any

from inglenook.engine.tools import finite

_MOST_DEPTH = 32
_QUOTE = '<|"|>'
_KEY = re.compile(r"[^:{}\[\],<]+")
_NUMBER = re.compile(r"-?\d{1,300}(\.\d+)?([eE][-+]?\d{1,3})?")
_WORDS = {"true": True, "false": False, "null": None}


class _MalformedError(ValueError):
    """This is not Gemma's form."""


def gemma_arguments(text: str) -> dict[str, Any] | None:
    """Return the arguments in a text, or None if it is malformed."""
    try:
        value, at = _value(text, 0, 0)
    except ValueError:
        return None
    return value if isinstance(value, dict) and not text[at:].strip() else None


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    at = _past_blank(text, at)
    if depth > _MOST_DEPTH:
        raise _MalformedError
    if text.startswith(_QUOTE, at):
        return _quoted(text, at)
    if text.startswith("{", at):
        return _dict(text, at + 1, depth + 1)
    if text.startswith("[", at):
        return _list(text, at + 1, depth + 1)
    for word, value in _WORDS.items():
        if text.startswith(word, at):
            return value, at + len(word)
    number = _NUMBER.match(text, at)
    if number is None:
        raise _MalformedError
    is_whole = not (number[1] or number[2])
    return (int if is_whole else finite)(number[0]), number.end()


def _quoted(text: str, at: int) -> tuple[str, int]:
    begin = at + len(_QUOTE)
    end = text.find(_QUOTE, begin)
    if end < 0:
        raise _MalformedError
    return text[begin:end], end + len(_QUOTE)


def _dict(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    at = _past_blank(text, at)
    while not text.startswith("}", at):
        key, at = _key(text, at)
        found[key], at = _value(text, at, depth)
        at = _past_comma(text, at, "}")
    return found, at + 1


def _key(text: str, at: int) -> tuple[str, int]:
    if text.startswith(_QUOTE, at):
        key, at = _quoted(text, at)
    else:
        bare = _KEY.match(text, at)
        if bare is None:
            raise _MalformedError
        key, at = bare[0].strip(), bare.end()
    at = _past_blank(text, at)
    if not text.startswith(":", at):
        raise _MalformedError
    return key, at + 1


def _list(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    at = _past_blank(text, at)
    while not text.startswith("]", at):
        value, at = _value(text, at, depth)
        found.append(value)
        at = _past_comma(text, at, "]")
    return found, at + 1


def _past_comma(text: str, at: int, end: str) -> int:
    at = _past_blank(text, at)
    if text.startswith(",", at):
        return _past_blank(text, at + 1)
    if not text.startswith(end, at):
        raise _MalformedError
    return at


def _past_blank(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
