"""A soft pill with an icon and a few words."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from inglenook.ui.style import Look
from inglenook.ui.widgets.badge import FitFace, badge_size, paint_badge
from inglenook.ui.words import one_line, tip


class Chip(QWidget):
    """Says something about the row it stands in; hidden while it has nothing to say.

    It needs a parent before it says anything: without one, Qt would make a window of it.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._face = FitFace("", "", "ok")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.hide()

    def say(self, icon: str, word: str, tone: str, hint: str = "") -> None:
        """Say something.

        Args:
            icon: Name of an icon.
            word: What is said; nothing hides it.
            tone: ``"ok"``, ``"info"``, ``"warn"``, ``"bad"`` or ``"accent"``.
            hint: More of it, for the tool tip and screen readers.
        """
        face = FitFace(icon, one_line(word, 60), tone)
        if face != self._face:
            self._face = face
            self.setAccessibleName(face.word)
            self.updateGeometry()
            self.update()
        self.setAccessibleDescription(hint)
        self.setToolTip(tip(hint))
        self.setVisible(bool(face.word))

    def word(self) -> str:
        """Return what it says."""
        return self._face.word

    def sizeHint(self) -> QSize:
        return badge_size(self._look, self._face)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_badge(painter, self.rect(), self._look, self._face, self.devicePixelRatioF())
