"""What a pane shows when it has nothing to list: a picture, two lines, one button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label


class EmptyPane(QWidget):
    """Says why nothing is here and where to go.

    Signals:
        pressed(): the button.
    """

    pressed = Signal()

    def __init__(self, look: Look, icon: str, title: str, words: str, button: str) -> None:
        super().__init__()
        middle = Qt.AlignmentFlag.AlignHCenter
        self.button = Button(look, text=button, kind="outline", height=36)
        about = Label(look, words, theme.UI, tone="text_muted", wrap=True)
        about.setAlignment(middle)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 32, 24, 32)
        column.setSpacing(8)
        column.addWidget(Icon(look, icon, 32, tone="text_faint"), 0, middle)
        column.addSpacing(4)
        column.addWidget(Label(look, title, theme.H3, display=True), 0, middle)
        column.addWidget(about)
        column.addSpacing(8)
        column.addWidget(self.button, 0, middle)
        self.button.clicked.connect(self.pressed)
