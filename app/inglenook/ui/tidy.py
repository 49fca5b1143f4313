"""Cyclic garbage, collected on the UI thread only."""

import gc

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_EVERY_MS = 2_000
_FULL_EVERY = 30
_MANY = 300_000
"""Objects that are looked at in 40 ms; a chat of 10,000 messages and an answer of 1 MB are
about 1,200,000, which took 157 ms of CPU (measured 2026-11)."""
_MANY_NEW = 150_000
"""Objects made since the last round; those of a chat of 10,000 messages took a short round
185 ms of CPU (measured 2026-11)."""


class Tidy(QObject):
    """Switches automatic collection off and collects by a timer.

    The interpreter collects on whichever thread happens to allocate; on a reader thread that
    could destroy a widget there, which Qt does not survive. Where there is very much to look
    at, the long round waits until the person turns to another window, and so does what is new.

    Threads: the UI thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rounds = 0
        self._is_due = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect)

    def start(self) -> None:
        """Take over from the interpreter."""
        gc.disable()
        # What start-up made stays for good, so no later round looks at it again.
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Hand collection back."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        self._rounds += 1
        is_time = self._rounds % _FULL_EVERY == 0
        self._is_due = self._is_due or is_time
        is_full = self._is_due and (_is_unseen() or (is_time and _is_short()))
        if gc.get_count()[0] > _MANY_NEW and not is_full:
            _count_as_old()
        else:
            gc.collect(2 if is_full else 1)
        self._is_due = self._is_due and not is_full


def _count_as_old() -> None:
    """Leave everything that is new to the next long round, without looking at it now."""
    gc.freeze()
    gc.unfreeze()


def _is_unseen() -> bool:
    return QGuiApplication.applicationState() is not Qt.ApplicationState.ApplicationActive


def _is_short() -> bool:
    return len(gc.get_objects(generation=2)) <= _MANY
