"""A list beside a form: one below the other's place where there is no room for both."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui.assistants.form import scrolling
from inglenook.ui.assistants.row import PictureRow
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.surface import Surface

_LIST_WIDTH, _ROOM_FOR_BOTH = 300, 720
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Entry(NamedTuple):
    """One row of the list."""

    id: str
    icon: str
    name: str
    about: str
    is_faint: bool = False


class RowColumn(QWidget):
    """Rows, one of which is chosen; arrow keys walk along them.

    Signals:
        chosen(id): the person went to this one.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._entries: tuple[Entry, ...] = ()
        self.rows: dict[str, PictureRow] = {}
        self.setAccessibleName(name)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(2)
        self._column.addStretch(1)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show other rows; where only words changed the rows stay."""
        if [each.id for each in entries] != list(self.rows):
            self._build(entries)
        self._entries = tuple(entries)
        for entry in entries:
            row = self.rows[entry.id]
            row.is_faint = entry.is_faint
            row.show_words(entry.icon, entry.name, entry.about)

    def mark(self, chosen: str) -> None:
        """Mark the row that is chosen."""
        had_focus = any(row.hasFocus() for row in self.rows.values())
        for id_, row in self.rows.items():
            row.setChecked(id_ == chosen)
            # Tab comes to the chosen row and goes on; arrow keys lead to the others.
            policy = Qt.FocusPolicy
            is_stop = id_ == chosen or chosen not in self.rows
            row.setFocusPolicy(policy.StrongFocus if is_stop else policy.ClickFocus)
        if had_focus:
            self.take_focus()

    def take_focus(self) -> bool:
        """Give the keyboard to the row that is chosen; tell whether there is one."""
        row = next((row for row in self.rows.values() if row.isChecked()), None)
        if row is not None and row.isVisible():
            row.setFocus(Qt.FocusReason.TabFocusReason)
        return row is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key not in _STEPS:
            super().keyPressEvent(event)
            return
        ids = list(self.rows)
        here = next((n for n, id_ in enumerate(ids) if self.rows[id_].hasFocus()), 0)
        there = min(max(here + _STEPS[key], 0), len(ids) - 1)
        self.rows[ids[there]].setFocus(Qt.FocusReason.TabFocusReason)
        self.chosen.emit(ids[there])

    def _build(self, entries: Sequence[Entry]) -> None:
        focused = next((id_ for id_, row in self.rows.items() if row.hasFocus()), "")
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows = {}
        for place, entry in enumerate(entries):
            row = PictureRow(self._look, entry.icon, entry.name, entry.about)
            row.clicked.connect(partial(self.chosen.emit, entry.id))
            self._column.insertWidget(place, row)
            self.rows[entry.id] = row
        if focused in self.rows:
            self.rows[focused].setFocus(Qt.FocusReason.OtherFocusReason)


class SplitPane(QWidget):
    """The list at the left and the form at the right, or one of them where it is narrow."""

    def __init__(
        self, look: Look, column: RowColumn, foot: Sequence[Button], form: QWidget, back: str
    ) -> None:
        """Put a pane together.

        Args:
            look: Colours and type.
            column: The list.
            foot: Buttons below the list.
            form: What is shown of the chosen one.
            back: What leads from the form to the list, where only one has room.
        """
        super().__init__()
        self._look = look
        self._column = column
        self._form_first = False
        self._list = Surface(look, "ground", line="right")
        below = QVBoxLayout(self._list)
        below.setContentsMargins(0, 0, 1, 0)
        below.setSpacing(0)
        self.area = scrolling(column, column.accessibleName())
        below.addWidget(self.area, 1)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 12)
        row.setSpacing(8)
        for button in foot:
            row.addWidget(button)
        row.addStretch(1)
        below.addLayout(row)
        self.back = Button(look, icon="chevron-left", text=back, icon_size=16)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        over = QHBoxLayout()
        over.setContentsMargins(12, 8, 12, 0)
        over.addWidget(self.back)
        over.addStretch(1)
        right.addLayout(over)
        right.addWidget(form, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self._list)
        both.addWidget(self._right, 1)
        self.back.clicked.connect(self.show_list)
        look.changed.connect(self._arrange)

    def show_form(self) -> None:
        """Let the form be seen where only one has room."""
        had_focus = self._list.isAncestorOf(self.window().focusWidget())
        self._form_first = True
        self._arrange()
        if had_focus and self._list.isHidden():
            self.back.setFocus(Qt.FocusReason.TabFocusReason)

    def show_list(self) -> None:
        """Let the list be seen where only one has room."""
        had_focus = self._right.isAncestorOf(self.window().focusWidget())
        self._form_first = False
        self._arrange()
        if had_focus and self._right.isHidden():
            self._column.take_focus()

    def is_narrow(self) -> bool:
        """Tell whether only one of the two has room."""
        return self.width() < self._look.px(_ROOM_FOR_BOTH)

    def minimumSizeHint(self) -> QSize:
        # Of one of the two: else the window could not be made narrow while both are there.
        return QSize(self._look.px(240), self._look.px(160))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_narrow = self.is_narrow()
        self._list.setVisible(not is_narrow or not self._form_first)
        self._right.setVisible(not is_narrow or self._form_first)
        self.back.setVisible(is_narrow)
        if is_narrow:
            self._list.setMinimumWidth(0)
            self._list.setMaximumWidth(16_777_215)
        else:
            self._list.setFixedWidth(self._look.px(_LIST_WIDTH))
