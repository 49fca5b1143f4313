"""The field that searches the settings: what is typed is looked for at once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter

from inglenook.ui.searchfield import SearchField
from inglenook.ui.style import Look
from inglenook.ui.words import tr


class SettingsSearch(SearchField):
    """Asks at each letter, since everything is at hand.

    Signals:
        taken(): Enter: on to the best of what was found.
    """

    taken = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setPlaceholderText(tr("Search settings"))
        self.setAccessibleName(tr("Search settings"))
        self.setProperty("keyless", "true")
        self._timer.setInterval(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._ask()
            self.taken.emit()
        else:
            super().keyPressEvent(event)

    def _paint_keys(self, painter: QPainter) -> None:
        """No keys lead here but those that open the page."""
