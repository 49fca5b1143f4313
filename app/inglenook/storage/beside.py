"""A frozen program that carries its data: a file beside it keeps everything there."""

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

HOME_VARIABLE = "INGLENOOK_HOME"
PORTABLE_VARIABLE = "INGLENOOK_PORTABLE"
"""Set by this module alone, for what must know that nothing may be left on this computer."""

MARK = "inglenook-portable.txt"
FOLDER = "inglenook-data"

# Imported before the first paint, so it imports nothing of ours and nothing heavy.


def keep_beside(environment: MutableMapping[str, str] | None = None) -> None:
    """Have everything kept beside this program if it is frozen and portable.

    A home that the person names by ``INGLENOOK_HOME`` comes first. Caches that libraries make
    by themselves (of fonts, of shaders) go to ours by ``XDG_CACHE_HOME``.

    Args:
        environment: Is changed; None for this process's own.
    """
    variables = os.environ if environment is None else environment
    if not getattr(sys, "frozen", False) or variables.get(HOME_VARIABLE, "").strip():
        return
    folder = portable_folder(Path(sys.executable), variables)
    if folder is not None:
        variables[HOME_VARIABLE] = str(folder)
        variables[PORTABLE_VARIABLE] = "1"
        variables["XDG_CACHE_HOME"] = str(folder / "cache")


def portable_folder(executable: Path, environment: Mapping[str, str]) -> Path | None:
    """Return where a program keeps its data beside itself; None if it is not portable.

    It is portable with a file ``inglenook-portable.txt`` beside it, or with the folder that
    it has made there before.

    Args:
        executable: Of the frozen program.
        environment: Of this process.
    """
    place = _place_of(executable, environment)
    is_portable = (place / MARK).is_file() or (place / FOLDER).is_dir()
    return place / FOLDER if is_portable else None


def is_portable() -> bool:
    """Tell whether this process keeps all data beside its program."""
    return bool(os.environ.get(PORTABLE_VARIABLE))


def _place_of(executable: Path, environment: Mapping[str, str]) -> Path:
    """Return the folder that a person sees the program in.

    An AppImage is one file, named by ``APPIMAGE``, and mounted read-only while it runs. On
    macOS the program is a folder ``….app``, whose signature forbids other files inside.
    """
    image = environment.get("APPIMAGE", "")
    if image and "APPDIR" in environment and executable.is_relative_to(environment["APPDIR"]):
        return Path(image).parent
    app = next((each for each in executable.parents if each.suffix == ".app"), None)
    return executable.parent if app is None else app.parent
