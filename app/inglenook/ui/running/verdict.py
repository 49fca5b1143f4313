"""What a plan means, in sentences; in red with advice where what is set cannot be had."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.models.fit import Plan, Verdict
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr, tr_told

_LONGEST = 400


class Alert(Surface):
    """Sentences on a red ground, with an icon; hidden while there are none."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "bad_soft", radius=theme.RADIUS_FIELD)
        self.words = Label(look, "", theme.LABEL, tone="bad", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(10)
        row.addWidget(Icon(look, "warning", 18, tone="bad"))
        row.addWidget(self.words, 1)
        self.hide()

    def show_sentences(self, sentences: Sequence[str]) -> None:
        """Show what is wrong; hide where nothing is."""
        text = "\n".join(tr_told(one_line(each, _LONGEST)) for each in sentences)
        if text and text != self.words.text():
            speak(self, text)
        self.words.setText(text)
        self.setVisible(bool(text))


class PlanWords(QWidget):
    """The plan in a few words, its reasons, and what cannot be had."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.summary = Label(look, tr("Working it out…"), theme.H3, wrap=True)
        self.reasons: list[Label] = []
        self.warning = Alert(look)
        self._look = look
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.summary)
        column.addLayout(self._lines)
        column.addSpacing(4)
        column.addWidget(self.warning)

    def show_plan(self, plan: Plan) -> None:
        """Show what a plan means."""
        self.summary.setText(tr_told(one_line(plan.summary, _LONGEST)))
        self._show_reasons(plan.reasons)
        too_much = plan.verdict in {Verdict.TIGHT, Verdict.TOO_BIG} and not plan.refused
        self.warning.show_sentences(plan.reasons[1:2] if too_much else plan.refused)

    def show_problem(self, title: str, advice: str) -> None:
        """Show why nothing could be planned."""
        self.summary.setText(one_line(title, _LONGEST))
        self._show_reasons(())
        self.warning.show_sentences((advice,))

    def _show_reasons(self, reasons: Sequence[str]) -> None:
        while len(self.reasons) < len(reasons):
            self.reasons.append(Label(self._look, "", theme.UI, tone="text_muted", wrap=True))
            self._lines.addWidget(self.reasons[-1])
        for at, label in enumerate(self.reasons):
            label.setText(tr_told(one_line(reasons[at], _LONGEST)) if at < len(reasons) else "")
            label.setVisible(at < len(reasons))
