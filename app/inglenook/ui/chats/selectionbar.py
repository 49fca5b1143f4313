"""The bar below the list while several chats are selected: what can be done with them."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu

from inglenook.ui import theme
from inglenook.ui.chats.rows import Place
from inglenook.ui.chats.wish import Act
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import ElidedLabel
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import Words, tr

_WORDS: dict[Act, tuple[str, Words]] = {
    Act.PIN: ("pin", "Pin the selected chats"),
    Act.MOVE: ("folder", "Move the selected chats to a folder"),
    Act.ARCHIVE: ("archive", "Archive the selected chats"),
    Act.UNARCHIVE: ("restore", "Move the selected chats back to the list"),
    Act.RESTORE: ("restore", "Restore the selected chats"),
    Act.REMOVE: ("trash", "Delete the selected chats"),
    Act.ERASE: ("trash", "Erase the selected chats now"),
}
_OFFERED = {
    Place.CHATS: {Act.PIN, Act.MOVE, Act.ARCHIVE, Act.REMOVE},
    Place.ARCHIVE: {Act.UNARCHIVE, Act.REMOVE},
    Place.TRASH: {Act.RESTORE, Act.ERASE},
}


class SelectionBar(Surface):
    """Says how many are selected, and offers what the place they are in allows.

    Attributes:
        make_menu: Asked for the menu of folders when that button is pressed.

    Signals:
        asked(Act): a button was pressed.
        left(): the selection is no longer wanted.
    """

    asked = Signal(object)
    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "raised", radius=theme.RADIUS_FIELD)
        self._words = ElidedLabel(look, theme.CAPTION)
        self._spoken, self._count = "", 0
        self.make_menu: Callable[[], QMenu] | None = None
        self.buttons: dict[Act, Button] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 3, 3)
        row.setSpacing(0)
        row.addWidget(self._words, 1)
        for act, (icon, words) in _WORDS.items():
            button = Button(look, icon=icon, name=tr(words), icon_size=16)
            button.clicked.connect(self._signal_of(act))
            self.buttons[act] = button
            row.addWidget(button)
        self.shut = Button(look, icon="x", name=tr("Leave the selection"), icon_size=16)
        self.shut.clicked.connect(self.left)
        row.addWidget(self.shut)
        self.hide()

    def show_count(self, count: int, place: Place) -> None:
        """Show what can be done with so many; nothing for none or one."""
        words = tr("{count} selected").format(count=count)
        if count and words != self._spoken:
            speak(self, words)
        self._spoken, self._count = words, count
        self._fit()
        for act, button in self.buttons.items():
            button.setVisible(act in _OFFERED[place])
        self.setVisible(count > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Say the number alone where there is no room for words."""
        metrics = QFontMetrics(self._look.font(theme.CAPTION))
        is_wide = self._words.width() >= metrics.horizontalAdvance(self._spoken)
        self._words.set_text(self._spoken if is_wide else str(self._count))
        self._words.setAccessibleName(self._spoken)

    def _signal_of(self, act: Act) -> Callable[[], None]:
        def ask() -> None:
            if act is Act.MOVE and self.make_menu is not None:
                menu = self.make_menu()
                menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
                button = self.buttons[act]
                corner = button.mapToGlobal(QPoint(0, -menu.sizeHint().height()))
                menu.popup(corner)
            else:
                self.asked.emit(act)

        return ask
