"""What lives in the window: look, services, room, and the two that tidy up after them."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from inglenook.core.errors import InglenookError, Problem
from inglenook.services.instance import Request
from inglenook.ui import theme
from inglenook.ui.actions import needs_menu_bar
from inglenook.ui.appearance import appearance_of
from inglenook.ui.attention import come_forward
from inglenook.ui.faults import Faults
from inglenook.ui.fontfiles import add_own_fonts
from inglenook.ui.language import choice_in, speak_language
from inglenook.ui.menubar import fill_menu_bar
from inglenook.ui.outside import Outside
from inglenook.ui.readying import Readying
from inglenook.ui.room import Room
from inglenook.ui.shell import Shell, settings_hint
from inglenook.ui.style import Look
from inglenook.ui.tidy import Tidy
from inglenook.ui.trouble import Trouble

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.conversation_view import ConversationView

_TIDY_AFTER_MS, _READY_AFTER_MS = 1500, 1000


class Household:
    """Opens everything behind the frame and closes it in order.

    Threads: the UI thread.

    Attributes:
        failed: The services could not be opened, and the window says why.
    """

    def __init__(self, application: QApplication, shell: Shell) -> None:
        self._application, self._shell = application, shell
        add_own_fonts()
        self._look = Look(application)
        self._services: Services | None = None
        self._room: Room | None = None
        self._outside: Outside | None = None
        self._gate: QObject | None = None
        self._faults, self._tidy = Faults(self._show_fault), Tidy()
        self._readying = Readying()
        self.failed = False
        self._open_services: Callable[[], Services] | None = None
        # Queued: whoever asks is in the room that goes.
        shell.reopening_asked.connect(self.reopen, Qt.ConnectionType.QueuedConnection)

    def open(
        self,
        open_services: Callable[[], "Services"],
        request: Request | None = None,
        *,
        start: bool = True,
    ) -> None:
        """Open the services, move the room in, and start the engine once that is painted.

        Args:
            open_services: What it raises is shown.
            request: What this start was asked for.
            start: Start the services; not while measuring.
        """
        self._open_services = open_services
        self._faults.install()
        try:
            self._services = open_services()
            is_sealed = self._services.encryption.is_sealed
        except InglenookError as error:
            speak_language(self._application, choice_in(settings_hint()))
            self.show_trouble(error.problem)
            return
        speak_language(self._application, self._services.settings.now.language)
        self._look.wear(appearance_of(self._services.settings.now))
        move_in = partial(self._move_in, self._services, request, start=start)
        if is_sealed:
            from inglenook.ui.encryption.gate import Gate  # noqa: PLC0415  (for the few)

            self._gate = Gate(self._look, self._services, self._shell, move_in)
        else:
            move_in()

    def _move_in(self, services: "Services", request: Request | None, *, start: bool) -> None:
        """Show the room; the chats are open, or not encrypted."""
        self._room = Room(self._look, services, view_maker())
        self._shell.furnish(self._room)
        self._shell.closing.connect(self._room.bridge.close)
        self._outside = Outside(self._application, self._shell, self._room, services)
        if needs_menu_bar():
            fill_menu_bar(self._shell.menuBar(), self._room.actions_by_name, self._shell)
        if start:
            QTimer.singleShot(0, partial(self._start, request))
        QTimer.singleShot(0, partial(dress, self._application, self._look))
        QTimer.singleShot(_TIDY_AFTER_MS, self._tidy.start)
        if start:
            QTimer.singleShot(_READY_AFTER_MS, self._readying.start)

    def close(self) -> None:
        """Store what is unfinished and end every thread and process."""
        self._faults.remove()
        self._tidy.stop()
        self._readying.stop()
        if self._outside is not None:
            self._outside.close()
        if self._services is not None:
            self._services.close()

    def reopen(self) -> None:
        """Open everything anew, as after a restore; the window stays."""
        if self._open_services is None or self._room is None:
            return
        self._room.bridge.close()
        self.close()
        self._room = self._services = self._outside = self._gate = None
        self.open(self._open_services)

    def do(self, request: Request) -> None:
        """Do what a start was asked for: open a model, or begin a chat."""
        if self._room is None:
            return
        if request.new_chat:
            self._room.actions_by_name["new_chat"].trigger()
        for path in request.models[:1]:
            self._room.engine.open_model(path)

    def come_forward(self) -> None:
        """Bring the window to the front, from wherever it is."""
        come_forward(self._shell)

    def _start(self, request: Request | None) -> None:
        if self._services is not None:
            self._services.start(spares=True)
            if self._services.settings.now.serving:
                self._services.serving.start()
        if request is not None:
            self.do(request)

    def show_trouble(self, problem: Problem) -> None:
        """Say why there is no room to move in."""
        if self._services is None:
            self._look.begin("system", 1.0)
        self.failed = True
        trouble = Trouble(self._look, problem)
        trouble.quit_asked.connect(self._shell.close)
        self._shell.furnish(trouble)
        trouble.quit.setFocus()

    def _show_fault(self, problem: Problem) -> None:
        if self._room is not None:
            self._room.show_fault(problem)
        else:
            self.show_trouble(problem)


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
