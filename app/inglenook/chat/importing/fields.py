"""Values out of a JSON document that anybody may have written."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

Fields = Mapping[str, object]
Word = TypeVar("Word", bound=StrEnum)

LARGEST = 2**53
"""Whole numbers up to here are the same in every JSON reader."""
LONGEST_TEXT = 1 << 24
"""Characters of one message or file; no model takes more."""
MOST_ITEMS = 100_000
"""Of any list."""
_MILLISECONDS_FROM = 1e11
"""More seconds than this would be the year 5138: it counts milliseconds."""


class ShapeError(Exception):
    """Something is missing, or not what it should be; its text says what, in a few words."""


def fields(found: object) -> Fields:
    """Return an object.

    Raises:
        ShapeError: it is something else.
    """
    if not isinstance(found, dict):
        raise ShapeError("a part of it is not what it should be")
    return found


def fields_or_none(found: object) -> Fields:
    """Return an object; an empty one for anything else."""
    return found if isinstance(found, dict) else {}


def listed(row: Fields, name: str) -> list[object]:
    """Return a list of bearable length.

    Raises:
        ShapeError: there is none.
    """
    found = row.get(name)
    if not isinstance(found, list):
        raise ShapeError(f"it has no {name}")
    if len(found) > MOST_ITEMS:
        raise ShapeError(f"it has too many {name}")
    return found


def listed_or_none(row: Fields, name: str) -> list[object]:
    """Return a list, at most as long as is bearable; an empty one if there is none."""
    found = row.get(name)
    return found[:MOST_ITEMS] if isinstance(found, list) else []


def text(row: Fields, name: str) -> str:
    """Return a text of bearable length.

    Raises:
        ShapeError: there is none, or it is too long.
    """
    found = row.get(name)
    if not isinstance(found, str):
        raise ShapeError(f"it has no {name}")
    return _bearable(found)


def text_or_none(found: object) -> str:
    """Return a text; an empty one for anything else.

    Raises:
        ShapeError: it is too long.
    """
    return _bearable(found) if isinstance(found, str) else ""


def _bearable(found: str) -> str:
    if len(found) > LONGEST_TEXT:
        raise ShapeError("a text in it is too long")
    if found.isascii():
        return found
    # A lone half of a pair is no character; no database and no file keeps it.
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def word(row: Fields, name: str, words: type[Word]) -> Word:
    """Return one of several words.

    Raises:
        ShapeError: it is none of them.
    """
    try:
        return words(text(row, name))
    except ValueError as cause:
        raise ShapeError(f"its {name} is unknown") from cause


def whole(row: Fields, name: str, default: int | None = None) -> int:
    """Return a count.

    Raises:
        ShapeError: it is no whole number from 0 to 2**53, or missing without a default.
    """
    found = row.get(name, default)
    if type(found) is not int or not 0 <= found <= LARGEST:
        raise ShapeError(f"its {name} is no count")
    return found


def number(row: Fields, name: str) -> float:
    """Return a number.

    Raises:
        ShapeError: it is no finite one.
    """
    found = row.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ShapeError(f"its {name} is no number")
    if abs(found) > 1e300 or not math.isfinite(found):
        raise ShapeError(f"its {name} is no number")
    return float(found)


def number_or_none(row: Fields, name: str) -> float | None:
    """Return a number, or None where there is none.

    Raises:
        ShapeError: there is something else.
    """
    return None if row.get(name) is None else number(row, name)


def moment_ms(found: object) -> int:
    """Return a moment in milliseconds since 1970; 0 for what is none.

    Args:
        found: Seconds or milliseconds since 1970 as a number, or ISO 8601 as a text.
    """
    if isinstance(found, str):
        return _from_iso(found)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return 0
    if not 0 < found < LARGEST:  # not a number is neither
        return 0
    return int(found if found > _MILLISECONDS_FROM else found * 1000)


def _from_iso(found: str) -> int:
    try:
        moment = datetime.fromisoformat(found)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0, int(moment.timestamp() * 1000))
    except (ValueError, OverflowError):
        return 0
