"""Ctrl+C in the terminal and a polite end from the system close the window in order."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Ending(QObject):
    """Hears the signals that ask a program to end.

    Python runs its handlers between two lines of Python, and while Qt waits there are none:
    the interpreter therefore writes each signal's number into a pipe, which wakes Qt up.
    Nothing runs in between, so it costs nothing. On Windows, where only a network socket
    would do, signals are left alone: a window there is closed by the system's own message.

    Threads: the UI thread.
    """

    def __init__(self, end: Callable[[], None]) -> None:
        """Listen until ``close``.

        Args:
            end: Called from the event loop, once for each signal.
        """
        super().__init__()
        self._end = end
        self._before: dict[str, Any] = {}
        if sys.platform != "win32":
            self._listen()

    def _listen(self) -> None:
        self._heard, self._told = os.pipe()
        for end in (self._heard, self._told):
            os.set_blocking(end, False)  # the interpreter takes no descriptor that could block
        self._notifier = QSocketNotifier(self._heard, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        self._wake_before = signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)
        self._before = {
            name: signal.signal(getattr(signal, name), _do_nothing)
            for name in _NAMES
            if hasattr(signal, name)
        }

    def close(self) -> None:
        """Give the signals back to whoever had them."""
        if not self._before:
            return
        self._notifier.setEnabled(False)
        for name, handler in self._before.items():
            signal.signal(getattr(signal, name), handler)
        self._before = {}
        signal.set_wakeup_fd(self._wake_before)
        os.close(self._heard)
        os.close(self._told)

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            if os.read(self._heard, 64):
                self._end()


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Leave it to the pipe."""
