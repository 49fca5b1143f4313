"""Text from elsewhere, made harmless before anybody keeps or shows it."""

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
# Marks that turn the direction of what follows, or cannot be seen.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def as_said(text: str) -> str:
    """Return text of an answer without control characters; tabs and line ends stay."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n")) if not text.isprintable() else text


def in_a_line(text: str, most_chars: int) -> str:
    """Return text as one line of what can be seen, cut where it is too long."""
    seen = _HIDDEN.sub("", _SPACES.sub(" ", _CONTROLS.sub(" ", text))).strip()
    return seen if len(seen) <= most_chars else f"{seen[: most_chars - 1]}…"
