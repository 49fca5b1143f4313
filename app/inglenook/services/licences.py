"""The licences of everything that this installation is built on, as its makers wrote them."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import msgspec

from inglenook.storage.paths import resources

OURS = "inglenook"
PARTS = "parts.json"
SYSTEM = "system.json"
"""What a build has taken of the system it was made on; there is none in the source."""

_MOST_BYTES = 256 * 1024
_NAMES = ("licen", "copying", "notice", "authors")
_QT = (
    "Qt is used under the GNU Lesser General Public License, version 3. Its libraries lie "
    "beside the program as files of their own and may be replaced by other builds of the same "
    "version. The source of Qt is published by The Qt Company at code.qt.io."
)
_ICONS = "The icons were drawn for Inglenook and are under its own licence."


@dataclass(frozen=True, slots=True)
class Licence:
    """One part and its terms.

    Attributes:
        name: Of the distribution, or of what else it is.
        version: "" if it has none.
        terms: In a word: "MIT", "Apache-2.0"; "" if it does not say.
        text: Of the licence, or what is known of it.
    """

    name: str
    version: str
    terms: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is no distribution of Python.

    Attributes:
        name: For people.
        terms: In a word.
        note: What is to be said of it in our own words.
        texts: Files beside the list, in their order.
        claims: Patterns of the files in a build that it covers, as ``fnmatch`` has them.
    """

    name: str
    terms: str
    note: str = ""
    texts: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()


_Listed = TypeVar("_Listed", Licence, Part)


def licences(build: Path | None = None) -> tuple[Licence, ...]:
    """Return the licence of each part, ours first, the others by name; reads some files.

    Args:
        build: The folder of a frozen program with its modules and resources, to tell what is
            in that; None for this installation.
    """
    folder = resources() if build is None else build / "resources"
    found = {}
    for one in needed(build):
        licence = _of_distribution(one, folder / "licences")
        found[licence.name.casefold()] = licence
    others = [each for key, each in found.items() if key != OURS]
    ours = found.get(OURS)
    first = (ours,) if ours is not None else ()
    icons = Licence("Icons", "", "Apache-2.0", _ICONS)
    more = (*_of_parts(folder / "licences"), *_listed(folder / "licences" / SYSTEM, Licence))
    return (*first, *sorted((*others, *more, icons), key=_by_name))


def parts(folder: Path) -> tuple[Part, ...]:
    """Return the parts that a folder of licences tells of."""
    return _listed(folder / PARTS, Part)


def needed(build: Path | None = None) -> tuple[metadata.Distribution, ...]:
    """Return our distribution and all that it needs, and those need; no tools of developers.

    Args:
        build: As for ``licences``.
    """
    waiting, seen, found = [OURS], set[str](), list[metadata.Distribution]()
    while waiting:
        name = waiting.pop()
        key = name.casefold().replace("_", "-")
        if key in seen:
            continue
        seen.add(key)
        for one in _installed(name, build):
            found.append(one)
            waiting += [_name_in(each) for each in one.requires or () if "extra ==" not in each]
    return tuple(found)


def _by_name(licence: Licence) -> str:
    return licence.name.casefold()


def _installed(name: str, build: Path | None) -> Iterator[metadata.Distribution]:
    """Give the distribution of a name; nothing if it is for another system."""
    places = sys.path if build is None else [str(build)]
    yield from list(metadata.distributions(name=name, path=places))[:1]


def _name_in(requirement: str) -> str:
    """Return the name that a requirement begins with (PEP 508)."""
    length = next(
        (n for n, sign in enumerate(requirement) if not (sign.isalnum() or sign in "-_.")),
        len(requirement),
    )
    return requirement[:length]


def _of_distribution(one: metadata.Distribution, folder: Path) -> Licence:
    about = one.metadata
    name = str(about["Name"])
    terms = _said(about, "License-Expression") or _said(about, "License")
    terms = terms.splitlines()[0][:80] if terms.strip() else _classified(about)
    texts = _of_qt(folder) if name.casefold().startswith(("pyside6", "shiboken6")) else []
    texts += [text for file in one.files or () if (text := _text_of(one, file))]
    texts = texts or [_read(folder / f"{name}.txt")]  # some bring no text of their own
    text = "\n\n".join(filter(None, texts)) or f"It says of its terms: {terms or 'nothing'}."
    return Licence(name, one.version, terms, text)


def _said(about: metadata.PackageMetadata, field: str) -> str:
    return str(about[field]) if field in about else ""


def _classified(about: metadata.PackageMetadata) -> str:
    told = [each for each in about.get_all("Classifier") or () if each.startswith("License ::")]
    return str(told[0].rpartition("::")[2].strip()) if told else ""


def _text_of(one: metadata.Distribution, file: metadata.PackagePath) -> str:
    path = str(file).casefold()
    is_named = file.name.casefold().startswith(_NAMES) or "/licenses/" in path
    is_told = ".dist-info" in path and is_named
    return _read(Path(str(one.locate_file(file)))) if is_told else ""


def _of_qt(folder: Path) -> list[str]:
    """Return what the LGPL asks for: its own text, and that of the GPL which it builds on."""
    return [_QT, *filter(None, (_read(folder / f"{name}-3.0.txt") for name in ("LGPL", "GPL")))]


def _of_parts(folder: Path) -> Iterator[Licence]:
    for part in parts(folder):
        texts = [part.note, *(_read(folder / name) for name in part.texts)]
        yield Licence(part.name, "", part.terms, "\n\n".join(filter(None, texts)))


def _listed(path: Path, kind: type[_Listed]) -> tuple[_Listed, ...]:
    """Read a list that came with the program; a build may lack one."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    return msgspec.json.decode(content, type=tuple[kind, ...])  # type: ignore[valid-type]


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace").strip()
    except OSError:
        return ""
