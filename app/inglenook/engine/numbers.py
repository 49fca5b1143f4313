"""Numbers between bounds as parts of a grammar."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from inglenook.core.errors import BadArgumentError
from inglenook.engine.utf8 import products

_MOST = 10**16 - 1  # a JSON reader may hold numbers as doubles, exact up to about here
_DIGITS = (ord("0"), ord("9"))
_FRACTION = '("." [0-9]{1,15})?'


def integers(schema: Mapping[str, Any]) -> str:
    """Return the whole numbers that a schema's bounds allow, as one element of a grammar.

    Raises:
        BadArgumentError: the bounds are no numbers, or nothing lies between them.
    """
    low = math.ceil(max(_bound(schema, "minimum", -_MOST), -_MOST))
    high = math.floor(min(_bound(schema, "maximum", _MOST), _MOST))
    low = max(low, math.floor(_bound(schema, "exclusiveMinimum", -_MOST - 1)) + 1)
    high = min(high, math.ceil(_bound(schema, "exclusiveMaximum", _MOST + 1)) - 1)
    return _either(_signed(low, high))


def numbers(schema: Mapping[str, Any]) -> str:
    """Return numbers that a schema's bounds allow, as one element of a grammar.

    With bounds they have no exponent, and of the numbers next to a bound that is not whole
    some cannot be written.

    Raises:
        BadArgumentError: the bounds are no numbers, or no such number lies between them.
    """
    if "minimum" not in schema and "maximum" not in schema:
        return f'("-"? ("0" | [1-9] [0-9]{{0,15}}) {_FRACTION} ([eE] [-+]? [0-9]{{1,2}})?)'
    low = math.ceil(max(_bound(schema, "minimum", -_MOST), -_MOST))
    high = math.floor(min(_bound(schema, "maximum", _MOST), _MOST))
    kinds = [each for each in (low, high) if low <= high]
    whole = [f"{each} {_FRACTION}" for each in _unsigned(max(low, 0), high - 1)]
    below = [f'"-" {each} {_FRACTION}' for each in _unsigned(max(-high, 0), -low - 1)]
    return _either([*whole, *below, *(f'"{each}" ("." "0"{{1,15}})?' for each in kinds)])


def _bound(schema: Mapping[str, Any], keyword: str, usual: float) -> float:
    bound = schema.get(keyword, usual)
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not abs(bound) < 1e300:
        raise BadArgumentError(
            "This JSON schema cannot be followed", f"Change it: {keyword} must be a number."
        )
    return bound


def _signed(low: int, high: int) -> list[str]:
    below = [f'"-" {each}' for each in _unsigned(max(-high, 1), -low)]
    return [*below, *_unsigned(max(low, 0), high)]


def _unsigned(low: int, high: int) -> Iterator[str]:
    """Yield the numbers from ``low`` to ``high`` without leading zeros, 0 or more each."""
    for digits in range(len(str(low)), len(str(max(high, 0))) + 1):
        start = max(low, 10 ** (digits - 1) if digits > 1 else 0)
        end = min(high, 10**digits - 1)
        if start > end:
            continue
        for ranges in products(str(start).encode(), str(end).encode(), _DIGITS):
            yield " ".join(f"[{chr(first)}-{chr(last)}]" for first, last in ranges)


def _either(bodies: Iterable[str]) -> str:
    found = list(bodies)
    if not found:
        raise BadArgumentError(
            "This JSON schema cannot be followed",
            "Change it: no number lies between its bounds.",
        )
    return f"({' | '.join(found)})"
