"""Where the model in use has its memory, as it is now, and the way to set it by hand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.services.events import EngineChanged, EngineState
from inglenook.services.modelnews import PlanPreviewed
from inglenook.ui import theme
from inglenook.ui.running.amounts import amounts_of
from inglenook.ui.running.bars import MemoryBars
from inglenook.ui.settings.around import Around
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr


class MemoryPart(QWidget):
    """Bars of the devices for the model that is chosen; they follow the engine.

    Attributes:
        by_hand: Opens the sheet where layers, context and threads are set.
    """

    def __init__(self, around: Around) -> None:
        super().__init__()
        self._around, look = around, around.look
        self._path = ""
        self.words = Label(look, "", theme.LABEL, wrap=True)
        self.bars = MemoryBars(look)
        self.by_hand = Button(look, icon="sliders", text=tr("Set by hand…"), kind="outline")
        foot = QHBoxLayout()
        foot.addWidget(self.by_hand)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(12)
        column.addWidget(self.words, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.bars)
        column.addLayout(foot)
        self.by_hand.clicked.connect(self._open)
        around.bridge.engine_changed.connect(self._take_engine)
        around.bridge.plan_previewed.connect(self._take_plan)
        self.show_engine(around.engine())

    def show_engine(self, state: EngineState) -> None:
        """Show which model is meant, and ask how it runs."""
        model = state.model
        self.by_hand.setVisible(model is not None)
        if model is None:
            self._path = ""
            self.words.setText(tr("No model is loaded. Its memory is shown here once one is."))
            self.bars.show_amounts(())
            return
        self._path = model.path
        says = state.plan.summary if state.plan is not None else ""
        name = one_line(model.name, 80)
        self.words.setText(f"{name} · {one_line(says, 300)}" if says else name)
        self._around.services.running.show(model.path)

    def _take_engine(self, event: EngineChanged) -> None:
        same = event.state.model is not None and event.state.model.path == self._path
        if not same or event.state.answering == 0:
            self.show_engine(event.state)

    def _take_plan(self, told: PlanPreviewed) -> None:
        if told.path != self._path or told.plan is None or told.machine is None:
            return
        self.bars.show_amounts(amounts_of(told.machine, told.plan.asked or told.plan.memory))

    def _open(self) -> None:
        self._around.show_running(self._path)
