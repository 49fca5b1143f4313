"""What the Hub says of a model, checked: names, numbers and texts that anybody may have set."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from inglenook.models.catalog import is_repository
from inglenook.models.listing import ListedFile, is_usable_name
from inglenook.models.name import plain_text, title_of

_MOST = 1 << 53
_MOST_TAGS = 100
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NO_NAME = re.compile(r"(?i)[-_.](?:i1-)?gguf$")
_FRONT_MATTER = re.compile(r"\A\ufeff?---\r?\n.*?\r?\n---\r?\n", re.DOTALL)
_LICENCES = {
    "apache-2.0": "Apache 2.0", "mit": "MIT", "bsd-3-clause": "BSD 3-clause",
    "cc-by-4.0": "CC BY 4.0", "cc-by-sa-4.0": "CC BY-SA 4.0", "cc-by-nc-4.0": "CC BY-NC 4.0",
    "llama2": "Llama 2 Community", "llama3": "Llama 3 Community",
    "llama3.1": "Llama 3.1 Community", "llama3.2": "Llama 3.2 Community",
    "llama3.3": "Llama 3.3 Community", "llama4": "Llama 4 Community", "gemma": "Gemma terms",
    "gpl-3.0": "GPL 3.0", "agpl-3.0": "AGPL 3.0", "other": "a licence of its own",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A repository as the Hub's lists show it.

    Attributes:
        repo: ``"org/name"``.
        name: For people.
        updated: Day of the last change: ``"2026-10-01"``; "" if unknown.
        licence: In words; "" if it does not say.
        gated: Its files are given only to people who have agreed to its terms.
        commit: The version described, 40 hexadecimal digits; "" if unknown.
        parameters: How many; 0 if the Hub does not say.
        context_tokens: 0 if the Hub does not say.
    """

    repo: str
    name: str
    downloads: int = 0
    likes: int = 0
    updated: str = ""
    licence: str = ""
    gated: bool = False
    commit: str = ""
    parameters: int = 0
    architecture: str = ""
    context_tokens: int = 0
    tags: tuple[str, ...] = ()

    @property
    def maker(self) -> str:
        """Whose repository it is."""
        return self.repo.partition("/")[0]


class _Gguf(msgspec.Struct):
    total: int | float | None = None
    architecture: str | None = None
    context_length: int | float | None = None


class _Model(msgspec.Struct):
    id: str
    downloads: int | None = None
    likes: int | None = None
    lastModified: str | None = None  # noqa: N815 (the Hub's name)
    gated: bool | str | None = False
    disabled: bool | None = False
    sha: str | None = None
    tags: list[object] | None = None
    gguf: _Gguf | None = None


class _Lfs(msgspec.Struct):
    oid: str
    size: int


class _Entry(msgspec.Struct):
    path: str
    type: str = "file"
    size: int = 0
    lfs: _Lfs | None = None


def read_model(raw: bytes | msgspec.Raw) -> FoundModel | None:
    """Read one model; None if it cannot be used.

    Args:
        raw: JSON.
    """
    try:
        model = msgspec.json.decode(raw, type=_Model)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not is_repository(model.id) or model.disabled:
        return None
    tags = tuple(
        plain_text(tag) for tag in (model.tags or [])[:_MOST_TAGS] if isinstance(tag, str)
    )
    gguf = model.gguf or _Gguf()
    return FoundModel(
        repo=model.id,
        name=title_of(_NO_NAME.sub("", model.id.partition("/")[2])),
        downloads=_count(model.downloads),
        likes=_count(model.likes),
        updated=_matched(_DATE, (model.lastModified or "")[:10]),
        licence=_licence(tags),
        gated=bool(model.gated),
        commit=_matched(_COMMIT, model.sha or ""),
        parameters=_count(gguf.total),
        architecture=plain_text(gguf.architecture or ""),
        context_tokens=_count(gguf.context_length),
        tags=tags,
    )


def read_models(raw: bytes) -> tuple[FoundModel, ...] | None:
    """Read a list of models; what cannot be used is left out. None if it is no list."""
    items = _items(raw)
    if items is None:
        return None
    found = (read_model(item) for item in items)
    return tuple({model.repo: model for model in found if model is not None}.values())


def read_tree(raw: bytes) -> tuple[ListedFile, ...] | None:
    """Read a list of files; what cannot be used is left out. None if it is no list."""
    items = _items(raw)
    return None if items is None else tuple(file for item in items for file in _file(item))


def readable(raw: bytes) -> str:
    """Return a page's text without the machine's part at its head.

    Args:
        raw: Markdown; nobody has checked it.
    """
    text = raw.decode("utf-8", "replace")
    return _FRONT_MATTER.sub("", text, count=1).strip()


def _items(raw: bytes) -> list[msgspec.Raw] | None:
    try:
        return msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _file(item: msgspec.Raw) -> Iterator[ListedFile]:
    try:
        entry = msgspec.json.decode(item, type=_Entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    size = entry.lfs.size if entry.lfs else entry.size
    if entry.type == "file" and 0 <= size <= _MOST and is_usable_name(entry.path):
        yield ListedFile(
            entry.path, size, _matched(_SHA256, entry.lfs.oid if entry.lfs else "")
        )


def _licence(tags: tuple[str, ...]) -> str:
    names = [tag.removeprefix("license:") for tag in tags if tag.startswith("license:")]
    return _LICENCES.get(names[0], names[0]) if names else ""


def _count(number: float | None) -> int:
    return int(number) if number is not None and 0 < number <= _MOST else 0


def _matched(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""
