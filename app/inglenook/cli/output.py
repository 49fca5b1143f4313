"""What the command line prints: plain text that cannot drive the terminal, or JSON."""

import sys
import unicodedata
from collections.abc import Iterable

import msgspec

from inglenook.core.errors import Problem

_KEPT = frozenset("\n\t")


def safe(text: str) -> str:
    """Return text without control characters, which a terminal would obey.

    A model's answer may hold escape sequences that move the cursor, set the window title or
    answer the terminal's own questions.
    """
    return "".join(
        each for each in text if each in _KEPT or unicodedata.category(each) not in {"Cc", "Cs"}
    )


def put(text: str = "", end: str = "\n") -> None:
    """Print text from anywhere, at once."""
    sys.stdout.write(safe(text) + end)
    sys.stdout.flush()


def put_json(value: object) -> None:
    """Print a value as indented JSON."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")
    sys.stdout.flush()


def put_problem(problem: Problem) -> None:
    """Print a problem where errors go."""
    sys.stderr.write(safe(problem.in_words()) + "\n")


def put_table(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in aligned columns."""
    lines = [tuple(safe(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        put("  ".join(map(str.ljust, line, widths)).rstrip())
