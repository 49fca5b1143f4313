"""What the window needs besides its modules: letters, icons and a way onto the screen."""

from pathlib import Path

from PySide6.QtCore import QLibraryInfo
from PySide6.QtGui import QFontInfo, QGuiApplication, QPixmap

from inglenook.core.errors import InglenookError
from inglenook.services.check import Checked
from inglenook.storage.paths import resources
from inglenook.ui import theme
from inglenook.ui.fontfiles import add_own_fonts
from inglenook.ui.fonts import Fonts
from inglenook.ui.icons import Icons

_SIZE = 24


def check_offscreen() -> Checked:
    """Do the same without a screen, in a process that has no application yet."""
    application = QGuiApplication(["inglenook", "-platform", "offscreen"])
    try:
        return check_appearance()
    finally:
        application.shutdown()


def check_appearance() -> Checked:
    """Draw every icon, and look for letters and for the ways onto a screen.

    Raises:
        InglenookError: an icon stays empty, there is no letter, or no way onto a screen.
    """
    add_own_fonts()
    icons, fonts = Icons(), Fonts()
    names = sorted(each.stem for each in (resources() / "icons").glob("*.svg"))
    empty = [name for name in names if _is_empty(icons.pixmap(name, "#000000", _SIZE))]
    families = {
        "letters": QFontInfo(fonts.font(theme.BODY)).family(),
        "large letters": QFontInfo(fonts.font(theme.H1)).family(),
        "letters of code": QFontInfo(fonts.font(theme.BODY, mono=True)).family(),
    }
    screens = _ways_onto_a_screen()
    if empty or not all(families.values()) or not screens:
        raise InglenookError(
            "The window cannot be drawn as it should be",
            "Install Inglenook again, and fonts if there are none.",
            empty=", ".join(empty),
            screens=", ".join(screens),
            **families,
        )
    return f"{len(names)} icons are drawn", (*families.items(), ("screens", ", ".join(screens)))


def _is_empty(pixmap: QPixmap) -> bool:
    image = pixmap.toImage()
    return not any(
        image.pixelColor(x, y).alpha()
        for x in range(image.width())
        for y in range(image.height())
    )


def _ways_onto_a_screen() -> tuple[str, ...]:
    """Return Qt's plugins for window systems, without those that show nothing."""
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    names = (each.stem.removeprefix("lib").removeprefix("q") for each in folder.glob("*q*"))
    return tuple(sorted(set(names) - {"offscreen", "minimal"}))
