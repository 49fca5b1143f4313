"""A row of settings: what it is, what it means, its control, and what is wrong with it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inglenook.core.errors import BadArgumentError, Problem
from inglenook.ui import theme
from inglenook.ui.models.rowlist import FACTS, ListRow
from inglenook.ui.style import Look
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import problem_words

_TITLE = theme.TypeStyle(14, 20, 550)
_LONGEST = 300


class SettingRow(ListRow):
    """Title and explanation at the left, the control at the right, a problem below."""

    def __init__(self, look: Look, title: str, about: str, control: QWidget) -> None:
        super().__init__(look)
        self.about = Label(look, about, FACTS, tone="text_muted", wrap=True)
        self.trouble = Label(look, "", FACTS, tone="bad", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(look, title, _TITLE, wrap=True))
        words.addWidget(self.about)
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addLayout(words, 1)
        top.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        foot.addWidget(Icon(look, "warning", 16, tone="bad"), 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.trouble, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self._foot)
        self._foot.hide()

    def show_problem(self, problem: Problem | None) -> None:
        """Show what is wrong with what was entered, or nothing."""
        words = problem_words(problem) if problem is not None else ""
        self.trouble.setText(words)
        self._foot.setVisible(bool(words))
        if words:
            speak(self, words, at_once=True)


class Entry(QLineEdit):
    """A field that is read when the person is done with it: Enter, or on leaving it.

    Attributes:
        is_wrong: What is in it was refused; it stays until it is put right.

    Signals:
        entered(text): stripped, after it was changed.
    """

    entered = Signal(str)

    def __init__(self, look: Look, name: str, hint: str, width: int) -> None:
        super().__init__()
        self._look, self._width = look, width
        self.is_wrong = False
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setMaxLength(_LONGEST)
        self.editingFinished.connect(self._finish)
        look.changed.connect(self._resize)
        self._resize()

    def show_kept(self, text: str) -> None:
        """Show what is in force, unless something else is being written or was refused."""
        if not (self.is_wrong or self.isModified()) and text != self.text():
            self.setText(text)

    def _finish(self) -> None:
        if self.isModified():
            self.setModified(False)
            self.entered.emit(self.text().strip())

    def _resize(self) -> None:
        self.setFixedSize(self._look.px(self._width), self._look.px(36))


def try_change(row: SettingRow, entry: Entry, change: Callable[[], object]) -> None:
    """Make a change, or say below its field why it cannot be."""
    try:
        change()
    except BadArgumentError as error:
        entry.is_wrong = True
        row.show_problem(error.problem)
    else:
        entry.is_wrong = False
        row.show_problem(None)
