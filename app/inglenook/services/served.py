"""Installed models as other programs see them, and which of them a program means."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from inglenook.core.errors import Problem

USUAL = "default"
"""What programs write that want whatever is there."""

_MOST_NAMED = 12
_ENDING = re.compile(r"(?i)(-\d{5}-of-\d{5})?(\.gguf)?$")
"""Of a model's file, split or whole."""


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that other programs can ask.

    Attributes:
        id: Letters, digits, dots, dashes and underscores; no two models share one.
        name: For people.
        path: Its file.
        size_bytes: Of the file.
        context_tokens: As granted while it is loaded; otherwise what it was made for.
        is_loaded: It answers without being loaded first.
        kind: ``"chat"`` or ``"embedding"``.
        sees: It can be shown pictures.
    """

    id: str
    name: str
    path: str
    size_bytes: int
    context_tokens: int
    is_loaded: bool
    kind: str
    sees: bool


def ids_of(paths: Iterable[str]) -> dict[str, str]:
    """Return an id for each file, by path.

    It is made of the file's name. Files whose names give the same id have a piece of the
    digest of their paths behind it, so that the order of the list decides nothing.
    """
    plain = {path: _plain_id(path) for path in sorted(set(paths))}
    shared = Counter(each.casefold() for each in plain.values())
    return {
        path: name if shared[name.casefold()] == 1 else f"{name}-{_digest(path)}"
        for path, name in plain.items()
    }


def meant(name: str, models: Sequence[ServedModel]) -> ServedModel | None:
    """Return the model that a program means by a name; None if there is no such model.

    That is the one with this id, file name or title, however it is capitalised.
    """
    wanted = _bare(name)
    for told in (_by_id, _by_file, _by_title):
        found = [each for each in models if told(each) == wanted]
        if found:
            return min(found, key=lambda each: each.path)
    return None


def not_found(name: str, models: Sequence[ServedModel]) -> Problem:
    """Return what to tell a program that names a model nobody has."""
    there = ", ".join(each.id for each in models[:_MOST_NAMED])
    more = len(models) - _MOST_NAMED
    there += f" and {more} more" if more > 0 else ""
    advice = f"Ask for one of these: {there}." if there else "Install a model first."
    return Problem("There is no such model", advice, {"kind": "model_not_found", "model": name})


def _by_id(model: ServedModel) -> str:
    return model.id.casefold()


def _by_file(model: ServedModel) -> str:
    return _bare(Path(model.path).name)


def _by_title(model: ServedModel) -> str:
    return model.name.casefold()


def _bare(name: str) -> str:
    return _ENDING.sub("", name.strip(), count=1).casefold()


def _plain_id(path: str) -> str:
    stem = _ENDING.sub("", Path(path).name, count=1)
    letters = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", letters).strip("-._")
    return plain or f"model-{_digest(path)}"


def _digest(path: str) -> str:
    return sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:8]
