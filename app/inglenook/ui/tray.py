"""The icon in the system's tray, for those who want the window to go on while it is closed."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from inglenook.services.events import EngineChanged, SettingsChanged
from inglenook.ui.attention import come_forward
from inglenook.ui.bridge import Bridge
from inglenook.ui.pillface import face_of
from inglenook.ui.words import menu_text, tr

MakeIcon = Callable[[], QSystemTrayIcon | None]


def make_icon() -> QSystemTrayIcon | None:
    """Return an icon for the tray; None where the system has none."""
    if QSystemTrayIcon.isSystemTrayAvailable():
        return QSystemTrayIcon(QApplication.windowIcon())
    return None


class Tray(QObject):
    """Comes and goes with the setting; while it is there, closing hides the window.

    Attributes:
        is_there: The icon is in the tray, so that the window can be found again.

    Signals:
        new_chat_asked(), quit_asked(): from its menu.
        turned(): the icon came or went.
        explained(): the person has been told that closing does not end the program.

    Threads: the UI thread.
    """

    new_chat_asked = Signal()
    quit_asked = Signal()
    turned = Signal()
    explained = Signal()

    def __init__(
        self,
        window: QWidget,
        bridge: Bridge,
        *,
        is_wanted: Callable[[], bool],
        make: MakeIcon = make_icon,
    ) -> None:
        """Show the icon if it is wanted.

        Args:
            window: Brought forward by a press on the icon.
            bridge: Tells when the setting or the model changes.
            is_wanted: Whether the person wants the icon.
            make: Returns the icon; None where there is no tray.
        """
        super().__init__(window)
        self._window, self._is_wanted, self._make = window, is_wanted, make
        self._icon: QSystemTrayIcon | None = None
        self._menu = QMenu(window)
        self._menu.addAction(tr("Open Inglenook"), self._open)
        self._menu.addAction(tr("New chat"), self._new_chat)
        self._model = self._menu.addAction(tr("No model"))
        self._model.setEnabled(False)
        self._menu.addSeparator()
        self._menu.addAction(tr("Quit Inglenook"), self.quit_asked.emit)
        bridge.settings_changed.connect(self._take_settings)
        bridge.engine_changed.connect(self._take_engine)
        self._renew()

    @property
    def is_there(self) -> bool:
        """The icon can be seen, so that the window may be hidden."""
        return self._icon is not None

    def hide_window(self, *, is_known: bool) -> None:
        """Hide the window instead of closing it.

        Args:
            is_known: The person knows already that the program goes on.
        """
        self._window.hide()
        if self._icon is not None and not is_known:
            words = tr("Closing the window hides it here. Quit from this icon's menu.")
            self._icon.showMessage(tr("Inglenook goes on"), words, self._icon.icon())
            self.explained.emit()

    def close(self) -> None:
        """Leave nothing behind in the tray."""
        if self._icon is not None:
            self._icon.hide()
            self._icon = None
            self.turned.emit()

    def _take_settings(self, _event: SettingsChanged) -> None:
        self._renew()

    def _take_engine(self, event: EngineChanged) -> None:
        face = face_of(event.state)
        self._model.setText(menu_text(f"{face.name}: {face.text}" if face.text else face.name))

    def _renew(self) -> None:
        if not self._is_wanted():
            self.close()
        elif self._icon is None and (icon := self._make()) is not None:
            self._icon = icon
            icon.setToolTip("Inglenook")
            icon.setContextMenu(self._menu)
            icon.activated.connect(self._activate)
            icon.show()
            self.turned.emit()

    def _activate(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason != QSystemTrayIcon.ActivationReason.Context:
            self._open()

    def _open(self) -> None:
        come_forward(self._window)

    def _new_chat(self) -> None:
        self._open()
        self.new_chat_asked.emit()
