"""The row at the foot of the list that leads to the archive and to the trash."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.chats.rows import Place
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.words import tr, tr_n

_ICONS = {Place.ARCHIVE: "archive", Place.TRASH: "trash"}


class PlaceRow(QWidget):
    """Two quiet buttons; each is there only while there is something behind it.

    Signals:
        chosen(Place): one was pressed.
    """

    chosen = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._counts = dict.fromkeys(_ICONS, 0)
        self.buttons = {
            place: Button(
                look, icon=icon, text=tr(place), style=theme.NOTE, icon_size=16, leading=True
            )
            for place, icon in _ICONS.items()
        }
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        self.buttons[Place.ARCHIVE].clicked.connect(self._choose_archive)
        self.buttons[Place.TRASH].clicked.connect(self._choose_trash)
        self.show_count(Place.ARCHIVE, 0)

    def show_count(self, place: Place, count: int) -> None:
        """Know how many chats are in a place."""
        self._counts[place] = count
        for each, button in self.buttons.items():
            words = tr_n("1 chat", "{count} chats", self._counts[each])
            button.set_name(f"{tr(each)}, {words.format(count=self._counts[each])}")
            button.setVisible(self._counts[each] > 0)
        self.setVisible(any(self._counts.values()))

    def count(self, place: Place) -> int:
        """Return how many chats are in a place."""
        return self._counts.get(place, 0)

    def _choose_archive(self) -> None:
        self.chosen.emit(Place.ARCHIVE)

    def _choose_trash(self) -> None:
        self.chosen.emit(Place.TRASH)
