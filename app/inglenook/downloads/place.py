"""Where a file of the Hub goes: below the person's folder, under a name that any disk takes."""

import re
import unicodedata
from pathlib import Path

from inglenook.core.errors import UnsafeNameError
from inglenook.downloads.source import RemoteFile

PART = ".part"
RECORD = ".part.json"
LOCK = ".part.lock"

_LONGEST_BYTES = 200
"""Of one name: 255 is what file systems take, and our endings come on top."""
_DEEPEST = 8
_NOT_ON_WINDOWS = set('<>:"|?*\\')
_DEVICES = {
    "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
    *(f"{name}{digit}" for name in ("COM", "LPT") for digit in "0123456789¹²³"),
}  # fmt: skip
_REPO = re.compile(r"[0-9A-Za-z_.-]+(/[0-9A-Za-z_.-]+)?")


def place_of(file: RemoteFile, folder: Path) -> Path:
    """Return where a file belongs: ``folder/org/name/path``.

    Nothing is made safe by changing it: two names could become one. The rules are those of
    all systems at once, so that the folder can move from one to another.

    Raises:
        UnsafeNameError: the name could leave the folder, or some system could not keep it.
    """
    parts = (*file.repo.split("/"), *file.name.split("/"))
    wrong = next((why for part in parts if (why := _what_is_wrong(part))), "")
    if not wrong and not _REPO.fullmatch(file.repo):
        wrong = "the repository has an odd name"
    if not wrong and len(parts) > _DEEPEST:
        wrong = "too many folders in one another"
    if wrong:
        raise UnsafeNameError(
            "This file has a name that cannot be stored",
            "Choose another file; this one was not fetched.",
            reason=wrong,
            file=ascii(f"{file.repo}/{file.name}")[:300],
        )
    return folder.joinpath(*parts)


def _what_is_wrong(part: str) -> str:
    """Return why a name cannot be that of a file or folder; empty if it can."""
    checks = (
        (not part, "an empty name"),
        (part.rstrip(". ") != part, "a dot or a space at the end"),
        (part.startswith(" "), "a space at the start"),
        (any(unicodedata.category(one)[0] == "C" for one in part), "an invisible character"),
        (bool(_NOT_ON_WINDOWS & set(part)), "a character that Windows does not take"),
        (part.partition(".")[0].rstrip().upper() in _DEVICES, "the name of a device"),
        (part.lower().endswith((PART, RECORD, LOCK)), "an ending that we use ourselves"),
    )
    wrong = next((why for is_so, why in checks if is_so), "")
    return wrong or ("a very long name" if len(part.encode()) > _LONGEST_BYTES else "")


def require_no_twin(target: Path) -> None:
    """Refuse a name that differs from one already there in upper and lower case only.

    Raises:
        UnsafeNameError: there is one; on many disks both would be the same file.
    """
    wanted = target.name.casefold()
    for other in target.parent.iterdir():
        if other.name != target.name and other.name.casefold() == wanted:
            raise UnsafeNameError(
                "A file with nearly the same name is there",
                "Move or rename it, then try again.",
                other=ascii(other.name),
            )
