"""A soft pill with an icon and a few words."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inglenook.ui.style import Look
from inglenook.ui.widgets.badge import FitFace, badge_size, paint_badge
from inglenook.ui.words import one_line, tip


class Chip(QWidget):
    """Says something about the row it stands in.

    Args:
        icon: Name of an icon.
        word: What is said.
        tone: ``"ok"``, ``"info"``, ``"warn"``, ``"bad"`` or ``"accent"``.
        hint: More of it, for the tool tip and screen readers.
    """

    def __init__(self, look: Look, icon: str, word: str, tone: str, hint: str = "") -> None:
        super().__init__()
        self._look = look
        self._face = FitFace(icon, one_line(word, 60), tone)
        self.setAccessibleName(self._face.word)
        self.setAccessibleDescription(hint)
        self.setToolTip(tip(hint))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return badge_size(self._look, self._face)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_badge(painter, self.rect(), self._look, self._face, self.devicePixelRatioF())
