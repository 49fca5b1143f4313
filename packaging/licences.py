"""Says under which licences each part of a bundle is, and that no part was forgotten.

`./dev bundle` runs it: it walks the frozen program, finds out for every library, every
font and every module who made it, takes the licences of what came from this system (Python
itself, libraries of Debian packages) along into the bundle, and writes THIRD-PARTY-NOTICES.txt
and a list of all parts. It fails if one file belongs to nobody, or if the libraries of Qt could
not be replaced.
"""

import argparse
import json
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path

import msgspec

from inglenook.services.licences import OURS, SYSTEM, Licence, licences, parts

NOTICES = "THIRD-PARTY-NOTICES.txt"
COMMON = Path("/usr/share/common-licenses")
"""Texts that the copyright files of Debian's packages refer to."""

_LIBRARY = re.compile(r"\.(?:so(?:\.[\w.]+)?|dylib|dll|pyd)$", re.IGNORECASE)
_FONT = re.compile(r"\.(?:otf|ttf|ttc)$", re.IGNORECASE)
_OF_PYTHON = (
    "lib-dynload/*", "python3*/lib-dynload/*", "*libpython3*", "*python3*.dll", "Python",
    "*Python.framework/*", "libffi*", "sqlite3.dll", "zlib1.dll", "VCRUNTIME140*.dll",
)  # fmt: skip
# Modules of Python's and of the freezer's own, whose names are not fixed.
_NOT_TOLD = (
    "_sysconfigdata",
    "_pyi_rth_utils",
    "pyimod",
    "pyi_rth",
    "pyiboot",
    "PyInstaller",
    "_pyinstaller",
)
_HEAD = """\
This is what Inglenook {version} is built on, with the licences of its makers. Every licence
text stands below the name of the part that it is for.

Libraries under the GNU Lesser General Public License (among them Qt) are in files of their own
beside the program and may be replaced by your own builds of them; nothing in the terms of
Inglenook forbids that, nor to take the program apart to find faults in such a change.

For at least three years after you were given this program, whoever gave it to you will, for no
more than the cost of sending it, give you the complete source of the libraries under the GNU
licences in it, as they were built. They are unchanged; their names and versions are below.
"""


def main(argv: Sequence[str]) -> int:
    """Write the notices into a bundle; return 1 if something in it is told of by none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the folder that was frozen")
    program = parser.parse_args(argv).program.absolute()
    inside = inside_of(program)
    loose = unclaimed(inside, libraries(inside))
    packages = debian_packages(loose)
    forgotten = sorted((loose - packages.keys()) | unclaimed_fonts(inside))
    forgotten += missing_modules(inside, modules(program))
    for each in forgotten:
        print(f"nobody's: {each}", file=sys.stderr)
    if not has_replaceable_qt(inside):
        print("The libraries of Qt are not files of their own.", file=sys.stderr)
        return 1
    told = write(program, system_licences(set(packages.values())))
    import sbom  # noqa: PLC0415 (its library is there only where programs are frozen)

    (beside(program) / sbom.NAME).write_text(sbom.in_cyclonedx(told), "utf-8")
    print(f"{NOTICES}: {len(told)} parts; {len(forgotten)} forgotten")
    return int(bool(forgotten))


def inside_of(program: Path) -> Path:
    """Return the folder of modules, libraries and resources of a frozen program."""
    places = (program / "_internal", program / "Contents" / "Frameworks")
    return next((each for each in places if each.is_dir()), program)


def beside(program: Path) -> Path:
    """Return where a person finds the notices; beside an app's Contents nothing may lie."""
    within = program / "Contents" / "Resources"
    return within if within.is_dir() else program


def libraries(inside: Path) -> set[str]:
    """Return every shared library by its path below a folder; links to others are left out."""
    return _named(inside, _LIBRARY)


def _named(inside: Path, pattern: re.Pattern[str]) -> set[str]:
    files = (each for each in inside.rglob("*") if each.is_file() and not each.is_symlink())
    return {each.relative_to(inside).as_posix() for each in files if pattern.search(each.name)}


def unclaimed(inside: Path, found: Iterable[str]) -> set[str]:
    """Return the libraries that no distribution, no part and not Python has brought."""
    patterns = claims(inside)
    recorded = {file for one in distributions(inside) for file in one_files(one)}
    return {
        each
        for each in found
        if each not in recorded
        and not is_of_python(each)
        and not is_of_qt(each)
        and not is_claimed(each, patterns)
    }


def unclaimed_fonts(inside: Path) -> set[str]:
    """Return the fonts that no part tells of; a distribution's own terms are for its code."""
    patterns = claims(inside)
    return {each for each in _named(inside, _FONT) if not is_claimed(each, patterns)}


def claims(inside: Path) -> tuple[str, ...]:
    """Return the patterns of what the parts beside the distributions cover."""
    told = parts(inside / "resources" / "licences")
    return tuple(claim for part in told for claim in part.claims)


