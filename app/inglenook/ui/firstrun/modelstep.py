"""The second step: what was found on this computer, and the one model to get for it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inglenook.core.errors import Problem
from inglenook.services.findings import Findings
from inglenook.services.modelnews import RecommendationsLookedUp
from inglenook.services.modelpage import Looked
from inglenook.ui import theme
from inglenook.ui.firstrun.computer import Computer
from inglenook.ui.models.figures import joined
from inglenook.ui.models.recommendedwords import figures_of, offer_of, rating_of
from inglenook.ui.style import Look
from inglenook.ui.units import bytes_in_words
from inglenook.ui.widgets.badge import FitBadge, memory_in_words
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.skeleton import Skeleton
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr, tr_told

_STRONG = theme.TypeStyle(14, 20, 600)
_LINE_BITS_S = 100e6
"""A usual line at home: the worldwide median of fixed ones is about this
(Ookla Speedtest Global Index, 2025)."""


class ModelStep(QWidget):
    """Facts, then a card with the recommendation, or why there is none.

    Attributes:
        looked: The model that is recommended; None while there is none.

    Signals:
        get_asked(looked): the recommended one shall come.
        find_asked(): another one is wanted.
        file_asked(): the person has a model file.
        starter_asked(): the one that is here will do.
        again_asked(): look once more.
    """

    get_asked = Signal(object)
    find_asked = Signal()
    file_asked = Signal()
    starter_asked = Signal()
    again_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.looked: Looked | None = None
        self.computer = Computer(look)
        self._heading = Label(look, "", theme.LABEL, tone="text_muted", wrap=True)
        self._name = Label(look, "", theme.H2, wrap=True, display=True)
        self._good_at = Label(look, "", theme.UI, tone="text_muted", wrap=True)
        self._figures = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self._badge = FitBadge(look)
        self._skeleton = Skeleton(look, 2)
        self._card = self._make_card()
        self.get = self._button(tr("Get it"), "accent", icon="download")
        self.again = self._button(tr("Try again"), "outline")
        self.other = self._button(tr("Choose another"), "outline")
        self.file = self._button(tr("I have a model file"), "outline")
        self.starter = self._button(tr("Use the starter for now"), "quiet")
        self._lay_out()
        self._connect()
        self.show_waiting()

    def show_findings(self, found: Findings) -> None:
        """Show what there is on this computer."""
        self.computer.show_findings(found)

    def show_waiting(self) -> None:
        """Show that the Hub is being asked."""
        self._show(tr("Looking for the best model for it"), None)
        self._skeleton.show()

    def show_recommended(self, told: RecommendationsLookedUp) -> None:
        """Show the best model that is known by now."""
        best = told.looked[0] if told.looked and told.looked[0].fits else None
        if best is not None:
            is_sure = told.is_complete and told.problem is None
            words = tr("Recommended for this computer") if is_sure else tr("The best so far")
            self._show(words, best)
        elif told.problem is not None:
            self.show_problem(told.problem)
        elif told.is_complete:
            self._show(tr("Nothing we recommend fits this computer well."), None)

    def show_problem(self, problem: Problem) -> None:
        """Say why nothing can be recommended, and that it goes on all the same."""
        goes_on = tr("The starter works without the network; get a better model any time.")
        words = f"{one_line(tr_told(problem.title), 120)}. {goes_on}"
        self._show(words, None, again=True)

    def show_offline(self) -> None:
        """Say that the network is switched off, and that it goes on all the same."""
        self._show(
            tr(
                "Inglenook is offline, so no better model can be looked for now. The starter "
                "works without the network; get a better model any time."
            ),
            None,
        )

    @property
    def primary(self) -> Button:
        """The button that Enter means."""
        return self.starter if self.get.isHidden() else self.get

    def _show(self, heading: str, best: Looked | None, *, again: bool = False) -> None:
        self.looked = best
        self._heading.setText(heading)
        self._skeleton.hide()
        self._card.setVisible(best is not None)
        self.get.setVisible(best is not None)
        self.again.setVisible(again)
        self.starter.set_kind("quiet" if best is not None else "accent")
        if best is not None:
            self._fill(best)

    def _fill(self, best: Looked) -> None:
        entry, offer = best.recommendation, offer_of(best)
        self._name.setText(one_line(entry.name, 80))
        self._good_at.setText(one_line(entry.good_at, 300))
        rated = rating_of(best.page, offer)
        parts = memory_in_words(rated.memory) if rated else ""
        self._badge.show_verdict(rated.verdict if rated else None, parts)
        size = offer.size_bytes if offer is not None else 0
        self._figures.setText(joined(figures_of(best), time_in_words(size)))
        words = tr("Get it, {size}").format(size=bytes_in_words(size))
        self.get.setText(words)
        name = tr("Get {model}, {size}")
        self.get.set_name(name.format(model=self._name.text(), size=bytes_in_words(size)))
        self.get.setToolTip("")

    def _button(self, text: str, kind: str, icon: str = "") -> Button:
        return Button(
            self._look, icon=icon, icon_size=16, text=text, kind=kind, height=40, style=_STRONG
        )

    def _make_card(self) -> Surface:
        card = Surface(self._look, "raised", radius=theme.RADIUS_CARD)
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(0)
        column.addWidget(self._name)
        column.addSpacing(2)
        column.addWidget(self._good_at)
        column.addSpacing(12)
        foot = Flow(12)
        foot.addWidget(self._badge)
        column.addLayout(foot)
        column.addSpacing(8)
        column.addWidget(self._figures)
        return card

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        title = tr("What this computer can run")
        column.addWidget(Label(self._look, title, theme.DISPLAY, wrap=True, display=True))
        column.addSpacing(16)
        found = Surface(self._look, "side", radius=theme.RADIUS_CARD)
        inner = QVBoxLayout(found)
        inner.setContentsMargins(20, 16, 20, 16)
        inner.addWidget(self.computer)
        column.addWidget(found)
        column.addSpacing(20)
        column.addWidget(self._heading)
        column.addSpacing(8)
        column.addWidget(self._skeleton)
        column.addWidget(self._card)
        column.addSpacing(16)
        buttons = Flow(8)
        for button in (self.get, self.again, self.other, self.file, self.starter):
            buttons.addWidget(button)
        column.addLayout(buttons)

    def _connect(self) -> None:
        self.get.clicked.connect(self._ask)
        self.other.clicked.connect(self.find_asked)
        self.file.clicked.connect(self.file_asked)
        self.starter.clicked.connect(self.starter_asked)
        self.again.clicked.connect(self.again_asked)

    def _ask(self) -> None:
        if self.looked is not None:
            self.get_asked.emit(self.looked)


def time_in_words(size_bytes: int) -> str:
    """Return how long a download takes over a usual line: ``"about 6 min at 100 Mbit/s"``."""
    if size_bytes <= 0:
        return ""
    minutes = round(size_bytes * 8 / _LINE_BITS_S / 60)
    if minutes < 1:
        return tr("less than a minute at 100 Mbit/s")
    return tr("about {count} min at 100 Mbit/s").format(count=minutes)
