"""What a repository offers: its files as rows that a person can choose from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inglenook.models.listing import ListedFile, is_usable_name
from inglenook.models.name import ParsedName, parse_name
from inglenook.models.quant import file_type_named

_MOST_PARTS = 1000
_PROJECTOR_MARKS = ("mmproj", "mm-proj", "mm_proj")
# What ends in .gguf and answers nobody: importance matrices, vocabularies, adapters, drafts.
_OTHER_MARKS = re.compile(r"imatrix|ggml-vocab|vocab-only|(?<![a-z])lora(?![a-z])")
_OTHER_FOLDERS = ("imatrix", "lora", "loras", "vocab")


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to choose: a model in one file or in parts, or a vision projector.

    Attributes:
        files: All parts, the first part first.
        quant: File type as llama.cpp writes it, ``"Q4_K_M"``; "" if the name does not say.
        bits: 1 to 8, 16 or 32; 0 if unknown.
        words: The file type in words; "" if unknown.
        is_projector: It lets a model of the same repository see, and cannot be used alone.
    """

    files: tuple[ListedFile, ...]
    quant: str = ""
    bits: int = 0
    words: str = ""
    is_projector: bool = False

    @property
    def name(self) -> str:
        """Path of the first file, which is the one that is opened."""
        return self.files[0].name

    @property
    def size_bytes(self) -> int:
        """All parts together."""
        return sum(file.size_bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Offers:
    """Everything of a repository that is of use, the smallest first.

    Attributes:
        broken: Names of split models that are not whole.
    """

    models: tuple[Offer, ...] = ()
    projectors: tuple[Offer, ...] = ()
    broken: tuple[str, ...] = ()

    def find(self, wanted: str) -> Offer | None:
        """Return the row with this file or file type; None if there is none or several.

        Args:
            wanted: ``"Q4_K_M"`` in any case, a file's name, or its whole path.
        """
        rows = (*self.models, *self.projectors)
        by_path = [row for row in rows if any(wanted == file.name for file in row.files)]
        by_name = [row for row in rows if any(_last(file) == wanted for file in row.files)]
        by_quant = [row for row in self.models if row.quant and row.quant == wanted.upper()]
        for found in (by_path, by_name, by_quant):
            if found:
                return found[0] if len(found) == 1 else None
        return None


def offers_of(files: Iterable[ListedFile]) -> Offers:
    """Group a repository's files into rows.

    Files that are no model, and names that cannot be used on every system, are left out.
    """
    sets: dict[tuple[str, int], list[tuple[ParsedName, ListedFile]]] = {}
    for file in files:
        if file.size_bytes > 0 and _is_model_name(file.name) and is_usable_name(file.name):
            parsed = parse_name(_last(file))
            sets.setdefault(_set_of(file.name, parsed), []).append((parsed, file))
    whole = [found for found in map(_offer, sets.values()) if found is not None]
    whole.sort(key=lambda row: (row.size_bytes, row.name))
    return Offers(
        tuple(row for row in whole if not row.is_projector),
        tuple(row for row in whole if row.is_projector),
        tuple(sorted(parts[0][1].name for parts in sets.values() if _offer(parts) is None)),
    )


def best_projector(projectors: Sequence[Offer]) -> Offer | None:
    """Return the one to take beside a model; None if there is none.

    The one of 16 bits, as projectors are published: 32 bits hold the same numbers, and fewer
    save little, since a projector is small. F16 goes before BF16, which older cards and
    processors compute slowly or not at all.
    """
    return max(projectors, key=_sight, default=None)


def is_projector_name(file_name: str) -> bool:
    """Tell by its name whether a file lets a model see and cannot be used alone."""
    return any(mark in file_name.lower() for mark in _PROJECTOR_MARKS)


def _sight(projector: Offer) -> tuple[int, bool, int]:
    """Return what makes one projector better than another, the weightiest first."""
    return -abs(projector.bits - 16), projector.quant == "F16", projector.size_bytes


def _last(file: ListedFile) -> str:
    return file.name.rpartition("/")[2]


def _is_model_name(name: str) -> bool:
    lower = name.lower()
    folders, _, last = lower.rpartition("/")
    if not last.endswith(".gguf") or _OTHER_MARKS.search(last):
        return False
    return not set(folders.split("/")) & set(_OTHER_FOLDERS)


def _set_of(name: str, parsed: ParsedName) -> tuple[str, int]:
    """Return what all parts of one model have in common."""
    if parsed.parts == 1:
        return name, 1
    return name[: -len("-00001-of-00002.gguf")], parsed.parts


def _offer(parts: Sequence[tuple[ParsedName, ListedFile]]) -> Offer | None:
    """Return a row, or None where parts are missing or there twice."""
    ordered = sorted(parts, key=lambda one: one[0].part)
    parsed, first = ordered[0]
    numbers = [each.part for each, _ in ordered]
    if parsed.parts > _MOST_PARTS or numbers != list(range(1, parsed.parts + 1)):
        return None
    kind = file_type_named(parsed.quant)
    return Offer(
        files=tuple(file for _, file in ordered),
        quant=parsed.quant,
        bits=kind.bits if kind else 0,
        words=kind.words if kind else "",
        is_projector=is_projector_name(_last(first)),
    )
