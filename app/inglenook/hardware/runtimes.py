"""The runtimes beside our own: found in a few places that are named, and checked there.

A library that we load can do whatever we can. So nothing is taken from the current directory
or from a search path, and nothing that another person on this computer could have changed.
"""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import msgspec

from inglenook.models.name import plain_text
from inglenook.models.runtime import Runtime

DESCRIPTION = "runtime.json"
OWN = "own"
_BINDINGS = "llama-cpp-python"
_MOST_BYTES = 16 * 1024
_MOST_RUNTIMES = 16
_LIBRARIES = (".so", ".dylib", ".dll")


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What packaging/runtime.py writes beside the libraries.

    Attributes:
        bindings: The version of llama-cpp-python they were built for.
        llama_cpp: llama.cpp's version as its library tells it.
        system: ``"linux x86_64"``, as ``this_system`` says it.
        backends: What it can compute with, besides the processor.
    """

    name: Annotated[str, msgspec.Meta(pattern=r"^[\w.+-]{1,40}$")]
    bindings: Annotated[str, msgspec.Meta(max_length=40)]
    llama_cpp: Annotated[str, msgspec.Meta(max_length=80)]
    system: Annotated[str, msgspec.Meta(max_length=40)]
    backends: Annotated[
        tuple[Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]{1,20}$")], ...],
        msgspec.Meta(max_length=16),
    ]


_descriptions: msgspec.json.Decoder[Description] = msgspec.json.Decoder(Description)


@dataclass(frozen=True, slots=True)
class FoundRuntimes:
    """What was found.

    Attributes:
        refused: A sentence for each folder that is not used, with the reason.
    """

    runtimes: tuple[Runtime, ...]
    refused: tuple[str, ...] = ()


class _UnfitError(Exception):
    """A folder is not used; the text is the reason, as a clause."""


def find_runtimes(parents: Sequence[Path], asked_for: str = "") -> FoundRuntimes:
    """Find the bindings' own runtime and those in named places; nothing is loaded.

    Args:
        parents: Folders whose folders are runtimes; may be missing.
        asked_for: A runtime's folder that a person names; ``""`` for none.
    """
    found, refused = list(_own()), []
    folders = [(folder, False) for parent in parents for folder in _children(parent)]
    if asked_for:
        folders.insert(0, (Path(asked_for), True))
    for folder, is_asked_for in folders[:_MOST_RUNTIMES]:
        try:
            found.append(_checked(folder, is_asked_for=is_asked_for))
        except _UnfitError as why:
            name = plain_text(str(folder), most=200)
            refused.append(f"The runtime in {name} is not used: {why}.")
    return FoundRuntimes(tuple(found), tuple(refused))


def this_system() -> str:
    """Return system and processor family as runtimes are made for them."""
    machine = os.uname().machine if hasattr(os, "uname") else "AMD64"
    return f"{sys.platform} {machine}"


def bindings_version() -> str:
    """Return the version of the bindings; ``""`` where they are not installed."""
    try:
        return version(_BINDINGS)
    except PackageNotFoundError:
        return ""


def _own() -> Iterator[Runtime]:
    spec = find_spec("llama_cpp")
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place).absolute() / "lib"
        if folder.is_dir():
            yield Runtime(OWN, str(folder))


def _children(parent: Path) -> list[Path]:
    try:
        return sorted(entry for entry in parent.iterdir() if entry.is_dir())
    except OSError:
        return []


def _checked(folder: Path, *, is_asked_for: bool) -> Runtime:
    if not folder.is_absolute():
        raise _UnfitError("its full path must be given")
    try:
        real = folder.resolve(strict=True)
        _require_private(real)
        said = _descriptions.decode(_read(real / DESCRIPTION))
    except OSError as cause:
        raise _UnfitError((cause.strerror or "it cannot be read").lower()) from cause
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise _UnfitError(f"{DESCRIPTION} makes no sense") from cause
    _require_ours(said)
    return Runtime(said.name, str(real), said.backends, said.llama_cpp, is_asked_for)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_MOST_BYTES)


def _require_ours(said: Description) -> None:
    if said.bindings != bindings_version():
        theirs, ours = plain_text(said.bindings), bindings_version() or "none"
        raise _UnfitError(f"it was built for bindings {theirs}, and these are {ours}")
    if said.system != this_system():
        raise _UnfitError(f"it was built for {plain_text(said.system)}")


def _require_private(folder: Path) -> None:
    """Refuse what somebody else could change or replace; Windows keeps people apart itself."""
    if sys.platform == "win32":
        return
    for above in folder.parents:
        found = above.stat()
        # In a sticky folder others may add, but only its owner may replace what is there.
        is_sticky = bool(found.st_mode & stat.S_ISVTX)
        if _is_of_others(found) or (_others_may_write(found) and not is_sticky):
            raise _UnfitError(f"others may change {above}")
    for each in (folder, *_files(folder)):
        if each.is_symlink():
            raise _UnfitError(f"{each.name} is a link")
        found = each.stat()
        if _is_of_others(found) or _others_may_write(found):
            raise _UnfitError(f"others may change {each.name}")


def _files(folder: Path) -> list[Path]:
    named = {DESCRIPTION}
    return [each for each in folder.iterdir() if each.name in named or _is_library(each.name)]


def _is_library(name: str) -> bool:
    return name.endswith(_LIBRARIES) or ".so." in name


def _is_of_others(found: os.stat_result) -> bool:
    return found.st_uid not in {0, os.geteuid()}


def _others_may_write(found: os.stat_result) -> bool:
    if found.st_mode & stat.S_IWOTH:
        return True
    # Many systems give each person a group of their own, and let it write.
    return bool(found.st_mode & stat.S_IWGRP) and found.st_gid not in {0, os.getegid()}
