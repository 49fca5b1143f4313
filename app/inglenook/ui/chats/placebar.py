"""The head of the archive or the trash: the way back, the name, and emptying the trash."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.ui import theme
from inglenook.ui.chats.rows import Place
from inglenook.ui.style import Look
from inglenook.ui.theme import TypeStyle
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.question import Question
from inglenook.ui.words import tr

_NAME = TypeStyle(14, 20, 600)


class PlaceBar(QWidget):
    """Stands above the list while it shows the archive or the trash.

    Attributes:
        question: Asks before anything is erased; its answer goes to whoever asked.

    Signals:
        left(): back to the chats.
        empty_asked(): the trash is to be emptied.
    """

    left = Signal()
    empty_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.back = Button(look, icon="chevron-left", name=tr("Back to the chats"))
        self._name = Label(look, "", _NAME)
        self.empty = Button(look, text=tr("Empty trash"), kind="quiet")
        self.question = Question(look, tr("Erase"), tr("Keep"))
        self.note = Label(look, "", theme.CAPTION, tone="text_faint", wrap=True)
        self.note.setContentsMargins(look.px(10), 0, look.px(10), 0)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.back)
        row.addWidget(self._name, 1)
        row.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.question)
        column.addWidget(self.note)
        self.back.clicked.connect(self.left)
        self.empty.clicked.connect(self.empty_asked)
        self.hide()

    def show_place(self, place: Place, count: int) -> None:
        """Show where the list is; nothing above the chats themselves."""
        is_trash = place is Place.TRASH
        if place is not Place.TRASH or not count:
            self.question.hide()
        self._name.setText(tr(place))
        self.empty.setVisible(is_trash and count > 0)
        nothing = tr("The trash is empty.") if is_trash else tr("Nothing is archived.")
        full = tr("Archived chats are kept, and found when you search.")
        why = tr("Deleted chats are erased when their time is over.")
        self.note.setText(nothing if not count else why if is_trash else full)
        self.setVisible(place is not Place.CHATS)

    def take_keyboard(self) -> None:
        """Let the keyboard go on at the way back."""
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)
