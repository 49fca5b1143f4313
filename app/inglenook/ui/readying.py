"""What shows chats is loaded after the start, while nobody waits for it."""

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

VIEW_MODULES = (
    "markdown_it",
    "pygments.lexers",
    "inglenook.ui.chat.message_view",
    "inglenook.ui.chat.painter",
    "inglenook.ui.chat.accessible",
    "inglenook.ui.chat.conversation_view",
)
"""Each takes 4 to 60 ms of CPU; all in one turn took 0.13 s (measured 2026-11)."""
_BETWEEN_MS = 50


class Readying(QObject):
    """Loads modules one after another, each in a turn of the event loop of its own.

    Threads: the UI thread.
    """

    def __init__(self, modules: Sequence[str] = VIEW_MODULES) -> None:
        super().__init__()
        self._left = list(modules)
        self._timer = QTimer(self)
        self._timer.setInterval(_BETWEEN_MS)
        self._timer.timeout.connect(self._load)

    def start(self) -> None:
        """Begin with the first, or go on."""
        if self._left:
            self._timer.start()

    def stop(self) -> None:
        """Load nothing more: the window is closing."""
        self._timer.stop()

    def is_busy(self) -> bool:
        """Whether more will be loaded."""
        return self._timer.isActive()

    def _load(self) -> None:
        import_module(self._left.pop(0))
        if not self._left:
            self._timer.stop()