def is_claimed(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether a part covers a file."""
    return any(fnmatchcase(path.casefold(), pattern.casefold()) for pattern in patterns)


def distributions(inside: Path) -> list[metadata.Distribution]:
    """Return the distributions whose metadata, with their licences, are in a bundle."""
    return list(metadata.distributions(path=[str(inside)]))


def one_files(one: metadata.Distribution) -> set[str]:
    """Return what a distribution has installed, by path."""
    return {file.as_posix() for file in one.files or ()}


def is_of_python(path: str) -> bool:
    """Tell whether a library came with Python."""
    name = path.partition(".")[0]
    return name in sys.stdlib_module_names or any(
        fnmatchcase(path, pattern) for pattern in _OF_PYTHON
    )


def is_of_qt(path: str) -> bool:
    """Tell whether a library is Qt's, which the wheels of PySide6 bring."""
    name = path.rpartition("/")[2]
    return path.startswith(("PySide6/", "shiboken6/")) or name.startswith(
        ("libQt6", "Qt6", "Qt", "libpyside6", "libshiboken6", "pyside6", "shiboken6")
    )


def has_replaceable_qt(inside: Path) -> bool:
    """Tell whether Qt lies there as shared libraries, as the LGPL (section 4 d 1) asks."""
    names = {path.name for path in inside.rglob("*Qt*Core*")}
    return any(re.match(r"(lib)?Qt6Core\.(so|dll)|QtCore$", name) for name in names)


def debian_packages(found: Iterable[str]) -> dict[str, str]:
    """Return which Debian package each library is from, as far as this system knows."""
    names = {each.rpartition("/")[2]: each for each in found}
    if not names or not COMMON.is_dir():
        return {}
    command = ["dpkg-query", "-S", *(f"*/{name}" for name in names)]
    told = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    owned = {}
    for line in told.splitlines():
        package, _, path = line.partition(": ")
        if path.rpartition("/")[2] in names and "," not in package:
            owned[names[path.rpartition("/")[2]]] = package.partition(":")[0]
    return owned


def system_licences(packages: Iterable[str]) -> tuple[Licence, ...]:
    """Return the licences of Python, of what froze the program, and of Debian packages."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    places = (
        stdlib / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt",
        Path(f"/usr/share/doc/python3.{sys.version_info.minor}/copyright"),
    )  # fmt: skip
    text = next(each.read_text("utf-8") for each in places if each.is_file())
    version = sys.version.partition(" ")[0]
    freezer = metadata.distribution("pyinstaller")
    terms = "GPL-2.0-or-later WITH Bootloader-exception"
    return (
        Licence("Python", version, "PSF-2.0", text),
        Licence("PyInstaller's loader", freezer.version, terms, _text_of_freezer(freezer)),
        *(of_debian(each) for each in sorted(packages)),
    )


def _text_of_freezer(one: metadata.Distribution) -> str:
    file = next(each for each in one.files or () if each.name.startswith("COPYING"))
    return Path(str(one.locate_file(file))).read_text("utf-8")


def of_debian(package: str) -> Licence:
    """Return what Debian says of a package, with the common texts that it refers to."""
    said = Path("/usr/share/doc", package, "copyright").read_text("utf-8", "replace")
    names = sorted(set(re.findall(r"common-licenses/([\w.-]*\w)", said)))
    texts = [(COMMON / each).read_text("utf-8") for each in names if (COMMON / each).is_file()]
    query = ["dpkg-query", "-W", "-f=${Version}", package]
    version = subprocess.run(query, check=True, capture_output=True, text=True).stdout
    terms = ", ".join(dict.fromkeys(re.findall(r"^License: (\S+)", said, re.MULTILINE)))
    return Licence(f"{package} (Debian)", version, terms[:200], "\n\n".join((said, *texts)))


def modules(program: Path) -> set[str]:
    """Return the first part of the name of every Python module in the frozen program."""
    from PyInstaller.archive.readers import CArchiveReader  # noqa: PLC0415 (not in tests)

    places = (program, program / "Contents" / "MacOS")
    names = ("inglenook", "inglenook.exe")
    files = (place / name for place in places for name in names)
    archive = CArchiveReader(str(next(each for each in files if each.is_file())))
    pyz = next(name for name, entry in archive.toc.items() if entry[-1] == "z")
    frozen = archive.open_embedded_archive(pyz).toc
    return {name.partition(".")[0] for name in frozen}


def missing_modules(inside: Path, found: Iterable[str]) -> list[str]:
    """Return modules of which no licence is in the bundle."""
    told = {one.metadata["Name"].casefold() for one in distributions(inside)}
    makers = metadata.packages_distributions()
    return sorted(
        f"module {name}"
        for name in found
        if name not in sys.stdlib_module_names
        and name != OURS
        and not name.startswith(_NOT_TOLD)
        and not told & {each.casefold() for each in makers.get(name, ())}
    )


def write(program: Path, system: tuple[Licence, ...]) -> tuple[Licence, ...]:
    """Write the notices for people and for the licences page; return what they tell of."""
    inside = inside_of(program)
    kept = json.dumps(msgspec.to_builtins(system), indent=1, ensure_ascii=False)
    (inside / "resources" / "licences" / SYSTEM).write_text(kept + "\n", "utf-8")
    told = licences(inside)
    (beside(program) / NOTICES).write_text(in_words(told), "utf-8")
    return told


def in_words(told: Sequence[Licence]) -> str:
    """Return one text of all licences; a text that several parts have stands there once."""
    version = next((one.version for one in told if one.name == OURS), "")
    lines, seen = [_HEAD.format(version=version)], dict[str, str]()
    lines += [f"  {one.name} {one.version}: {one.terms or 'see below'}" for one in told]
    for one in told:
        lines += ["", "=" * 78, f"{one.name} {one.version}", "=" * 78, ""]
        same = seen.setdefault(one.text, one.name)
        lines.append(one.text if same == one.name else f"As for {same}.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
