"""Bytes become a request, or a refusal that names the field."""

import re
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from inglenook.server.refusal import RefusedError, bad

MOST_DEPTH = 64
MOST_FIELD_BYTES = 1024 * 1024
"""Of a field that is no text, such as a schema; a body of this size is always read."""

MOST_PARTS = 1_000_000
"""Lists and objects of a body, and brackets in its texts."""

_TEXTS = frozenset({"messages", "input", "instructions", "prompt", "content", "tokens"})
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at (?:`key` in )?`\$(?P<path>[^`]*)`)?$", re.DOTALL)

Request = TypeVar("Request")


def read(body: bytes, kind: type[Request]) -> Request:
    """Return a request.

    Raises:
        RefusedError: it is no JSON, or a value has another type or is out of its range.
    """
    try:
        _check_weight(body)
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as cause:
        raise _misfit(str(cause)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise bad("The body is no JSON that can be read.", code="invalid_json") from None
    except RecursionError:
        raise too_deep() from None


def _check_weight(body: bytes) -> None:
    """Refuse what takes fifty times its size to read, and seconds in which the window waits.

    Raises:
        RefusedError: it does.
    """
    if len(body) <= MOST_FIELD_BYTES:
        return
    if body.count(b"[") + body.count(b"{") > MOST_PARTS:
        raise bad("The body has too many lists and objects.", code="request_too_large")
    for name, value in msgspec.json.decode(body, type=dict[str, msgspec.Raw]).items():
        if name not in _TEXTS and memoryview(value).nbytes > MOST_FIELD_BYTES:
            raise bad("This field has at most 1 MiB.", name[:200], "request_too_large")


def check_depth(value: object, param: str) -> None:
    """Refuse what is nested too deep.

    Raises:
        RefusedError: it is.
    """
    level: list[object] = [value]
    for _ in range(MOST_DEPTH):
        level = list(_inside(level))
        if not level:
            return
    raise too_deep(param)


def too_deep(param: str | None = None) -> RefusedError:
    """Return what refuses a body that is nested too deep."""
    return bad(f"JSON is read to a depth of {MOST_DEPTH}.", param, "invalid_json")


def _inside(level: Iterable[object]) -> Iterable[object]:
    for each in level:
        if isinstance(each, dict):
            yield from each.values()
        elif isinstance(each, list):
            yield from each


def _misfit(text: str) -> RefusedError:
    found = _PLACE.match(text)
    what, path = (found["what"], found["path"] or "") if found else (text, "")
    param = path.removeprefix(".")[:200]
    missing = re.search(r"missing required field `(\w+)`", what)
    if missing:
        param = f"{param}.{missing[1]}".removeprefix(".")
    where = f"{param}: " if param else ""
    return bad(f"{where}{what[:500]}.", param or None)
