"""A line above the message field: the assistant is made for another model than is loaded."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, tr


class ModelOffer(QWidget):
    """Says which model would be right, and loads it only after a press.

    Signals:
        load_asked(path): load this model.
        declined(): leave it as it is.
    """

    load_asked = Signal(str)
    declined = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._path = ""
        self.words = Label(look, "", theme.LABEL, tone="text_muted", wrap=True)
        self.load = Button(look, text=tr("Load it"), kind="soft")
        self.shut = Button(look, icon="x", name=tr("Leave the model as it is"), icon_size=16)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_2)
        row.addWidget(Icon(look, "box", 16))
        row.addWidget(self.words, 1)
        row.addWidget(self.load)
        row.addWidget(self.shut)
        self.load.clicked.connect(self._load)
        self.shut.clicked.connect(self._decline)
        self.hide()

    def offer(self, assistant: str, model: str, path: str) -> None:
        """Offer a model; offered again it is said once only."""
        if path == self._path and not self.isHidden():
            return
        self._path = path
        words = tr("{assistant} is made for {model}.")
        words = words.format(assistant=one_line(assistant, 60), model=one_line(model, 60))
        self.words.setText(words)
        self.load.set_name(tr("Load {model}").format(model=one_line(model, 60)))
        self.show()
        speak(self, words)

    def withdraw(self) -> None:
        """Offer nothing any more."""
        self._path = ""
        self.hide()

    def _load(self) -> None:
        path = self._path
        self.withdraw()
        self.load_asked.emit(path)

    def _decline(self) -> None:
        self.withdraw()
        self.declined.emit()
