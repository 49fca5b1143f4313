"""What one chat is told beyond its assistant's instructions."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.assistants.variabletext import VariableText
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr


class ChatInstructions(QDialog):
    """A field and what to do with it.

    Signals:
        settled(text): the person wants it so; empty for none.
    """

    settled = Signal(str)

    def __init__(self, look: Look, parent: QWidget, text: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Instructions for this chat"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.resize(min(look.px(560), parent.width()), min(look.px(440), parent.height()))
        hint = tr("For example: answer in German, in two sentences at most.")
        self.text = VariableText(look, tr("Instructions for this chat"), hint, 5)
        self.text.show_text(text)
        self.save = Button(look, text=tr("Save"), kind="accent")
        self.cancel = Button(look, text=tr("Cancel"), kind="quiet")
        self.clear = Button(look, text=tr("Clear"), kind="outline")
        self.clear.setVisible(bool(text))
        about = tr("They count from the next answer on, together with the assistant's own.")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(theme.SPACE_3)
        column.addWidget(Label(look, tr("Instructions for this chat"), theme.H2, display=True))
        column.addWidget(Label(look, about, theme.LABEL, tone="text_muted", wrap=True))
        column.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_2)
        row.addWidget(self.clear)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        column.addLayout(row)
        self.save.clicked.connect(self._settle)
        self.cancel.clicked.connect(self.reject)
        self.clear.clicked.connect(self._clear)
        self.text.field.moveCursor(QTextCursor.MoveOperation.End)
        self.text.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _settle(self) -> None:
        self.settled.emit(self.text.text())
        self.accept()

    def _clear(self) -> None:
        self.settled.emit("")
        self.accept()
