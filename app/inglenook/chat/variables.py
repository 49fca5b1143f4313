"""Variables in instructions and prompts: ``{{date}}`` and its like become text, once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST_VALUE_CHARS = 200
"""A value is a name or a date; a longer one is cut."""

KNOWN = ("date", "time", "weekday", "name", "model", "language")
"""What is filled in by itself; any other name is asked for."""

_VARIABLE = re.compile(r"\{\{[ \t]*([^{}\n]{1,40}?)[ \t]*\}\}")


@dataclass(frozen=True, slots=True)
class Blank:
    """A place in a text that somebody has to fill in.

    Attributes:
        name: What belongs there.
        start: First character of the opening braces.
        end: Behind the closing braces.
    """

    name: str
    start: int
    end: int


def expand(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its variables filled in.

    Each is replaced once: braces inside a value are text and nothing more. A variable without
    a value, or with an empty one, stays as it is written, so that nobody overlooks it.

    Args:
        text: May hold ``{{name}}`` in any mix of upper and lower case.
        values: By name in lower case.
    """

    def fill(found: re.Match[str]) -> str:
        value = values.get(found[1].lower(), "")
        return _on_one_line(value) or found[0]

    return _VARIABLE.sub(fill, text)


def blanks(text: str) -> tuple[Blank, ...]:
    """Return what is left to fill in, in the order of the text."""
    return tuple(_blanks(text))


def next_blank(text: str, behind: int) -> Blank | None:
    """Return the first blank that begins at a place or behind it, else the first of all.

    Args:
        text: What is being written.
        behind: A number of characters, 0 to the length of the text.
    """
    found = blanks(text)
    return next((each for each in found if each.start >= behind), found[0] if found else None)


def uses(text: str, name: str) -> bool:
    """Tell whether a text has a variable of this name."""
    return any(found[1].lower() == name for found in _VARIABLE.finditer(text))


def _blanks(text: str) -> Iterator[Blank]:
    for found in _VARIABLE.finditer(text):
        yield Blank(found[1], found.start(), found.end())


def _on_one_line(value: str) -> str:
    """Return a value without line breaks, which could pass for instructions of their own."""
    return " ".join(value[:MOST_VALUE_CHARS].split())
