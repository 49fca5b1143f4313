"""What a plan means and where its memory goes: sentences, bars, and figures to unfold."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.models.comparison import learned
from inglenook.models.fit import MemoryPart, Plan
from inglenook.models.machine import Machine
from inglenook.ui import theme
from inglenook.ui.running.amounts import amounts_of
from inglenook.ui.running.bars import MemoryBars
from inglenook.ui.running.figures import FigureTable
from inglenook.ui.running.verdict import PlanWords
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

_TEXT = theme.TypeStyle(13, 18)


class MemoryPane(QWidget):
    """A plan in words and bars, and beside it what was taken once the model is loaded."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._planned: tuple[MemoryPart, ...] = ()
        self._loaded_by: tuple[MemoryPart, ...] = ()
        self._taken: tuple[MemoryPart, ...] = ()
        self._is_unfolded = False
        self.words = PlanWords(look)
        self.bars = MemoryBars(look)
        self.unfold = Button(look, icon="chevron-right", text=tr("Figures"), leading=True)
        self.figures = FigureTable(look)
        self.lesson = Label(look, "", _TEXT, tone="text_muted", wrap=True)
        self._lay_out()
        self.unfold.clicked.connect(self._turn)
        self._show_figures()

    def show_plan(self, machine: Machine, plan: Plan) -> None:
        """Show what a plan means on a computer."""
        self._planned = plan.memory
        self.words.show_plan(plan)
        self.bars.show_amounts(amounts_of(machine, plan.asked or plan.memory))
        self._show_figures()

    def show_taken(self, loaded_by: Plan | None, taken: Sequence[MemoryPart]) -> None:
        """Show what a load took beside the plan it followed; unfold it when it is new."""
        is_new = bool(taken) and not self._taken
        self._taken = tuple(taken)
        # Not beside what is only tried out since.
        self._loaded_by = loaded_by.memory if loaded_by is not None else ()
        self._unfold(is_open=is_new or self._is_unfolded)

    def _lay_out(self) -> None:
        more = QHBoxLayout()
        more.setContentsMargins(-14, 0, 0, 0)  # its icon stands below the bars' beginning
        more.addWidget(self.unfold)
        more.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addSpacing(24)
        column.addWidget(self.bars)
        column.addSpacing(8)
        column.addLayout(more)
        column.addWidget(self.figures)
        column.addSpacing(8)
        column.addWidget(self.lesson)
        column.addStretch(1)

    def _turn(self) -> None:
        self._unfold(is_open=not self._is_unfolded)

    def _unfold(self, *, is_open: bool) -> None:
        self._is_unfolded = is_open
        self.unfold.set_icon("chevron-down" if is_open else "chevron-right")
        self._show_figures()

    def _show_figures(self) -> None:
        taken = self._taken
        planned = self._loaded_by if taken else self._planned
        has_any = bool(planned or taken)
        self.figures.show_sizes(planned, taken)
        self.figures.setVisible(self._is_unfolded and has_any)
        lessons = learned(planned, taken) if planned else ()
        self.lesson.setText("\n".join(lessons))
        self.lesson.setVisible(bool(lessons))
        words = tr("Planned and taken") if planned and taken else tr("Figures")
        hint = tr("Hides the table") if self._is_unfolded else tr("Shows a table")
        self.unfold.setText(words)
        self.unfold.set_name(words, hint)
        self.unfold.setVisible(has_any)
