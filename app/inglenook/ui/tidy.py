"""Cyclic garbage, collected on the UI thread only."""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 2_000
_FULL_EVERY = 30


class Tidy(QObject):
    """Switches automatic collection off and collects by a timer.

    The interpreter collects on whichever thread happens to allocate; on a reader thread that
    could destroy a widget there, which Qt does not survive.

    Threads: the UI thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rounds = 0
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
        gc.collect(2 if self._rounds % _FULL_EVERY == 0 else 1)
