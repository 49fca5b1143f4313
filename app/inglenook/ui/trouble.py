"""The page in place of the room when the data folder or the database cannot be opened."""

from PySide6.QtCore import Qt, Signal

from inglenook.core.errors import Problem
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.column import CenteredPage
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

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
        self.content.setSpacing(8)
        self.content.addWidget(Icon(look, "flame", 52), 0, left)
        self.content.addSpacing(8)
        self.content.addWidget(
            Label(look, problem.title, theme.DISPLAY, wrap=True, display=True)
        )
        self.content.addWidget(
            Label(look, problem.advice, theme.BODY, tone="text_muted", wrap=True)
        )
        for name, fact in problem.facts.items():
            line = f"{name}: {fact}"
            self.content.addWidget(
                Label(look, line, theme.CAPTION, tone="text_faint", wrap=True)
            )
        self.content.addSpacing(14)
        self.content.addWidget(self.quit, 0, left)
        self.quit.clicked.connect(self.quit_asked)
