"""Bytes become a request, or a refusal that names the field."""

import re
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from inglenook.server.refusal import RefusedError, bad

MOST_DEPTH = 64
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at (?:`key` in )?`\$(?P<path>[^`]*)`)?$", re.DOTALL)

Request = TypeVar("Request")


def read(body: bytes, kind: type[Request]) -> Request:
    """Return a request.

    Raises:
        RefusedError: it is no JSON, or a value has another type or is out of its range.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as cause:
        raise _misfit(str(cause)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise bad("The body is no JSON that can be read.", code="invalid_json") from None
    except RecursionError:
        raise too_deep() from None


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
