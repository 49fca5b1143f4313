"""The mark above the message field of a chat that leaves this computer."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr


class AwayBar(QWidget):
    """Says where the chat goes, or why it cannot; with the way back.

    Signals:
        back_asked(): this computer shall answer from now on.
        network_asked(): the network shall be switched on.
    """

    back_asked = Signal()
    network_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.icon = Icon(look, "external", 16, tone="away")
        self.words = Label(look, "", theme.LABEL, tone="away", wrap=True)
        self.network = Button(look, text=tr("Switch it on"), kind="outline")
        self.network.set_name(tr("Switch the network on"))
        self.back = Button(look, text=tr("Stay here"), kind="outline")
        self.back.set_name(tr("Have this computer answer"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(theme.SPACE_2)
        row.addWidget(self.icon)
        row.addWidget(self.words, 1)
        row.addWidget(self.network)
        row.addWidget(self.back)
        self.network.clicked.connect(self.network_asked)
        self.back.clicked.connect(self.back_asked)
        look.changed.connect(self.update)
        self.hide()

    def say(self, words: str, *, is_off: bool = False) -> None:
        """Show the mark; said aloud when it is new.

        Args:
            words: Where the chat goes.
            is_off: The network is switched off, which is said instead.
        """
        if is_off:
            words = tr("The network is switched off, so this chat's engine cannot be asked.")
        is_new = self.isHidden() or words != self.words.text()
        self.words.setText(words)
        self.network.setVisible(is_off)
        self.show()
        if is_new:
            speak(self, words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._look.palette
        painter.setPen(QColor(colours.away_soft))
        painter.setBrush(QColor(colours.away_soft))
        inside = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(inside, theme.RADIUS_FIELD, theme.RADIUS_FIELD)
