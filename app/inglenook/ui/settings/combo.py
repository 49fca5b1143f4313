"""A choice among many, in a list that opens below it."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

from inglenook.ui import theme
from inglenook.ui.style import Look

_HEIGHT, _MARK = 36, 16


class Combo(QComboBox):
    """A closed list; the wheel is left to the page below.

    Signals:
        chosen(value): by the person; not when it is shown only.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, name: str, width: int = 220) -> None:
        super().__init__()
        self._look, self._width = look, width
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(12)
        self.activated.connect(self._choose)
        look.changed.connect(self._restyle)
        self._restyle()

    def offer(self, choices: Sequence[tuple[object, str]]) -> None:
        """Offer values by their words."""
        with QSignalBlocker(self):
            self.clear()
            for value, words in choices:
                self.addItem(words, value)

    def show_value(self, value: object) -> None:
        """Show a value; one that is not offered is added as it is written."""
        with QSignalBlocker(self):
            place = self._place_of(value)
            if place < 0:
                self.addItem(str(value), value)
                place = self.count() - 1
            self.setCurrentIndex(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(self._width), self._look.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side, tone = self._look.px(_MARK), self._look.palette.text_muted
        mark = self._look.icons.pixmap("chevron-down", tone, side, self.devicePixelRatioF())
        gap = self._look.px(10)
        is_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = gap if is_left else self.width() - side - gap
        QPainter(self).drawPixmap(left, (self.height() - side) // 2, mark)

    def _place_of(self, value: object) -> int:
        # Qt compares what it converts: False would be found as 0.
        return next((n for n in range(self.count()) if self.itemData(n) == value), -1)

    def _choose(self, place: int) -> None:
        self.chosen.emit(self.itemData(place))

    def _restyle(self) -> None:
        self.setFont(self._look.font(theme.UI))
        self.updateGeometry()
