"""The window process: builds the application, shows the window, then wakes the services."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from inglenook.ui import theme
from inglenook.ui.faults import Faults
from inglenook.ui.style import Look
from inglenook.ui.tidy import Tidy
from inglenook.ui.window import Window

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.conversation_view import ConversationView

FIRST_PAINT_FLAG = "--quit-after-first-paint"


def run(services: "Services", argv: Sequence[str]) -> int:
    """Show the window until it is closed; return the exit code.

    The services start after the first paint, so the window is there before the engine is.

    Args:
        services: Built but not started; closed when the window is.
        argv: Arguments; ``--quit-after-first-paint`` ends at once, for measuring.
    """
    application = make_application()
    look = Look(application)
    look.begin(services.settings.now.theme, services.settings.now.text_scale)
    window = Window(look, services, view_maker())
    window.resize(window.size().boundedTo(window.screen().availableSize()))
    faults, tidy = Faults(window.show_fault), Tidy()
    faults.install()
    if FIRST_PAINT_FLAG in argv:
        window.painted.connect(application.quit, Qt.ConnectionType.QueuedConnection)
    else:
        window.painted.connect(partial(QTimer.singleShot, 0, services.start))
        QTimer.singleShot(1500, tidy.start)
    window.painted.connect(partial(QTimer.singleShot, 0, partial(dress, application, look)))
    window.show()
    try:
        return application.exec()
    finally:
        faults.remove()
        tidy.stop()
        window.bridge.close()
        services.close()


def dress(application: QApplication, look: Look) -> None:
    """Give the windows their icon, once there is time to draw it."""
    icon = QIcon()
    for size in (16, 32, 48, 128):
        icon.addPixmap(look.icons.pixmap("flame", theme.LIGHT.accent, size))
    application.setWindowIcon(icon)


def view_maker() -> Callable[[], "ConversationView"]:
    """Return what makes the conversation view when the first message is shown."""

    def make() -> "ConversationView":
        from inglenook.ui.chat.conversation_view import ConversationView  # noqa: PLC0415

        return ConversationView()

    return make


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
