"""English with accents, and longer: it shows what was forgotten and what is too narrow."""

import re

from PySide6.QtCore import QObject, QTranslator

from inglenook.ui.catalogue import OURS, TOLD

_LETTERS = str.maketrans(
    "acdeghijklnorstuwyzACDEGHIJKLNORSTUWYZ", "áçďéğĥîĵķļñöřšţûŵýžÁÇĎÉĞĤÎĴĶĻÑÖŘŠŢÛŴÝŽ"
)
_KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&[a-z]+;)")
_FILLING = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
LONGER = 0.4
"""German and Finnish are that much longer than English in the short texts of controls."""


def pseudo(text: str) -> str:
    """Return a text in the language that nobody speaks; gaps and tags stay."""
    if not text.strip():
        return text
    parts = _KEPT.split(text)
    accented = "".join(
        part if number % 2 else part.translate(_LETTERS) for number, part in enumerate(parts)
    )
    more, words = round(len(text) * LONGER), ""
    for word in _FILLING * (1 + more // 40):
        if len(words) >= more:
            break
        words += f" {word}"
    return f"[{accented}{words[: max(more, 1)].rstrip()}]"


class Pseudo(QTranslator):
    """A catalogue that knows every sentence.

    Threads: the UI thread.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def isEmpty(self) -> bool:  # noqa: N802  (Qt's name)
        return False

    def translate(
        self, context: str, sourceText: str, _disambiguation: str | None = None, _n: int = -1,  # noqa: N803
    ) -> str | None:  # fmt: skip
        """Return every text that has to do with the window; not what is Qt's own."""
        return pseudo(sourceText) if context in {OURS, TOLD} else None
