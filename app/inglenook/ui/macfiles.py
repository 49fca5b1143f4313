"""Files that macOS asks to open: it tells a program by events, where others give arguments."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

# Imported before the first paint, so it imports nothing of ours.

Take = Callable[[tuple[str, ...]], None]


class OpenedFiles:
    """Keeps what was asked for until somebody takes it.

    Threads: the UI thread.
    """

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._take: Take | None = None

    def put(self, path: str) -> None:
        """Hand a file on, or keep it until there is somebody to hand it to."""
        if self._take is None:
            self._waiting.append(path)
        else:
            self._take((path,))

    def serve(self, take: Take) -> None:
        """Hand on what waits, and from now on everything at once."""
        self._take = take
        waiting, self._waiting = tuple(self._waiting), []
        if waiting:
            take(waiting)


class MacApplication(QApplication):
    """The application where files are opened by events.

    Attributes:
        files: What was asked for.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        super().__init__(list(argv))
        self.files = OpenedFiles()

    def event(self, event: QEvent) -> bool:
        """Take the event of a file that is to be opened; see ``QObject.event``."""
        if isinstance(event, QFileOpenEvent):
            self.files.put(event.file())
            return True
        return super().event(event)
