"""The sentences of one language, and how one of them is found for an English one."""

import json
import re
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QObject, QTranslator

from inglenook.ui.plurals import plural_form

OURS = "inglenook"
"""Context of what the window itself says."""
TOLD = "told"
"""Context of what it is told by the services: whole sentences, with names filled in."""
_HOLE = re.compile(r"\{[^{}]*\}")
_LONGEST_TOLD = 600
_DEEPEST = 2
Sentences = dict[str, str | dict[str, str]]


class Catalogue(QTranslator):
    """Sentences by the English one; Qt asks it for each text before it is shown.

    What has different forms by a number is kept as a form for each name of CLDR.

    Threads: the UI thread.
    """

    def __init__(
        self, language: str, sentences: Sentences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._language, self._sentences = language, sentences

    def isEmpty(self) -> bool:  # noqa: N802  (Qt's name)
        return not self._sentences

    def translate(
        self, context: str, sourceText: str, _disambiguation: str | None = None, n: int = -1,  # noqa: N803
    ) -> str | None:  # fmt: skip
        """Return the sentence; None for one that is not known, or not ours."""
        if context == OURS:
            return self._form(self._sentences.get(sourceText), n)
        return self._retell(sourceText, 0) if context == TOLD else None

    def _form(self, found: str | dict[str, str] | None, count: int) -> str | None:
        if not isinstance(found, dict):
            return found
        form = plural_form(self._language, max(count, 0))
        return found.get(form) or found.get("other")

    def _retell(self, text: str, depth: int) -> str | None:
        """Say what was made of one or more templates elsewhere.

        What fills the gaps may itself be such a sentence, and names stay as they are.
        """
        found = self._sentences.get(text)
        if isinstance(found, str):
            return found
        if len(text) > _LONGEST_TOLD or depth > _DEEPEST:
            return None
        return self._retell_parts(text, depth) or self._retell_template(text, depth)

    def _retell_parts(self, text: str, depth: int) -> str | None:
        """Say a title and its advice, or a title that has become a sentence."""
        if text.endswith(".") and (whole := self._sentences.get(text[:-1])):
            return f"{whole}." if isinstance(whole, str) else None
        end = text.find(". ")
        while end > 0:
            first = self._retell(text[:end], depth + 1)
            if first is not None and (rest := self._retell(text[end + 2 :], depth + 1)):
                return f"{first}. {rest}"
            end = text.find(". ", end + 1)
        return None

    def _retell_template(self, text: str, depth: int) -> str | None:
        """Say a sentence with gaps; the template with the most words of its own was used."""
        for pattern, ours in self._templates:
            if (match := pattern.fullmatch(text)) is not None:
                inside = [self._retell(each, depth + 1) or each for each in match.groups()]
                return ours.format(*inside)
        return None

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str]]:
        made = [
            (len(_HOLE.sub("", told)), _pattern(told), ours)
            for told, ours in self._sentences.items()
            if isinstance(ours, str) and "{0}" in told
        ]
        made.sort(key=lambda each: -each[0])
        return [(pattern, ours) for _, pattern, ours in made]


def _pattern(template: str) -> re.Pattern[str]:
    """Return what recognises a sentence made of a template.

    Only gaps that are numbered are ours to recognise: ``{0}``, ``{1}`` and so on, in order.
    """
    parts = re.split(r"\{\d+\}", template)
    return re.compile("(.+?)".join(map(re.escape, parts)), re.DOTALL)


def read_catalogue(path: Path) -> Sentences:
    """Return the sentences in a file; none when it cannot be read.

    The file is ours and is checked by a test; a window in English is better than none.
    """
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
