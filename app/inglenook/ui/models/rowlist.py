"""Rows in a card: they keep the keyboard while others come, go, and change places."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.surface import Surface

FACTS = theme.TypeStyle(13, 18)
"""What stands below a title, lighter than a label."""
_INSET = 16


class ListRow(QWidget):
    """A row with a hairline above it, unless it is the first."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._is_first = True

    def show_place(self, place: int, _count: int) -> None:
        """Take a place in the list, 0 for the first."""
        if self._is_first is not (place == 0):
            self._is_first = place == 0
            self.update()

    def take_keyboard(self) -> None:
        """Give the keyboard to the control that stands for the row."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_first and event.rect().top() == 0:
            line = QColor(self._look.palette.line)
            QPainter(self).fillRect(_INSET, 0, self.width() - 2 * _INSET, 1, line)


RowT = TypeVar("RowT", bound=ListRow)


class RowList(Generic[RowT]):
    """Rows by key, in one card.

    Attributes:
        card: The widget that holds them; hidden while there are none.
        rows: By key, in their order.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, make: Callable[[str], RowT]) -> None:
        """Begin with none.

        Args:
            look: Colours.
            make: Returns a new row for a key.
        """
        self.card = Surface(look, "raised", radius=theme.RADIUS_CARD)
        self.rows: dict[str, RowT] = {}
        self._make = make
        self._column = QVBoxLayout(self.card)
        self._column.setContentsMargins(1, 4, 1, 4)
        self._column.setSpacing(0)
        self.card.hide()

    def show_keys(self, keys: Sequence[str], instead: QWidget | None = None) -> None:
        """Have exactly these rows in this order.

        Args:
            keys: No key twice.
            instead: Gets the keyboard if the row that had it is gone and no other is left.
        """
        if list(keys) == list(self.rows):
            return
        had = self.focused_place()
        for key in [key for key in self.rows if key not in set(keys)]:
            self._drop(self.rows.pop(key))
        self.rows = {key: self.rows.get(key) or self._make(key) for key in keys}
        for place, row in enumerate(self.rows.values()):
            if self._column.indexOf(row) != place:
                self._column.insertWidget(place, row)
            row.show_place(place, len(self.rows))
        self.card.setVisible(bool(self.rows))
        if had is not None and self.focused_place() is None:
            self._hand_on(had, instead)

    def focused_place(self) -> int | None:
        """Return which row has the keyboard; None if none has."""
        focus: QWidget | None = self.card.window().focusWidget()  # Qt's stub forgets None
        if focus is None:
            return None
        places = enumerate(self.rows.values())
        return next((n for n, row in places if row is focus or row.isAncestorOf(focus)), None)

    def _drop(self, row: RowT) -> None:
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _hand_on(self, place: int, instead: QWidget | None) -> None:
        left = list(self.rows.values())
        if left:
            left[min(place, len(left) - 1)].take_keyboard()
        elif instead is not None:
            instead.setFocus(Qt.FocusReason.OtherFocusReason)
