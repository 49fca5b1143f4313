"""Telling a person who looks elsewhere that something is ready, or did not come."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from inglenook.services.events import DownloadFailed, DownloadFinished, DownloadsChanged
from inglenook.services.noticenews import Notice, NoticePressed, NoticeRefused
from inglenook.ui.bridge import Bridge
from inglenook.ui.words import one_line, problem_words, tr

if TYPE_CHECKING:
    from inglenook.services.notices import NoticeService

MODELS = "models"
_STAYS_MS = 12_000
MakeTray = Callable[[], QSystemTrayIcon | None]


def make_tray() -> QSystemTrayIcon | None:
    """Return an icon for the system's tray; None where there is no tray with messages."""
    if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
        return QSystemTrayIcon(QApplication.windowIcon())
    return None


class Attention(QObject):
    """Notifications, the task bar, and the number on the program's icon.

    Signals:
        pressed(): a notification about a model was; the window has been brought forward.

    Threads: the UI thread.
    """

    pressed = Signal()

    def __init__(
        self,
        application: QApplication,
        window: QWidget,
        bridge: Bridge,
        *,
        notices: "NoticeService | None" = None,
        make_tray: MakeTray = make_tray,
    ) -> None:
        """Listen to what comes.

        Args:
            application: Asks the system to draw attention.
            window: While it is active nothing more is needed.
            bridge: Tells what comes.
            notices: Shows them where the desktop can be asked directly; the tray does it
                where that is refused, and without it.
            make_tray: Called when the first notification is due that the tray shows.
        """
        super().__init__(window)
        self._application, self._window = application, window
        self._notices, self._make_tray = notices, make_tray
        self._tray: QSystemTrayIcon | None = None
        self._running = 0
        self._then: Callable[[], None] = self.pressed.emit
        self._thens: dict[str, Callable[[], None]] = {}
        # The tray shows an icon only as long as there is something to say.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAYS_MS)
        self._timer.timeout.connect(self._rest)
        bridge.downloads_changed.connect(self._count)
        bridge.download_finished.connect(self._take_finished)
        bridge.download_failed.connect(self._take_failed)
        bridge.notice_pressed.connect(self._take_press)
        bridge.notice_refused.connect(self._take_refusal)

    def close(self) -> None:
        """Leave nothing behind in the tray or on the icon."""
        self._rest()
        self._show_number(0)

    def _count(self, event: DownloadsChanged) -> None:
        self._show_number(sum(each.state == "running" for each in event.downloads))

    def _show_number(self, running: int) -> None:
        if running != self._running:
            self._running = running
            if sys.platform != "win32":  # there it would be drawn over the program's icon
                self._application.setBadgeNumber(running)

    def _take_finished(self, event: DownloadFinished) -> None:
        title = one_line(event.title, 80)
        words = tr("You can chat with it now.")
        told = tr("{title} is ready").format(title=title)
        self.tell(Notice(MODELS, told, words), self.pressed.emit)

    def _take_failed(self, event: DownloadFailed) -> None:
        title = one_line(event.title, 80)
        words = one_line(problem_words(event.problem), 300)
        told = tr("{title} did not come").format(title=title)
        self.tell(Notice(MODELS, told, words), self.pressed.emit)

    def tell(self, notice: Notice, then: Callable[[], None]) -> None:
        """Tell a person who looks elsewhere.

        Args:
            notice: What happened.
            then: Done when the notification is pressed and the window has come forward.
        """
        if self._window.isActiveWindow():
            return
        self._application.alert(self._window)
        self._thens[notice.about] = then
        if self._notices is not None and self._notices.is_possible:
            self._notices.show(notice)
        else:
            self._show_in_tray(notice)

    def _show_in_tray(self, notice: Notice) -> None:
        self._then = self._thens[notice.about]
        if self._tray is None:
            self._tray = self._make_tray()
            if self._tray is None:
                return
            self._tray.setToolTip("Inglenook")
            self._tray.messageClicked.connect(self._come_forward)
            self._tray.activated.connect(self._come_forward)
        self._tray.show()
        icon = self._application.windowIcon()
        title, words = _untagged(notice.title), _untagged(notice.words)
        self._tray.showMessage(title, words, icon, _STAYS_MS)
        self._timer.start()

    def _take_press(self, event: NoticePressed) -> None:
        come_forward(self._window)
        self._thens.get(event.notice.about, self.pressed.emit)()

    def _take_refusal(self, event: NoticeRefused) -> None:
        self._show_in_tray(event.notice)

    def _come_forward(self) -> None:
        self._rest()
        come_forward(self._window)
        self._then()

    def _rest(self) -> None:
        self._timer.stop()
        if self._tray is not None:
            self._tray.hide()


def _untagged(text: str) -> str:
    """Return text without what servers of notifications on Linux would read as a tag.

    They may load pictures that it names. Other systems would show an escape as it is written.
    """
    return text.replace("<", "‹").replace(">", "›")


def come_forward(window: QWidget) -> None:
    """Bring a window to the front, from wherever it is."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
