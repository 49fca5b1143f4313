"""Text on its way to the screen: translated, and made harmless when it came from outside."""

import html
import unicodedata

from PySide6.QtCore import QCoreApplication

from inglenook.core.errors import Problem

_FORMAT_SIGNS = "\u200c\u200d"
"""Joiners that scripts and emoji need; every other invisible sign is dropped."""


Words = str
"""Text of ours in a table, which goes through ``tr`` when it is shown.

`./dev words` collects what a literal holds where this stands in its annotation.
"""


def tr(text: Words) -> str:
    """Return our own text in the person's language."""
    return QCoreApplication.translate("inglenook", text)


def tr_n(one: str, many: str, count: int) -> str:
    """Return our own text in the form that goes with a number, which is not filled in yet.

    Args:
        one: In English, for 1.
        many: In English, for every other number; the catalogue has it by this.
        count: 0 or more.
    """
    said = QCoreApplication.translate("inglenook", many, "", count)
    return one if said == many and count == 1 else said


def tr_told(text: str) -> str:
    """Return a sentence that the services said in English, with names filled in already.

    They know no languages. The sentence is recognised by its template, as long as the
    catalogue has that; otherwise it stays as it is.
    """
    return QCoreApplication.translate("told", text)


def problem_words(problem: Problem) -> str:
    """Return the title and the advice of a problem as one line."""
    return f"{tr_told(problem.title)}. {tr_told(problem.advice)}"


def mark(text: str) -> str:
    """Return a text as it is, for `./dev words` to collect where no annotation can say so."""
    return text


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
