"""A few choices side by side, one of which is taken."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button, paint_ring

_INSIDE = 2


class Segment(Button):
    """One of the choices; the one that is taken lies raised."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(look, text=text, radius=theme.RADIUS_CHIP)
        self.setCheckable(True)
        self.setAutoExclusive(True)  # the group sees to it; this makes it a radio button

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(self._look.px(40), 0))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, box = self._look.palette, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.isChecked():
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.setBrush(QColor(colours.raised))
            painter.drawRoundedRect(box, self._radius, self._radius)
        painter.setFont(self._look.font(self._style))
        painter.setPen(QColor(colours.text if self.isChecked() else colours.text_muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.wears_ring():
            paint_ring(painter, self.rect(), self._radius, colours.accent)


class Segments(QWidget):
    """A row of choices that exclude each other; arrow keys move between them.

    Signals:
        chosen(name): by the person; not when it is shown only.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """Show choices.

        Args:
            look: Colours and type.
            name: What is chosen, for screen readers.
            choices: Name in code and words, in their order.
        """
        super().__init__()
        self._look = look
        self._by_name: dict[str, Segment] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(_INSIDE, _INSIDE, _INSIDE, _INSIDE)
        row.setSpacing(0)
        for choice, words in choices:
            segment = Segment(look, words)
            segment.set_name(f"{name}: {words}")
            segment.setToolTip("")
            self._group.addButton(segment)
            self._by_name[choice] = segment
            row.addWidget(segment)
        self._group.buttonClicked.connect(self._choose)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_choice(self, name: str) -> None:
        """Mark the choice that is taken; one that is not offered leaves none marked."""
        self._group.setExclusive(False)
        for choice, segment in self._by_name.items():
            segment.setChecked(choice == name)
        self._group.setExclusive(True)

    def choice(self) -> str:
        """Return the choice that is taken, or ``""``."""
        return next((name for name, each in self._by_name.items() if each.isChecked()), "")

    def segment(self, name: str) -> Segment:
        """Return the button of a choice."""
        return self._by_name[name]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.palette.inset))
        painter.drawRoundedRect(self.rect(), theme.RADIUS_ROW, theme.RADIUS_ROW)

    def _choose(self) -> None:
        self.chosen.emit(self.choice())
