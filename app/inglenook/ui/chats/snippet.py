"""Excerpts with their matches, as runs that are painted one after the other."""

import unicodedata
from collections.abc import Callable

from inglenook.ui.words import one_line

Run = tuple[str, bool]
"""Text, and whether it is a match."""


def snippet_runs(snippet: str) -> list[Run]:
    """Return a snippet as runs of text, each with whether it is a match."""
    runs: list[Run] = []
    for number, part in enumerate(snippet.split("\x02")):
        match, end, rest = part.partition("\x03")
        is_marked = bool(number and end)
        if is_marked:
            runs.append((match, True))
        if plain := rest if is_marked else part:
            runs.append((plain, False))
    return [(" ".join(text.split("\n")), is_match) for text, is_match in runs]


def plain_snippet(snippet: str) -> str:
    """Return a snippet without its marks."""
    return one_line("".join(text for text, _match in snippet_runs(snippet)))


def runs_in_sight(snippet: str, room: int, width: Callable[[str], int]) -> list[Run]:
    """Return the runs of a snippet, begun so late that its first match is seen.

    Args:
        snippet: With signs around its matches.
        room: In pixels.
        width: Tells how wide a text is, in pixels.
    """
    runs = snippet_runs(snippet)
    if len(runs) < 2 or runs[0][1]:
        return runs
    (before, _), (match, _) = runs[:2]
    behind = width("".join(text for text, _ in runs[2:]))
    spare = max(room // 4, room - width(match) - min(room // 3, behind))
    words = before.split(" ")
    while len(words) > 1 and width("…" + " ".join(words)) > spare:
        del words[0]
    kept = " ".join(words)
    if kept != before:
        return [(f"…{kept.lstrip()}", False), *runs[1:]]
    return runs


def is_rtl(text: str) -> bool:
    """Tell whether a text is read from right to left, by its first letter (UAX #9, rule P2)."""
    ways = (unicodedata.bidirectional(sign) for sign in text)
    return next((way for way in ways if way in {"L", "R", "AL"}), "L") != "L"
