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
_FONTS = (
    "The fonts Inter and JetBrains Mono are used where the system has them, or where a release "
    "brings them along, under the SIL Open Font License, version 1.1."
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
    texts = _of_qt() if name.casefold().startswith(("pyside6", "shiboken6")) else []
    texts += [text for file in one.files or () if (text := _text_of(one, file))]
    text = "\n\n".join(texts) or f"It says of its terms: {terms or 'nothing'}."
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


def _of_qt() -> list[str]:
    """Return what the LGPL asks for: its own text, and that of the GPL which it builds on."""
    folder = resources() / "licences"
    return [_QT, *filter(None, (_read(folder / f"{name}-3.0.txt") for name in ("LGPL", "GPL")))]


def _of_resources() -> tuple[Licence, ...]:
    """Return the licences of what is no distribution of Python."""
    folder = resources()
    engine = _read(folder / "licences" / "llama.cpp.txt")
    fonts = sorted((folder / "fonts").glob("*.txt"))
    return (
        Licence("llama.cpp", "", "MIT", engine),
        Licence(
            "Inter, JetBrains Mono", "", "OFL-1.1", "\n\n".join((_FONTS, *map(_read, fonts)))
        ),
        Licence("Icons", "", "Apache-2.0", _ICONS),
    )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace").strip()
    except OSError:
        return ""
