"""The fold below a problem: its facts as text that can be copied into a report."""

import platform

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from inglenook import __version__
from inglenook.core.errors import Problem
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, tr

_MOST_LINES, _LONGEST = 8, 600


def details_of(problem: Problem) -> str:
    """Return what is known of a problem; never a word of a chat.

    It stays English: it is for whoever mends it.
    """
    facts = [f"{name}: {one_line(fact, _LONGEST)}" for name, fact in problem.facts.items()]
    system = f"Inglenook {__version__}, {platform.system()} {platform.machine()}"
    return "\n".join((one_line(problem.title, 200), *facts, system))


class ProblemDetails(QWidget):
    """Shows the facts; they can be selected, or copied all at once.

    Threads: the UI thread.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.text = QPlainTextEdit()
        self.text.setObjectName("framed")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Details of the problem"))
        self.copy = Button(look, icon="copy", text=tr("Copy the details"), kind="outline")
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.text)
        column.addLayout(row)
        self.copy.clicked.connect(self._copy)
        look.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_problem(self, problem: Problem) -> None:
        """Take the facts of another problem, folded."""
        self.text.setPlainText(details_of(problem))
        self.copy.setText(tr("Copy the details"))
        self.hide()
        self._restyle()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(tr("Copied"))
        speak(self.copy, tr("Copied"))

    def _restyle(self) -> None:
        self.text.setFont(self._look.font(theme.CAPTION))
        lines = min(self.text.blockCount(), _MOST_LINES)
        self.text.setFixedHeight(self._look.px(theme.CAPTION.line * lines + 24))
