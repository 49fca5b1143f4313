"""The page "Does effort pay?": asks questions with known answers, and shows what helps."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from inglenook.services.evaluationnews import EvaluationOrder, EvaluationPhase, EvaluationState
from inglenook.ui import theme
from inglenook.ui.evaluation.form import EvaluationForm
from inglenook.ui.evaluation.result import EvaluationResult
from inglenook.ui.evaluation.words import estimate_words, progress_words
from inglenook.ui.pages import FullPage
from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tr

_WIDTH = 920


class EvaluationPage(FullPage):
    """A form, the progress, and the chart and table that grow meanwhile.

    Signals:
        start_asked(EvaluationOrder), pause_asked(), go_on_asked(), stop_asked(): by the person.

    Threads: the UI thread.
    """

    start_asked = Signal(object)
    pause_asked = Signal()
    go_on_asked = Signal()
    stop_asked = Signal()

    def __init__(self, look: Look, most_s: Callable[[EvaluationOrder], float | None]) -> None:
        """Show the form.

        Args:
            look: Colours and type.
            most_s: Returns how long an evaluation takes at most; None if nobody can tell.
        """
        super().__init__()
        self._look, self._most_s = look, most_s
        self._state = EvaluationState()
        self.back = Button(look, icon="chevron-left", name=tr("Back to the chat"))
        self.back.set_name(tr("Back to the chat"), "Esc")
        self.form = EvaluationForm(look)
        self.start = Button(look, text=tr("Start"), kind="accent")
        self.pause = Button(look, icon="clock", text=tr("Pause"), kind="outline")
        self.stop = Button(look, icon="stop", text=tr("Stop"), kind="outline")
        self.bar = Bar(look, tr("Progress"))
        self.told = Label(look, "", theme.UI, tone="text_muted", wrap=True)
        self.result = EvaluationResult(look)
        self._lay_out()
        self._connect()
        self.take(self._state)

    def come_forward(self) -> None:
        """Take the keyboard at what comes next."""
        first = self.pause if self._state.is_running else self.start
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def take(self, state: EvaluationState) -> None:
        """Show how far it is."""
        before, self._state = self._state, state
        if state.order != before.order:
            self.form.show_order(state.order)
        self.form.setEnabled(not state.is_running)
        # A hidden button must not keep the keyboard.
        had_focus = self.start.hasFocus() or self.pause.hasFocus() or self.stop.hasFocus()
        self.start.setVisible(not state.is_running)
        is_paused = state.phase is EvaluationPhase.PAUSED
        self.pause.setVisible(state.is_running)
        self.pause.setText(tr("Go on") if is_paused else tr("Pause"))
        self.pause.set_name(self.pause.text())
        self.pause.set_icon("continue" if is_paused else "clock")
        self.stop.setVisible(state.is_running)
        self.bar.setVisible(state.is_running)
        self.bar.set_fraction(state.done / state.total if state.total else 0.0)
        if told := progress_words(state):
            self.told.setText(told)
        else:
            self._show_estimate()
        self.result.take(state)
        if had_focus and before.is_running != state.is_running:
            self.come_forward()

    # --- inside ---

    def _lay_out(self) -> None:
        head = Surface(self._look, "ground", line="bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self.back)
        row.addWidget(Label(self._look, tr("Does effort pay?"), theme.H2, display=True))
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._make_body(), 1)

    def _make_body(self) -> QScrollArea:
        inner = QWidget()
        inner.setMaximumWidth(self._look.px(_WIDTH))
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 20, 24, 24)
        column.setSpacing(theme.SPACE_4)
        about = tr(
            "Your model answers questions whose answers are known, with one draft and with "
            "several. Nothing leaves this computer, your chats go first, and you can stop at "
            "any time: what was answered is kept."
        )
        column.addWidget(Label(self._look, about, theme.UI, tone="text_muted", wrap=True))
        column.addWidget(self.form)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_2)
        for each in (self.start, self.pause, self.stop):
            row.addWidget(each)
        row.addSpacing(theme.SPACE_2)
        row.addWidget(self.told, 1)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.result)
        column.addStretch(1)
        page = QWidget()
        page.setObjectName("page")
        middle = QHBoxLayout(page)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addStretch(1)
        middle.addWidget(inner, 1000)
        middle.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        area.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        return area

    def _connect(self) -> None:
        self.back.clicked.connect(self.closed)
        self.form.changed.connect(self._show_estimate)
        self.start.clicked.connect(lambda: self.start_asked.emit(self.form.order()))
        self.pause.clicked.connect(self._pause_or_go_on)
        self.stop.clicked.connect(self.stop_asked)

    def _pause_or_go_on(self) -> None:
        is_paused = self._state.phase is EvaluationPhase.PAUSED
        (self.go_on_asked if is_paused else self.pause_asked).emit()

    def _show_estimate(self) -> None:
        self.told.setText(estimate_words(self._most_s(self.form.order())))
