"""Names of files made from titles, which may say anything, safe on every system."""

import unicodedata
from collections.abc import Iterable

_MOST_CHARACTERS = 80
_MOST_BYTES = 180
"""Less than the 255 that file systems keep, with room for a number and an ending."""
_FORBIDDEN = frozenset('<>:"/\\|?*')
_RESERVED = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
    + [f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"]
)
"""Devices on Windows, whatever their ending."""
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def file_name(title: str, ending: str, taken: Iterable[str] = ()) -> str:
    """Return a name for a file that says what is in it.

    Control characters and marks that turn the reading order are left out, so that the name
    is what it seems to be.

    Args:
        title: Any text.
        ending: With its dot: ``".md"``.
        taken: Names that are used already; upper and lower case count as the same.
    """
    stem = _stem(title)
    used = {name.casefold() for name in taken}
    name, number = f"{stem}{ending}", 2
    while name.casefold() in used:
        name, number = f"{stem} ({number}){ending}", number + 1
    return name


def _stem(title: str) -> str:
    seen = "".join(map(_allowed, unicodedata.normalize("NFC", title)))
    stem = " ".join(seen.split())[:_MOST_CHARACTERS]
    while len(stem.encode()) > _MOST_BYTES:
        stem = stem[:-1]
    stem = stem.strip(". ")
    if not stem:
        return "Chat"
    return f"_{stem}" if stem.split(".")[0].strip().upper() in _RESERVED else stem


def _allowed(sign: str) -> str:
    if sign.isspace() or sign in _FORBIDDEN:
        return " "
    return "" if unicodedata.category(sign) in _INVISIBLE else sign
