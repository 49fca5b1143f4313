"""Text on its way to the screen: translated, and made harmless when it came from outside."""

import html
import unicodedata

from PySide6.QtCore import QCoreApplication

_FORMAT_SIGNS = "\u200c\u200d"
"""Joiners that scripts and emoji need; every other invisible sign is dropped."""


def tr(text: str) -> str:
    """Return our own text in the person's language."""
    return QCoreApplication.translate("inglenook", text)


def one_line(text: str, limit: int = 160) -> str:
    """Return foreign text as one short visible line.

    Control characters and the invisible signs that reverse reading order are taken out, so
    that a file or chat cannot pretend to have another name.
    """
    if len(text) <= limit and text.isprintable():
        return " ".join(text.split())
    seen = "".join(_visible(sign) for sign in text[: limit * 4])
    line = " ".join(seen.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _visible(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in {"Cc", "Zl", "Zp"}:
        return " "
    return "" if kind in {"Cf", "Cs", "Co"} and sign not in _FORMAT_SIGNS else sign


def menu_text(text: str) -> str:
    """Return foreign text for a menu, in which ``&`` and tabs have no meaning."""
    return one_line(text, 60).replace("&", "&&")


def tip(*lines: str) -> str:
    """Return a tool tip: Qt would read tags in plain text, so all of it is escaped."""
    return "<br>".join(html.escape(line) for line in lines if line)
