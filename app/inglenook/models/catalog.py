"""The models we recommend: names and plain words, without anything that must be looked up."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inglenook.core.errors import InglenookError
from inglenook.models.listing import is_usable_name

TAGS = ("text", "code", "vision", "multilingual", "reasoning")
SIZES = ("tiny", "small", "medium", "large", "huge")
"""By how much they ask of a computer; what fits is counted when real sizes are known."""

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_FORMAT = 1
_LONGEST = 300
_KEYS = {"name", "repo", "maker", "licence", "size", "tags", "good_at", "link"}


class CatalogueError(InglenookError):
    """The catalogue that came with the application has a mistake."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One model that we recommend.

    Attributes:
        repo: Where its GGUF files are: ``"org/name"``.
        maker: Who trained it.
        licence: Its usual name: ``"Apache 2.0"``.
        size: One of ``SIZES``.
        tags: Some of ``TAGS``.
        good_at: One sentence in plain words.
        link: Its maker's page about it.
    """

    name: str
    repo: str
    maker: str
    licence: str
    size: str
    tags: tuple[str, ...]
    good_at: str
    link: str


def is_repository(name: str) -> bool:
    """Tell whether a text names a repository: ``"org/name"``."""
    return REPOSITORY.fullmatch(name) is not None and is_usable_name(name)


def read_catalogue(content: bytes, where: str = "catalogue") -> tuple[Recommendation, ...]:
    """Read one file of the catalogue.

    Args:
        content: JSON.
        where: Its name, for whoever has to mend it.

    Raises:
        CatalogueError: anything in it is missing, unknown or makes no sense.
    """
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError) as cause:
        raise _mistake(where, "it is no JSON") from cause
    if not isinstance(whole, dict) or whole.get("format") != _FORMAT:
        raise _mistake(where, f"it is not of format {_FORMAT}")
    entries = whole.get("models")
    if not isinstance(entries, list) or not entries:
        raise _mistake(where, "it lists no models")
    return tuple(_read(entry, f"{where}, entry {n}") for n, entry in enumerate(entries, 1))


def together(parts: Iterable[tuple[Recommendation, ...]]) -> tuple[Recommendation, ...]:
    """Join the files of the catalogue, from tiny to huge; by name within a size.

    Raises:
        CatalogueError: two entries lead to the same place.
    """
    found = [entry for part in parts for entry in part]
    repos = [entry.repo.lower() for entry in found]
    twice = sorted({repo for repo in repos if repos.count(repo) > 1})
    if twice:
        raise _mistake("catalogue", f"{twice[0]} is there twice")
    return tuple(sorted(found, key=lambda one: (SIZES.index(one.size), one.name)))


def _read(entry: object, where: str) -> Recommendation:
    if not isinstance(entry, dict) or set(entry) != _KEYS:
        raise _mistake(where, f"it needs exactly {', '.join(sorted(_KEYS))}")
    texts = {key: _text(entry, key, where) for key in _KEYS - {"tags"}}
    tags = entry["tags"]
    if not isinstance(tags, list) or not tags or any(tag not in TAGS for tag in tags):
        raise _mistake(where, f"its tags must be some of {', '.join(TAGS)}")
    if texts["size"] not in SIZES:
        raise _mistake(where, f"its size must be one of {', '.join(SIZES)}")
    if not is_repository(texts["repo"]):
        raise _mistake(where, "its repo must be org/name")
    if not texts["link"].startswith("https://"):
        raise _mistake(where, "its link must start with https://")
    return Recommendation(tags=tuple(tags), **texts)


def _text(entry: Mapping[str, object], key: str, where: str) -> str:
    text = entry[key]
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
        raise _mistake(where, f"its {key} must be a text of 1 to {_LONGEST} characters")
    return text


def _mistake(where: str, what: str) -> CatalogueError:
    return CatalogueError(
        "The catalogue of models has a mistake", f"Mend {where}: {what}.", where=where
    )
