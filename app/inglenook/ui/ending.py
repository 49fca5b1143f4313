"""Ctrl+C in the terminal and a polite end from the system close the window in order."""

import signal
import socket
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


class Ending(QObject):
    """Hears the signals that ask a program to end.

    Python runs its handlers between two lines of Python, and while Qt waits there are none:
    the interpreter therefore writes each signal's number into a socket, which wakes Qt up.
    Nothing runs in between, so it costs nothing.

    Threads: the UI thread.
    """

    def __init__(self, end: Callable[[], None]) -> None:
        """Listen until ``close``.

        Args:
            end: Called from the event loop, once for each signal.
        """
        super().__init__()
        self._end = end
        self._heard, self._told = socket.socketpair()
        self._heard.settimeout(0)
        self._told.settimeout(0)  # the interpreter takes no descriptor that could block
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        self._wake_before = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)
        self._before = {
            name: signal.signal(getattr(signal, name), _do_nothing)
            for name in _NAMES
            if hasattr(signal, name)
        }

    def close(self) -> None:
        """Give the signals back to whoever had them."""
        self._notifier.setEnabled(False)
        for name, handler in self._before.items():
            signal.signal(getattr(signal, name), handler)
        signal.set_wakeup_fd(self._wake_before)
        self._heard.close()
        self._told.close()

    def _hear(self) -> None:
        if self._heard.recv(64):
            self._end()


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Leave it to the socket."""
