"""The window's frame: side bar beside the page, or over it where the window is narrow."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui.sidebar import SideBar
from inglenook.ui.widgets.mirror import placed

OVERLAY_BELOW = 920


class Scrim(QWidget):
    """Darkens the page below the side bar; a press on it closes the side bar.

    Signals:
        pressed(): anywhere.
    """

    pressed = Signal()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(0, 0, 0, 90))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.pressed.emit()


class Frame(QWidget):
    """Side bar and column.

    Signals:
        side_changed(is shown): the side bar came or went.
        side_wanted(is wanted): the person wants it beside the page, or not.

    Threads: the UI thread.
    """

    side_changed = Signal(bool)
    side_wanted = Signal(bool)

    def __init__(self, side: SideBar) -> None:
        super().__init__()
        self._side = side
        self._scrim = Scrim(self)
        self._scrim.hide()
        self._scrim.pressed.connect(self._close_overlay)
        self._wants_side = True
        self._shows_overlay = False
        self._is_bare = False
        self._reason = Qt.FocusReason.MouseFocusReason
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(side)
        self.column = QVBoxLayout()
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self._row.addLayout(self.column, 1)

    def is_narrow(self) -> bool:
        """Tell whether the side bar lies over the page."""
        return self.width() < OVERLAY_BELOW

    def is_overlay_open(self) -> bool:
        """Tell whether the side bar covers a part of the page now."""
        return self.is_narrow() and self._shows_overlay

    def set_bare(self, *, is_bare: bool) -> None:
        """Show the page alone, as on the first run."""
        self._is_bare = is_bare
        self._arrange()

    def begin(self, *, wants_side: bool) -> None:
        """Begin with the side bar beside the page, or without it."""
        self._wants_side = wants_side
        self._arrange()

    def toggle_side(self, *, by_keyboard: bool = False) -> None:
        """Show or hide the side bar; one that lies over the page gets the keyboard."""
        self._reason = (
            Qt.FocusReason.ShortcutFocusReason
            if by_keyboard
            else Qt.FocusReason.MouseFocusReason
        )
        if self.is_narrow():
            self._shows_overlay = not self._shows_overlay
        else:
            self._wants_side = not self._wants_side
            self.side_wanted.emit(self._wants_side)
        self._arrange()

    def show_side(self) -> None:
        """Show the side bar if it is hidden."""
        if self._side.isHidden() and not self._is_bare:
            self.toggle_side()

    def close_overlay(self) -> bool:
        """Close the side bar if it lies over the page; tell whether it did."""
        was_open = self.is_overlay_open()
        self._close_overlay()
        return was_open

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _close_overlay(self) -> None:
        if self._shows_overlay:
            self._shows_overlay = False
            self._arrange()

    def _arrange(self) -> None:
        narrow = self.is_narrow()
        if not narrow:
            self._shows_overlay = False
        shown = not self._is_bare and (self._shows_overlay if narrow else self._wants_side)
        if narrow:
            self._row.removeWidget(self._side)
        elif self._row.indexOf(self._side) < 0:
            self._row.insertWidget(0, self._side)
        over = narrow and shown
        self._scrim.setVisible(over)
        if over:
            self._scrim.setGeometry(self.rect())
            self._side.setGeometry(placed(self, QRect(0, 0, self._side.width(), self.height())))
            self._scrim.raise_()
            self._side.raise_()
        was_hidden = self._side.isHidden()
        if was_hidden is shown:
            self._side.setVisible(shown)
        if over and was_hidden:
            self._side.new_chat.setFocus(self._reason)
        self.side_changed.emit(shown)
