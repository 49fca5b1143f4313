"""What the command line prints: plain text that cannot drive the terminal, or JSON."""

import json
import os
import sys
import unicodedata
from collections.abc import Iterable

import msgspec

from inglenook.core.errors import InglenookError, Problem
from inglenook.services.streams import open_missing

_KEPT = frozenset("\n\t")
# Cc and Cs: control characters and halves of pairs. Cf: marks that turn the reading direction.
_DROPPED = frozenset({"Cc", "Cs"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def prepare() -> None:
    """Let every byte be readable and every character printable, whatever the encoding is.

    Where a stream was closed before the start, nothing is read and what is printed is lost.
    """
    open_missing()
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def safe(text: str) -> str:
    """Return text without control characters, which a terminal would obey.

    A model's answer may hold escape sequences that move the cursor, set the window title or
    answer the terminal's own questions.
    """
    return "".join(each for each in text if each in _KEPT or _is_shown(each))


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in _DROPPED and character not in _TURNING


def put(text: str = "", end: str = "\n") -> None:
    """Print text from anywhere, at once.

    Raises:
        BrokenPipeError: nobody reads it any more.
        InglenookError: it cannot be written for another reason.
    """
    _write(safe(text) + end)


def put_json(value: object) -> None:
    """Print a value as indented JSON, in ASCII: every other character is escaped."""
    _write(json.dumps(msgspec.to_builtins(value), indent=2) + "\n")


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as cause:
        reader_is_gone()
        raise InglenookError(
            "The output cannot be written",
            "Look for free space where it goes, then try again.",
            reason=cause.strerror,
        ) from cause


def put_problem(problem: Problem, *, as_json: bool = False) -> None:
    """Print a problem: as JSON where output goes, else as text where errors go."""
    if as_json:
        put_json({"problem": problem})
    else:
        sys.stderr.write(safe(problem.in_words()) + "\n")


def put_table(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows in aligned columns."""
    lines = [tuple(safe(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        put("  ".join(map(str.ljust, line, widths)).rstrip())


def counted(count: int, what: str) -> str:
    """Return a count with its noun: ``"1 thread"``, ``"2 threads"``."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def reader_is_gone() -> None:
    """Send what is still to be printed nowhere: whoever read our output has ended.

    Without this the interpreter complains when it flushes the output at its end.
    """
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
