"""An error where it matters: what happened, what to do, one button, and the details."""

from collections.abc import Callable

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inglenook.core.errors import Problem
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.problemdetails import ProblemDetails
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, problem_words, tr, tr_told

_TITLE = theme.TypeStyle(14, 20, 600)


class Notice(QWidget):
    """A problem in words; it never shows a traceback and never blocks."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._act: Callable[[], None] | None = None
        self.title = Label(look, "", _TITLE, wrap=True)
        self.advice = Label(look, "", theme.LABEL, tone="text_muted", wrap=True)
        self.action = Button(look, text=tr("Try again"), kind="outline")
        self.more = Button(look, text=tr("Details"), kind="plain")
        self.details = ProblemDetails(look)
        self.shut = Button(look, icon="x", name=tr("Close this message"), icon_size=16)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.advice)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Icon(look, "warning", 20, tone="bad"))
        row.addLayout(words, 1)
        row.addWidget(self.action)
        row.addWidget(self.more)
        row.addWidget(self.shut)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(28, 20, 20, 12)
        whole.setSpacing(8)
        whole.addLayout(row)
        fold = QHBoxLayout()
        fold.setContentsMargins(32, 0, 12, 4)
        fold.addWidget(self.details)
        whole.addLayout(fold)
        self.setMaximumWidth(theme.COMPOSER_WIDTH + 24)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.action.clicked.connect(self._do)
        self.more.clicked.connect(self._turn_details)
        self.shut.clicked.connect(self.hide)
        look.changed.connect(self.update)
        self.hide()

    def show_problem(
        self, problem: Problem, action: str = "", act: Callable[[], None] | None = None
    ) -> None:
        """Show a problem and, if something can be done at once, a button for it."""
        self._act = act
        self.title.setText(one_line(tr_told(problem.title), 200))
        self.advice.setText(one_line(tr_told(problem.advice), 600))
        self.action.setText(action)
        self.action.set_name(action)
        self.action.setVisible(bool(action))
        self.details.show_problem(problem)
        self.more.setVisible(bool(problem.facts))
        self._name_details()
        self.show()
        speak(self, problem_words(problem), at_once=True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._look.palette
        painter.setPen(QColor(colours.bad_soft))
        painter.setBrush(QColor(colours.bad_soft))
        box = self.rect().adjusted(12, 10, -12, -2)
        painter.drawRoundedRect(box, theme.RADIUS_CARD, theme.RADIUS_CARD)

    def _turn_details(self) -> None:
        self.details.setVisible(self.details.isHidden())
        self._name_details()

    def _name_details(self) -> None:
        is_open = not self.details.isHidden()
        self.more.setText(tr("Hide details") if is_open else tr("Details"))
        self.more.set_name(self.more.text())

    def _do(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()
