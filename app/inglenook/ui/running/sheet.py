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

from inglenook.models.comparison import learned
from inglenook.models.fit import Wish
from inglenook.models.name import parse_name
from inglenook.services.events import EngineChanged, EnginePhase, EngineState
from inglenook.services.modelnews import PlanPreviewed
from inglenook.services.running import RunningService
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.running.amounts import amounts_of
from inglenook.ui.running.bars import MemoryBars
from inglenook.ui.running.controls import Controls
from inglenook.ui.running.figures import FigureTable
from inglenook.ui.running.verdict import PlanWords
from inglenook.ui.style import Look
from inglenook.ui.widgets.badge import FitBadge, memory_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import ElidedLabel, Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr

_WIDTH, _HEIGHT, _PAD = 960, 820, 24
_TEXT = theme.TypeStyle(13, 18)
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
        self._by_hand = _NO_WISH
        self._previewed: PlanPreviewed | None = None
        self._engine = EngineState()
        is_mine = state.model is not None and state.model.path == path
        name = (
            state.model.name
            if is_mine and state.model
            else parse_name(PurePath(path).name).title
        )
        self._make_parts(one_line(name, 120))
        self._lay_out()
        self._connect()
        self.setWindowTitle(tr("How it runs"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.resize(
            min(look.px(_WIDTH), parent.width() - 32),
            min(look.px(_HEIGHT), parent.height() - 32),
        )
        self._show_mode(is_by_hand=False)
        self.show_engine(state)
        self._running.show(self._path)

    def listen(self, bridge: Bridge) -> None:
        """Follow the previews and the engine for as long as it is open."""
        bridge.plan_previewed.connect(self.show_preview)
        bridge.engine_changed.connect(self._take_engine)

    # --- building ---

    def _make_parts(self, name: str) -> None:
        look = self._look
        self.name = ElidedLabel(look, theme.LABEL, tone="text_muted")
        self.name.set_text(name)
        self.badge = FitBadge(look)
        self.words = PlanWords(look)
        self.bars = MemoryBars(look)
        self.figures = FigureTable(look)
        self.unfold = Button(look, icon="chevron-right", text=tr("Figures"), leading=True)
        self._is_unfolded = False
        self.lesson = Label(look, "", _TEXT, tone="text_muted", wrap=True)
        self.mode = Segments(
            look, tr("Settings"), [("auto", tr("Automatic")), ("hand", tr("By hand"))]
        )
        self.hint = Label(look, "", _TEXT, tone="text_muted", wrap=True)
        self.controls = Controls(look)
        self.outcome = ElidedLabel(look, theme.LABEL)
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
        self._columns.addLayout(self._memory(), _MEMORY_SHARE)
        self._columns.addLayout(self._settings(), _SETTINGS_SHARE)
        self.area = QScrollArea()
        self.area.setWidget(page)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return self.area

    def _memory(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.words)
        column.addSpacing(24)
        column.addWidget(self.bars)
        column.addSpacing(8)
        more = QHBoxLayout()
        more.setContentsMargins(-14, 0, 0, 0)  # its icon stands below the bars' beginning
        more.addWidget(self.unfold)
        more.addStretch(1)
        column.addLayout(more)
        column.addWidget(self.figures)
        column.addSpacing(8)
        column.addWidget(self.lesson)
        column.addStretch(1)
        return column

    def _settings(self) -> QVBoxLayout:
        title = QHBoxLayout()
        title.addWidget(Label(self._look, tr("Settings"), theme.H3))
        title.addStretch(1)
        title.addWidget(self.mode)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(title)
        column.addWidget(self.hint)
        column.addSpacing(4)
        column.addWidget(self.controls)
        column.addStretch(1)
        return column

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
        self.unfold.clicked.connect(self._turn)
        self.mode.chosen.connect(self._choose_mode)
        self.controls.changed.connect(self._set_by_hand)
        self.apply.clicked.connect(self._apply)
        self.automatic.clicked.connect(self._go_back)
        self.shut.clicked.connect(self.reject)
        self.finished.connect(self._done)
        self.figures.hide()
        self.automatic.hide()
        self.apply.setEnabled(False)

    # --- announcements ---

    def show_preview(self, told: PlanPreviewed) -> None:
        """Show how the model would run."""
        if told.path != self._path:
            return
        if told.plan is None or told.automatic is None or told.machine is None:
            if told.problem is not None:
                self.words.show_problem(told.problem.title, told.problem.advice)
            return
        is_first = self._previewed is None
        self._previewed = told
        if is_first:
            self._begin(told)
        self.controls.follow(told.plan)
        self.words.show_plan(told.plan)
        self.outcome.set_text(told.plan.refused[0] if told.plan.refused else told.plan.summary)
        self.badge.show_verdict(told.plan.verdict, memory_in_words(told.plan.memory))
        self.bars.show_amounts(amounts_of(told.machine, told.plan.asked or told.plan.memory))
        self._show_figures()
        self._show_ends()

    def show_engine(self, state: EngineState) -> None:
        """Follow a load, and show what was taken when it is over."""
        was_ready = self._is_mine() and self._engine.phase is EnginePhase.READY
        self._engine = state
        self._show_state()
        self._show_figures()
        is_ready = self._is_mine() and state.phase is EnginePhase.READY
        if is_ready and state.taken and not was_ready:
            self._unfold(is_open=True)

    def _take_engine(self, event: EngineChanged) -> None:
        self.show_engine(event.state)

    def _begin(self, told: PlanPreviewed) -> None:
        self._kept = self._by_hand = told.wish
        self._offer(told.wish)
        self._show_mode(is_by_hand=told.wish != _NO_WISH)

    def _offer(self, wish: Wish) -> None:
        told = self._previewed
        if told is not None and told.automatic is not None and told.machine is not None:
            self.controls.offer(told.machine, told.automatic, wish)

    def _is_mine(self) -> bool:
        return self._engine.model is not None and self._engine.model.path == self._path

    # --- what people do ---

    def _choose_mode(self, name: str) -> None:
        is_by_hand = name == "hand"
        if is_by_hand:
            self._offer(self._by_hand)
        else:
            self._by_hand = self.controls.wish()
            self.controls.forget()
        self._show_mode(is_by_hand=is_by_hand)
        self._try()

    def _set_by_hand(self) -> None:
        self._show_mode(is_by_hand=self.controls.wish() != _NO_WISH)
        self._try()

    def _try(self) -> None:
        self._running.preview(self._path, self.controls.wish())
        self._show_ends()

    def _apply(self) -> None:
        wish = self.controls.wish()
        self._keep(wish)
        self._running.choose(self._path, wish)

    def _go_back(self) -> None:
        self._by_hand = _NO_WISH
        self.controls.forget()
        self._show_mode(is_by_hand=False)
        self._keep(_NO_WISH)
        self._running.back_to_automatic(self._path)
        self._running.preview(self._path, _NO_WISH)

    def _keep(self, wish: Wish) -> None:
        self._kept = wish
        self._show_ends()
        self.shut.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self) -> None:
        self._unfold(is_open=not self._is_unfolded)

    def _unfold(self, *, is_open: bool) -> None:
        self._is_unfolded = is_open
        self.unfold.set_icon("chevron-down" if is_open else "chevron-right")
        self._show_figures()

    def _done(self) -> None:
        self._running.done()

    # --- what is shown ---

    def _show_mode(self, *, is_by_hand: bool) -> None:
        self.mode.show_choice("hand" if is_by_hand else "auto")
        automatic = tr("Inglenook looks at what is free and chooses what runs best.")
        by_hand = tr("What you set stays with this model. All else stays automatic.")
        self.hint.setText(by_hand if is_by_hand else automatic)

    def _show_ends(self) -> None:
        """Offer to apply what is new, and to go back from what is kept."""
        self.apply.setEnabled(self._kept is not None and self.controls.wish() != self._kept)
        self.automatic.setVisible(self._kept not in {None, _NO_WISH})

    def _show_figures(self) -> None:
        plan = self._previewed.plan if self._previewed else None
        planned = plan.memory if plan else ()
        taken = self._engine.taken if self._is_mine() else ()
        if taken and self._engine.plan is not None:
            # What was taken is set beside the plan it was loaded by, not one tried out since.
            planned = self._engine.plan.memory
        self.unfold.setVisible(bool(planned or taken))
        self.figures.show_sizes(planned, taken)
        self.figures.setVisible(self._is_unfolded and bool(planned or taken))
        lessons = learned(planned, taken) if planned and taken else ()
        self.lesson.setText("\n".join(lessons))
        self.lesson.setVisible(bool(lessons))
        self.unfold.setText(tr("Planned and taken") if planned and taken else tr("Figures"))
        self.unfold.set_name(self.unfold.text(), self._fold_in_words())

    def _fold_in_words(self) -> str:
        return tr("Hides the table") if self._is_unfolded else tr("Shows a table")

    def _show_state(self) -> None:
        text = self._state_in_words()
        self.status.setText(text)
        self.status.setVisible(bool(text))

    def _state_in_words(self) -> str:
        state = self._engine
        if not self._is_mine():
            return tr("What you apply is used when this model is loaded.")
        match state.phase:
            case EnginePhase.LOADING | EnginePhase.RESTARTING:
                percent = round(max(0.0, min(1.0, state.fraction)) * 100)
                return tr("Loading {percent} %").format(percent=percent)
            case EnginePhase.READY if state.answering:
                return tr("Applying loads the model again and ends the answer being written.")
            case EnginePhase.READY:
                return tr("Applying loads the model again.")
            case EnginePhase.FAILED | EnginePhase.BROKEN if state.problem:
                return one_line(state.problem.in_words(), 300)
            case _:
                return tr("What you apply is used when this model is loaded.")

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
