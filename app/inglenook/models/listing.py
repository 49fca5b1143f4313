"""One file as a repository lists it, and which names of such files can be used here."""

import unicodedata
from dataclasses import dataclass

# Longest name that common file systems take, and more levels than any repository has.
_MOST_NAME_BYTES = 255
_MOST_PATH_BYTES = 1000
_MOST_LEVELS = 8
# Windows takes none of these in a name, whatever stands around them.
_FORBIDDEN = frozenset('<>:"|?*\\')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))}
)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file in a repository.

    Attributes:
        name: Path inside the repository, with slashes.
        size_bytes: As the repository says.
        sha256: 64 hexadecimal digits; empty if the repository does not say.
    """

    name: str
    size_bytes: int
    sha256: str = ""


def is_usable_name(name: str) -> bool:
    """Tell whether a path from outside names one file below a folder, on every system.

    Args:
        name: Anything.
    """
    levels = name.split("/")
    if len(levels) > _MOST_LEVELS or len(name.encode("utf-8", "replace")) > _MOST_PATH_BYTES:
        return False
    return all(map(_is_usable_level, levels))


def _is_usable_level(level: str) -> bool:
    if not level or level != level.strip() or level.endswith("."):
        return False
    if level.partition(".")[0].lower() in _DEVICES or level.startswith("."):
        return False
    if any(one in _FORBIDDEN or unicodedata.category(one)[0] == "C" for one in level):
        return False
    return len(level.encode()) <= _MOST_NAME_BYTES
