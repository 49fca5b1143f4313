"""The small button that brings back to the newest words."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from inglenook.ui.chat.ink import Ink
from inglenook.ui.theme import LABEL
from inglenook.ui.words import tr


class JumpPill(QAbstractButton):
    """A button over the lower edge of the conversation, "Jump to latest" by name.

    Threads: the window's.
    """

    def __init__(self, ink: Ink, parent: QWidget) -> None:
        super().__init__(parent)
        self._ink = ink
        self.setText(tr("Jump to latest"))
        self.setAccessibleName(self.text())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def set_ink(self, ink: Ink) -> None:
        """Take other colours and fonts."""
        self._ink = ink
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room that the words, the icon and the rounded ends need."""
        self.setFont(self._ink.font(LABEL))
        wide = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(wide + 34 + round(self._ink.px(16)), int(self._ink.px(34)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill."""
        del event
        ink = self._ink
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(ink.colour("accent" if self.hasFocus() else "edge"))
        painter.setBrush(ink.colour("hover" if self.underMouse() else "raised"))
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        ratio = self.devicePixelRatioF()
        side = round(ink.px(16))
        icon = ink.icon("chevron-down", "text_muted", side, ratio)
        painter.drawPixmap(14, (self.height() - side) // 2, icon)
        painter.setPen(ink.colour("text"))
        painter.setFont(ink.font(LABEL))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect.adjusted(18 + side, 0, 0, 0), align, self.text())
        painter.end()
