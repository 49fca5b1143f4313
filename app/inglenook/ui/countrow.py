"""A row of the side bar that leads to a page, with a number at its end."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.theme import Palette
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.mirror import placed

_STYLE = theme.TypeStyle(14, 20, 500)


class CountRow(Button):
    """Icon, name and number; it is marked while its page is on screen."""

    def __init__(self, look: Look, icon: str, name: str, keys: str) -> None:
        super().__init__(
            look, icon=icon, text=name, style=_STYLE, height=34, icon_size=18, leading=True
        )
        self._name, self._keys = name, keys
        self._count = ""
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_name(name, keys)

    def show_count(self, count: int) -> None:
        """Show how many there are; nothing for none."""
        self._count = str(count) if count else ""
        self.set_name(f"{self._name} {self._count}".strip(), self._keys)
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802  (Qt's name)
        # The page marks its row when it opens; a press alone does not.
        return

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._count:
            self._paint_count(QPainter(self), self._look.palette)

    def _paint_count(self, painter: QPainter, colours: Palette) -> None:
        font = self._look.font(theme.LABEL)
        painter.setFont(font)
        painter.setPen(colours.text_faint)
        width = QFontMetrics(font).horizontalAdvance(self._count)
        left = self.width() - width - self._look.px(10)
        place = placed(self, QRect(left, 0, width + 2, self.height()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._count)
