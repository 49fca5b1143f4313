"""A question where it arises, with two answers, instead of a dialog over everything."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak


class Question(QWidget):
    """Words and two buttons; hidden until it is asked, Esc means no.

    Args:
        look: Colours and type.
        yes: What the button says that does it.
        no: What the button says that leaves all as it is.

    Signals:
        agreed(): do it.
        declined(): leave it.
    """

    agreed = Signal()
    declined = Signal()

    def __init__(self, look: Look, yes: str, no: str) -> None:
        super().__init__()
        self.words = Label(look, "", theme.LABEL, wrap=True)
        self.yes = Button(look, text=yes, kind="soft")
        self.no = Button(look, text=no, kind="outline")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 2, 0, 6)
        row.setSpacing(8)
        row.addWidget(Icon(look, "warning", 16, tone="warn"))
        row.addWidget(self.words, 1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self._decline)
        self.hide()

    def ask(self, words: str) -> None:
        """Ask; the keyboard goes to the harmless answer."""
        self.words.setText(words)
        self.show()
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)
        speak(self, words, at_once=True)

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the question while it is asked, not to the window's shortcut.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._decline()
        else:
            super().keyPressEvent(event)

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit()

    def _decline(self) -> None:
        self.hide()
        self.declined.emit()
