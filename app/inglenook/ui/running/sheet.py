"""How a model runs: the plan, where its memory goes, and what is set by hand."""

from pathlib import PurePath

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from inglenook.models.fit import Wish
from inglenook.models.name import parse_name
from inglenook.services.events import EngineChanged, EnginePhase, EngineState
from inglenook.services.modelnews import PlanPreviewed
from inglenook.services.running import RunningService
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.running.memorypane import MemoryPane
from inglenook.ui.running.settingspane import SettingsPane
from inglenook.ui.style import Look
from inglenook.ui.widgets.badge import FitBadge, memory_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, problem_words, tr, tr_told

_WIDTH, _HEIGHT, _PAD = 960, 820, 24
_MEMORY_SHARE, _SETTINGS_SHARE = 7, 5
# Below this, bars and controls stand one above the other.
_SIDE_BY_SIDE = 840
_NO_WISH = Wish()


class RunningSheet(QDialog):
    """Shows how one model runs and lets the person set it by hand.

    What is tried out is planned at once and shown in the bars; nothing is loaded before it is
    applied.
    """

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        running: RunningService,
        path: str,
        state: EngineState,
    ) -> None:
        """Ask for the plan with what is kept.

        Args:
            look: Colours and type.
            parent: The window.
            running: Plans and keeps.
            path: Of the model's file.
            state: The engine's.
        """
        super().__init__(parent)
        self._look, self._running, self._path = look, running, path
        self._kept: Wish | None = None
        self._is_held_back = False
        self._make_parts(_name_of(path, state))
        self._lay_out()
        self._connect()
        self.setWindowTitle(tr("How it runs"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.resize(
            min(look.px(_WIDTH), parent.width() - 32),
            min(look.px(_HEIGHT), parent.height() - 32),
        )
        self.show_engine(state)
        self._show_ends()
        self._running.show(self._path)

    def listen(self, bridge: Bridge) -> None:
        """Follow the previews and the engine for as long as it is open."""
        bridge.plan_previewed.connect(self.show_preview)
        bridge.engine_changed.connect(self._take_engine)

    def show_preview(self, told: PlanPreviewed) -> None:
        """Show how the model would run."""
        if told.path != self._path:
            return
        if told.problem is not None:
            self.memory.words.show_problem(
                tr_told(told.problem.title), tr_told(told.problem.advice)
            )
        plan, machine = told.plan, told.machine
        if plan is None or told.automatic is None or machine is None:
            return
        if self._kept is None:
            self._kept = told.wish
            self.settings.begin(machine, told.automatic, told.wish)
        self._is_held_back = plan.held_back
        self.settings.follow(plan)
        self.memory.show_plan(machine, plan)
        self.outcome.setText(one_line((*plan.refused, plan.summary)[0], 300))
        self.outcome.set_tone("bad" if plan.refused else "text")
        self.badge.show_verdict(plan.verdict, memory_in_words(plan.memory))
        self._show_ends()

    def show_engine(self, state: EngineState) -> None:
        """Follow a load, and show what was taken when it is over."""
        is_mine = state.model is not None and state.model.path == self._path
        self.status.setText(_state_in_words(state if is_mine else EngineState()))
        self.memory.show_taken(state.plan, state.taken if is_mine else ())

    # --- building ---

    def _make_parts(self, name: str) -> None:
        look = self._look
        self.name = ElidedLabel(look, theme.LABEL, tone="text_muted")
        self.name.set_text(name)
        self.badge = FitBadge(look)
        self.memory = MemoryPane(look)
        self.settings = SettingsPane(look)
        self.outcome = Label(look, "", theme.LABEL, wrap=True)
        self.status = Label(look, "", theme.CAPTION, tone="text_muted", wrap=True)
        self.automatic = Button(look, text=tr("Back to automatic"), kind="quiet", height=36)
        self.shut = Button(look, text=tr("Close"), kind="quiet", height=36)
        self.apply = Button(look, text=tr("Apply"), kind="accent", height=36)

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head())
        whole.addWidget(self._middle(), 1)
        whole.addWidget(self._foot())

    def _head(self) -> QWidget:
        head = Surface(self._look, "ground", line="bottom")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(self._look, tr("How it runs"), theme.H2, display=True))
        words.addWidget(self.name)
        row = QHBoxLayout(head)
        row.setContentsMargins(_PAD, 16, _PAD, 16)
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.badge)
        return head

    def _middle(self) -> QScrollArea:
        page = QWidget()
        page.setObjectName("page")
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, page)
        self._columns.setContentsMargins(_PAD, 20, _PAD, 20)
        self._columns.setSpacing(32)
        self._columns.addWidget(self.memory, _MEMORY_SHARE)
        self._columns.addWidget(self.settings, _SETTINGS_SHARE)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _foot(self) -> QWidget:
        foot = Surface(self._look, "side")
        column = QVBoxLayout(foot)
        column.setContentsMargins(_PAD, 12, _PAD, 12)
        column.setSpacing(8)
        column.addWidget(self.outcome)
        column.addWidget(self.status)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.automatic)
        row.addStretch(1)
        row.addWidget(self.shut)
        row.addWidget(self.apply)
        column.addLayout(row)
        return foot

    def _connect(self) -> None:
        self.settings.changed.connect(self._try)
        self.apply.clicked.connect(self._apply)
        self.automatic.clicked.connect(self._go_back)
        self.shut.clicked.connect(self.reject)
        self.finished.connect(self._done)

    # --- what people do ---

    def _try(self) -> None:
        self._running.preview(self._path, self.settings.wish())
        self._show_ends()

    def _apply(self) -> None:
        self._keep(self.settings.wish())
        self._running.choose(self._path, self.settings.wish())

    def _go_back(self) -> None:
        self.settings.forget()
        self._is_held_back = False
        self._keep(_NO_WISH)
        self._running.back_to_automatic(self._path)
        self._running.preview(self._path, _NO_WISH)

    def _keep(self, wish: Wish) -> None:
        self._kept = wish
        self._show_ends()
        # The button that was pressed may be gone.
        self.shut.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_ends(self) -> None:
        """Offer to apply what is new, and to forget what is kept or was found out."""
        is_set = self._kept not in {None, _NO_WISH}
        words = tr("Back to automatic") if is_set else tr("Try in full again")
        self.automatic.setText(words)
        self.automatic.set_name(words)
        self.automatic.setVisible(is_set or self._is_held_back)
        self.apply.setEnabled(self._kept is not None and self.settings.wish() != self._kept)

    def _take_engine(self, event: EngineChanged) -> None:
        self.show_engine(event.state)

    def _done(self) -> None:
        self._running.done()

    # --- Qt ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= self._look.px(_SIDE_BY_SIDE)
        directions = QBoxLayout.Direction
        self._columns.setDirection(
            directions.LeftToRight if is_wide else directions.TopToBottom
        )
        # Where the bars scroll out of sight, what comes of a change is said below.
        self.outcome.setVisible(not is_wide)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter belongs to the control that has the focus; Esc closes.
        if event.key() not in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            super().keyPressEvent(event)


def _name_of(path: str, state: EngineState) -> str:
    """Return the model's name: as it is loaded, or as its file says."""
    if state.model is not None and state.model.path == path:
        return one_line(state.model.name, 120)
    return one_line(parse_name(PurePath(path).name).title, 120)


def _state_in_words(state: EngineState) -> str:
    """Return what applying will do, or how far it is."""
    match state.phase:
        case EnginePhase.LOADING | EnginePhase.RESTARTING:
            percent = round(max(0.0, min(1.0, state.fraction)) * 100)
            return tr("Loading {percent} %").format(percent=percent)
        case EnginePhase.READY if state.awaited:
            return tr("Applying loads the model again and ends the answer being written.")
        case EnginePhase.READY:
            return tr("Applying loads the model again.")
        case EnginePhase.FAILED | EnginePhase.BROKEN if state.problem:
            return one_line(problem_words(state.problem), 300)
        case _:
            return tr("What you apply is used when this model is loaded.")
