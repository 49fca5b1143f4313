"""What the window has outside of itself: notifications, the icon in the tray, its number."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from inglenook.ui.attention import Attention
from inglenook.ui.notifying import AnswerWatch
from inglenook.ui.shell import Shell
from inglenook.ui.tray import MakeIcon, Tray, make_icon

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.room import Room


class Outside(QObject):
    """Joins them to the window and to the settings.

    Threads: the UI thread.
    """

    def __init__(
        self,
        application: QApplication,
        shell: Shell,
        room: "Room",
        services: "Services",
        *,
        make: MakeIcon = make_icon,
    ) -> None:
        super().__init__(shell)
        self._application, self._shell, self._services = application, shell, services
        notices = services.notices
        self.attention = Attention(application, shell, room.bridge, notices=notices)
        self.attention.pressed.connect(room.models.open_models)
        self.answers = AnswerWatch(
            shell, room.bridge, self.attention, is_wanted=self._wants_notifications
        )
        self.answers.pressed.connect(room.open_chat)
        self.tray = Tray(shell, room.bridge, is_wanted=self._wants_tray, make=make)
        self.tray.quit_asked.connect(shell.leave)
        self.tray.new_chat_asked.connect(room.actions_by_name["new_chat"].trigger)
        self.tray.explained.connect(self._note_explained)
        self.tray.turned.connect(self._keep_running)
        shell.hold_on = self._hold_on
        shell.closing.connect(application.quit)
        self._keep_running()

    def close(self) -> None:
        """Leave nothing behind."""
        self.attention.close()
        self.tray.close()

    def _hold_on(self) -> bool:
        """Hide the window instead of closing it, where it can be found again; tell whether."""
        if self.tray.is_there:
            self.tray.hide_window(is_known=self._services.settings.now.tray_explained)
        return self.tray.is_there

    def _keep_running(self) -> None:
        self._application.setQuitOnLastWindowClosed(not self.tray.is_there)

    def _wants_notifications(self) -> bool:
        return self._services.settings.now.notifications

    def _wants_tray(self) -> bool:
        return self._services.settings.now.tray

    def _note_explained(self) -> None:
        self._services.settings.choose("tray_explained", True)  # noqa: FBT003  (its value)
