"""The top-level window: on screen at once, and furnished a moment later."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from inglenook.ui import place, theme

# This file is what stands between the click and the first paint, so it imports little else.

SMALLEST = (760, 560)
FIRST_SIZE = (1180, 800)


class Shell(QMainWindow):
    """A frame in the right colours until the room is moved in.

    Attributes:
        hold_on: Asked when the window is to close; says whether it stays, hidden.

    Signals:
        painted(): something was drawn for the first time.
        closing(): the window is about to go.
        reopening_asked(): everything in it shall be opened anew.

    Threads: the UI thread.
    """

    painted = Signal()
    closing = Signal()
    reopening_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._was_painted = False
        self.hold_on: Callable[[], bool] = _never
        self._hint = settings_hint()
        self.setWindowTitle("Inglenook")
        self.setMinimumSize(*SMALLEST)
        self.resize(*FIRST_SIZE)
        self.resize(self.size().boundedTo(self.screen().availableSize()))
        self.restoreGeometry(place.remembered())

    def furnish(self, room: QWidget) -> None:
        """Move the room in."""
        self.setCentralWidget(room)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = self._palette()
        painter = QPainter(self)
        is_furnished = self.centralWidget() is not None
        # Once there is a room, the colours may have changed since the start.
        ground = self.palette().window().color() if is_furnished else QColor(colours.ground)
        painter.fillRect(self.rect(), ground)
        has_side = '"welcomed": true' in self._hint and '"side_bar": false' not in self._hint
        if has_side and not is_furnished:
            painter.fillRect(0, 0, theme.SIDE_WIDTH, self.height(), QColor(colours.side))
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    def leave(self) -> None:
        """Close for good, whatever would hold it."""
        self.hold_on = _never
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        place.remember(self.saveGeometry())
        if self.hold_on():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)

    def _palette(self) -> theme.Palette:
        if '"theme": "dark"' in self._hint:
            return theme.DARK
        scheme = QGuiApplication.styleHints().colorScheme()
        is_dark = scheme is Qt.ColorScheme.Dark and '"theme": "light"' not in self._hint
        return theme.DARK if is_dark else theme.LIGHT


def _never() -> bool:
    return False


def settings_hint() -> str:
    """Return the settings file as text, to choose the first frame's colours by.

    Only a hint: reading it properly takes longer than the whole first frame may (50 ms of
    imports, measured 2026-11), and a wrong guess is painted over at once.
    """
    try:
        with (place.data_folder() / "settings.json").open(
            encoding="utf-8", errors="replace"
        ) as file:
            return file.read(65_536)
    except OSError:
        return ""
