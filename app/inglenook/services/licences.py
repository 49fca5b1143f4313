"""The licences of everything that this installation is built on, as its makers wrote them."""

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from inglenook.storage.paths import resources

_OURS = "inglenook"
_MOST_BYTES = 256 * 1024
_NAMES = ("licen", "copying", "notice", "authors")
_QT = (
    "Qt is used under the GNU Lesser General Public License, version 3. Its libraries lie "
    "beside the program as files of their own and may be replaced by other builds of the same "
    "version. The source of Qt is published by The Qt Company at code.qt.io."
)


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


def licences() -> tuple[Licence, ...]:
    """Return the licence of each part, ours first, the others by name; reads some files."""
    found = {}
    for one in _needed():
        licence = _of_distribution(one)
        found[licence.name.casefold()] = licence
    others = sorted((each for key, each in found.items() if key != _OURS), key=_by_name)
    ours = found.get(_OURS)
    first = (ours,) if ours is not None else ()
    return (*first, *others, *_of_resources())


def _by_name(licence: Licence) -> str:
    return licence.name.casefold()


def _needed() -> list[metadata.Distribution]:
    """Return our distribution and all that it needs, and those need; no tools of developers."""
    waiting, seen, found = [_OURS], set[str](), list[metadata.Distribution]()
    while waiting:
        name = waiting.pop()
        key = name.casefold().replace("_", "-")
        if key in seen:
            continue
        seen.add(key)
        try:
            one = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # for another system
        found.append(one)
        waiting += [_name_in(each) for each in one.requires or () if "extra ==" not in each]
    return found


def _name_in(requirement: str) -> str:
    """Return the name that a requirement begins with (PEP 508)."""
    length = next(
        (n for n, sign in enumerate(requirement) if not (sign.isalnum() or sign in "-_.")),
        len(requirement),
    )
    return requirement[:length]


def _of_distribution(one: metadata.Distribution) -> Licence:
    about = one.metadata
    name = str(about["Name"])
    terms = _said(about, "License-Expression") or _said(about, "License")
    terms = terms.splitlines()[0][:80] if terms.strip() else _classified(about)
    texts = [_QT] if name.casefold().startswith(("pyside6", "shiboken6")) else []
    texts += [text for file in one.files or () if (text := _text_of(one, file))]
    text = "\n\n".join(texts) or f"It says of its terms: {terms or 'nothing'}."
    return Licence(name, one.version, terms, text)


def _said(about: metadata.PackageMetadata, field: str) -> str:
    return str(about[field]) if field in about else ""


def _classified(about: metadata.PackageMetadata) -> str:
    told = [each for each in about.get_all("Classifier") or () if each.startswith("License ::")]
    return str(told[0].rpartition("::")[2].strip()) if told else ""


def _text_of(one: metadata.Distribution, file: metadata.PackagePath) -> str:
    is_told = ".dist-info" in str(file) and file.name.casefold().startswith(_NAMES)
    return _read(Path(str(one.locate_file(file)))) if is_told else ""


def _of_resources() -> tuple[Licence, ...]:
    """Return the licences that lie beside our fonts and icons."""
    folder = resources()
    texts = sorted(
        path
        for name in ("fonts", "icons", "models", "licences")
        for path in (folder / name).glob("*")
        if path.is_file() and path.name.casefold().startswith(_NAMES)
    )
    return tuple(Licence(path.parent.name.capitalize(), "", "", _read(path)) for path in texts)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace").strip()
    except OSError:
        return ""
