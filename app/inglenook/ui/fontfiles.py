"""The fonts that a release brings along, for a system that has none of these families."""

import logging
from pathlib import Path

from PySide6.QtGui import QFontDatabase, QRawFont

from inglenook.storage.paths import resources

_ENDINGS = frozenset((".ttf", ".otf"))
_MOST_BYTES = 32 << 20
"""A hundred times a face of ours."""
_TRIED_SIZE = 16.0

log = logging.getLogger(__name__)


def add_own_fonts(folder: Path | None = None) -> tuple[str, ...]:
    """Make the fonts of a folder known to Qt, for as long as the application runs.

    A file is named ``Family-Style``, the family without spaces. Families that the system has
    are left to it: it may have more faces of them, or newer ones. A file that is no font, or
    cannot write, is left out and noted in the log.

    Args:
        folder: ``resources/fonts`` if None. Without files in it nothing is asked of Qt.

    Returns:
        The families that were added, by name.

    Threads: the UI thread, with an application.
    """
    files = _files(resources() / "fonts" if folder is None else folder)
    if not files:
        return ()
    known = {each.replace(" ", "") for each in QFontDatabase.families()}
    wanted = [each for each in files if each.stem.partition("-")[0] not in known]
    return tuple(sorted({family for each in wanted if (family := _added(each))}))


def _files(folder: Path) -> list[Path]:
    """Return the files from the last name to the first.

    Of two faces as near to a weight Qt takes the one that was added first: so 450 is Regular
    and not Medium, 550 and 650 are SemiBold, as with Inter from the system.
    """
    found = (each for each in folder.glob("*") if each.suffix.casefold() in _ENDINGS)
    return sorted(found, reverse=True)


def _added(path: Path) -> str:
    """Add one file; return its family, "" if it was left out."""
    number = QFontDatabase.addApplicationFont(str(path)) if _can_write(path) else -1
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    if not families:
        log.warning("the font %r cannot be used", path.name)
        return ""
    return families[0]


def _can_write(path: Path) -> bool:
    """Tell whether a file has an outline for a letter; Qt takes files cut short, too."""
    try:
        is_sound = path.is_file() and path.stat().st_size <= _MOST_BYTES
    except OSError:
        return False
    font = QRawFont(str(path), _TRIED_SIZE) if is_sound else QRawFont()
    letters = font.glyphIndexesForString("A") if font.isValid() else []
    return any(not font.pathForGlyph(each).isEmpty() for each in letters)
