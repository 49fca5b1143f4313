"""The first-run page: two steps before the first chat, each of which can be skipped."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from inglenook.services.findings import Findings, find_out
from inglenook.services.modelnews import RecommendationsLookedUp
from inglenook.services.modelpage import Looked
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.firstrun.promise import PromiseStep
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.column import CenteredPage
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.firstrun.modelstep import ModelStep

_WIDTH = 660
_STRONG = theme.TypeStyle(14, 20, 600)
_STEPS = 3
"""The third is the chat itself, where the first question waits for what is coming."""
_DOT, _LONG, _GAP = 6, 20, 6


class Progress(QWidget):
    """Which of the steps this is: a long dot among short ones, and in words."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._step = look, 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_step(0)

    def show_step(self, step: int) -> None:
        """Show another step, from 0."""
        self._step = step
        words = tr("Step {number} of {count}").format(number=step + 1, count=_STEPS)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        px = self._look.px
        return QSize(px(_LONG) + (_STEPS - 1) * (px(_DOT) + px(_GAP)), px(_DOT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours, px, left = self._look.palette, self._look.px, 0
        for number in range(_STEPS):
            wide = px(_LONG if number == self._step else _DOT)
            painter.setBrush(QColor(colours.accent if number == self._step else colours.edge))
            painter.drawRoundedRect(QRectF(left, 0, wide, px(_DOT)), px(_DOT) / 2, px(_DOT) / 2)
            left += wide + px(_GAP)


class FirstRun(CenteredPage):
    """What stays here, then what to get; the step is remembered over a restart.

    Attributes:
        go_on: On to the second step.
        skip: Straight to the first chat.
        back: To the first step.

    Signals:
        start_asked(): the first chat shall begin.
        open_file_asked(): the person has a model file of their own.
        find_asked(): another model than the recommended one is wanted.

    Threads: the UI thread.
    """

    start_asked = Signal()
    open_file_asked = Signal()
    find_asked = Signal()
    _found = Signal(object)

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__(look.px(_WIDTH))
        self._look, self._services = look, services
        self._steps = QStackedWidget()
        self._all: list[QWidget] = []
        self._progress = Progress(look)
        self.model: ModelStep | None = None
        self.go_on = Button(look, text=tr("Continue"), kind="accent", height=40, style=_STRONG)
        self.skip = Button(look, text=tr("Skip all this"), kind="plain", height=40)
        self.back = Button(look, icon="chevron-left", text=tr("Back"), height=40)
        self._lay_out()
        self.go_on.clicked.connect(partial(self.show_step, 1))
        self.back.clicked.connect(partial(self.show_step, 0))
        self.skip.clicked.connect(self.start_asked)
        self._found.connect(self._take_findings)
        bridge.recommendations_looked_up.connect(self._take_recommended)
        look.changed.connect(self._resize)
        self.show_step(services.settings.now.first_run_step)

    def show_step(self, step: int) -> None:
        """Go to a step, 0 or 1, and remember it."""
        focus: QWidget | None = self.window().focusWidget()  # Qt's stub forgets None
        had_keyboard = focus is not None and self.isAncestorOf(focus)
        if step == 1 and self.model is None:
            self.model = self._made()
            self._add(self.model)
        self._steps.setCurrentIndex(step)
        self._fit()
        self._progress.show_step(step)
        self.go_on.setVisible(step == 0)
        self.back.setVisible(step == 1)
        self.skip.setVisible(step == 0)  # in the second, the starter is the way out
        if step != self._services.settings.now.first_run_step:
            self._services.settings.choose("first_run_step", step)
        if had_keyboard:
            self.take_keyboard()

    def take_keyboard(self) -> None:
        """Give the keyboard to what Enter shall do."""
        is_first = self._steps.currentIndex() == 0 or self.model is None
        button = self.go_on if is_first or self.model is None else self.model.primary
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- inside ---

    def _made(self) -> "ModelStep":
        from inglenook.ui.firstrun.modelstep import ModelStep  # noqa: PLC0415  (opens faster)

        step = ModelStep(self._look)
        step.get_asked.connect(self._get)
        step.find_asked.connect(self.find_asked)
        step.file_asked.connect(self.open_file_asked)
        step.starter_asked.connect(self.start_asked)
        step.again_asked.connect(self._look_up)
        services = self._services
        find_out(services.models.machine, services.folders.models, self._found.emit)
        self.model = step
        self._look_up()
        return step

    def _look_up(self) -> None:
        if self.model is None:
            return
        if self._services.settings.is_offline:
            self.model.show_offline()
        else:
            self.model.show_waiting()
            self._services.browse.recommend()

    def _get(self, looked: Looked) -> None:
        from inglenook.ui.models.recommendedwords import offer_of  # noqa: PLC0415

        offer = offer_of(looked)
        if looked.page is not None and offer is not None:
            self._services.browse.get(looked.page, offer)
            self.start_asked.emit()

    def _take_findings(self, found: Findings) -> None:
        if self.model is not None:
            self.model.show_findings(found)

    def _take_recommended(self, told: RecommendationsLookedUp) -> None:
        if self.model is None or self._services.settings.is_offline:
            return
        had_keyboard = self.model.starter.hasFocus()
        self.model.show_recommended(told)
        self._fit()
        if had_keyboard and self.isVisible():
            self.take_keyboard()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Icon(self._look, "flame", 48))
        head.addStretch(1)
        head.addWidget(self._progress)
        self._add(PromiseStep(self._look, str(self._services.folders.data)))
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.back)
        foot.addWidget(self.go_on)
        foot.addStretch(1)
        foot.addWidget(self.skip)
        self.content.setSpacing(0)
        self.content.addLayout(head)
        self.content.addSpacing(16)
        self.content.addWidget(self._steps)
        self.content.addSpacing(20)
        self.content.addLayout(foot)

    def _add(self, step: QWidget) -> None:
        self._all.append(step)
        self._steps.addWidget(step)

    def _fit(self) -> None:
        """Be as high as the step that is shown, not as the highest of them."""
        for number, step in enumerate(self._all):
            policy = QSizePolicy.Policy.Ignored
            if number == self._steps.currentIndex():
                policy = QSizePolicy.Policy.Preferred
            step.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self._steps.updateGeometry()

    def _resize(self) -> None:
        self.set_content_width(self._look.px(_WIDTH))
