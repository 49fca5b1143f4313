"""The window process: a frame at once, then the services and the room, then the engine."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from inglenook.ui import place
from inglenook.ui.shell import Shell

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.opening import Opening

FIRST_PAINT_FLAG = "--quit-after-first-paint"
FURNISHED_FLAG = "--quit-when-furnished"


def run(
    open_services: Callable[[], "Services"],
    argv: Sequence[str],
    find_folder: Callable[[], Path] | None = None,
) -> int:
    """Show the window until it is closed.

    Everything that takes long to import or to open comes after the first paint.

    Args:
        open_services: Builds the services without starting them; what it raises is shown.
        argv: Arguments: model files to open, ``--new-chat``; for measuring,
            ``--quit-after-first-paint`` ends with the empty frame and ``--quit-when-furnished``
            before the engine starts.
        find_folder: Says where the data is; there only one window may be open. None to open
            one whatever else is open.

    Returns:
        The exit code: 1 if the services could not be opened.
    """
    application = make_application()
    if find_folder is not None and _is_taken(find_folder, argv):
        return 0
    shell = Shell()
    if FIRST_PAINT_FLAG in argv:
        shell.painted.connect(application.quit, Qt.ConnectionType.QueuedConnection)
        shell.show()
        return application.exec()
    openings: list[Opening] = []

    def move_in() -> None:
        from inglenook.ui.opening import Opening  # noqa: PLC0415  (after the first paint)

        openings.append(Opening(application, shell, open_services, argv))
        openings[0].begin(find_folder, start=FURNISHED_FLAG not in argv)
        if FURNISHED_FLAG in argv:
            QTimer.singleShot(0, application.quit)

    shell.painted.connect(partial(QTimer.singleShot, 0, move_in))
    shell.show()
    try:
        code = application.exec()
    finally:
        for opening in openings:
            opening.close()
    return code or int(any(opening.failed for opening in openings))


def _is_taken(find_folder: Callable[[], Path], argv: Sequence[str]) -> bool:
    """Tell whether a window was open already, and has taken what this start was asked for.

    Usually there is not even the lock's file: then nothing more is imported, and the window
    is painted at once. Where the guess is wrong, it is found out after the first paint.
    """
    if not (place.data_folder() / place.LOCK).exists():
        return False
    from inglenook.services.instance import hand_over  # noqa: PLC0415  (seldom needed)
    from inglenook.ui.request import request_of  # noqa: PLC0415  (seldom needed)

    return hand_over(find_folder(), request_of(argv))


def make_application() -> QApplication:
    """Create the Qt application with our name and style."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    QGuiApplication.setApplicationDisplayName("Inglenook")
    QGuiApplication.setDesktopFileName("inglenook")
    if place.is_portable():  # Qt's own file dialog remembers its places in a file of Qt's
        own, person = QSettings.Format.NativeFormat, QSettings.Scope.UserScope
        QSettings.setPath(own, person, str(place.data_folder()))
    application = _application(sys.argv[:1])
    application.setApplicationName("inglenook")
    application.setStyle("Fusion")
    return application


def _application(argv: list[str]) -> QApplication:
    if not _is_told_of_files():
        return QApplication(argv)
    from inglenook.ui.macfiles import MacApplication  # noqa: PLC0415  (only there)

    return MacApplication(argv)


def _is_told_of_files() -> bool:
    return sys.platform == "darwin"
