"""The window process: a frame at once, then the services and the room, then the engine."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from inglenook.ui.shell import Shell

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.ending import Ending
    from inglenook.ui.household import Household

FIRST_PAINT_FLAG = "--quit-after-first-paint"
FURNISHED_FLAG = "--quit-when-furnished"


def run(open_services: Callable[[], "Services"], argv: Sequence[str]) -> int:
    """Show the window until it is closed.

    Everything that takes long to import or to open comes after the first paint.

    Args:
        open_services: Builds the services without starting them; what it raises is shown.
        argv: Arguments; for measuring, ``--quit-after-first-paint`` ends with the empty
            frame and ``--quit-when-furnished`` before the engine starts.

    Returns:
        The exit code: 1 if the services could not be opened.
    """
    application = make_application()
    shell = Shell()
    if FIRST_PAINT_FLAG in argv:
        shell.painted.connect(application.quit, Qt.ConnectionType.QueuedConnection)
        shell.show()
        return application.exec()
    households: list[Household] = []
    endings: list[Ending] = []

    def move_in() -> None:
        from inglenook.ui.ending import Ending  # noqa: PLC0415  (after the first paint)
        from inglenook.ui.household import Household  # noqa: PLC0415  (after the first paint)

        endings.append(Ending(application.quit))
        households.append(Household(application, shell))
        households[0].open(open_services, start=FURNISHED_FLAG not in argv)
        if FURNISHED_FLAG in argv:
            QTimer.singleShot(0, application.quit)

    shell.painted.connect(partial(QTimer.singleShot, 0, move_in))
    shell.show()
    try:
        code = application.exec()
    finally:
        for household in households:
            household.close()
        for ending in endings:
            ending.close()  # last: an impatient second Ctrl+C breaks nothing off
    return code or int(any(household.failed for household in households))


def make_application() -> QApplication:
    """Create the Qt application with our name and style."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    QGuiApplication.setApplicationDisplayName("Inglenook")
    QGuiApplication.setDesktopFileName("inglenook")
    application = QApplication(sys.argv[:1])
    application.setApplicationName("inglenook")
    application.setStyle("Fusion")
    return application
