"""The page in place of the room when the data folder or the database cannot be opened."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from inglenook.core.errors import Problem
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.column import CenteredPage
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.problemdetails import ProblemDetails
from inglenook.ui.words import tr, tr_told

_WIDTH = 560


class Trouble(CenteredPage):
    """Says what is wrong and what to do about it.

    Signals:
        quit_asked(): Quit was pressed.
    """

    quit_asked = Signal()

    def __init__(self, look: Look, problem: Problem) -> None:
        super().__init__(look.px(_WIDTH))
        left = Qt.AlignmentFlag.AlignLeft
        self.quit = Button(look, text=tr("Quit"), kind="accent", height=40)
        self.more = Button(look, text=tr("Details"), kind="outline", height=40)
        self.details = ProblemDetails(look)
        self.content.setSpacing(8)
        self.content.addWidget(Icon(look, "flame", 52), 0, left)
        self.content.addSpacing(8)
        self.content.addWidget(
            Label(look, tr_told(problem.title), theme.DISPLAY, wrap=True, display=True)
        )
        self.content.addWidget(
            Label(look, tr_told(problem.advice), theme.BODY, tone="text_muted", wrap=True)
        )
        self.content.addSpacing(16)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.quit)
        row.addWidget(self.more)
        row.addStretch(1)
        self.content.addLayout(row)
        self.content.addSpacing(8)
        self.content.addWidget(self.details)
        self.details.show_problem(problem)
        self.more.setVisible(bool(problem.facts))
        self.quit.clicked.connect(self.quit_asked)
        self.more.clicked.connect(self._turn_details)

    def _turn_details(self) -> None:
        self.details.setVisible(self.details.isHidden())
        is_open = not self.details.isHidden()
        self.more.setText(tr("Hide details") if is_open else tr("Details"))
        self.more.set_name(self.more.text())
