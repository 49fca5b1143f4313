"""What is said where models would be, when there is nothing to show, and why."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.core.errors import Problem
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import one_line, tr, tr_told

_WIDTH = 420
_TITLE = theme.TypeStyle(14, 20, 600)


class Deal(StrEnum):
    """What the button beside a plight does."""

    TRY_AGAIN = "try again"
    GO_ONLINE = "go online"
    CLEAR_FILTERS = "clear filters"


@dataclass(frozen=True, slots=True)
class Plight:
    """Why there is nothing, and what can be done.

    Attributes:
        action: Text of the button; "" for none.
        deal: What the button does.
    """

    icon: str
    title: str
    advice: str
    action: str = ""
    deal: Deal = Deal.TRY_AGAIN


def plight_of(problem: Problem) -> Plight:
    """Return what to say about a problem with the Hub."""
    title, advice = (
        one_line(tr_told(problem.title), 120),
        one_line(tr_told(problem.advice), 300),
    )
    return Plight("offline", title, advice, tr("Try again"))


def offline(*, is_forced: bool) -> Plight:
    """Return what to say while the network is switched off.

    Args:
        is_forced: It was switched on and is off all the same.
    """
    title = tr("Inglenook is offline")
    if is_forced:
        words = tr(
            "The environment it was started in keeps it so: INGLENOOK_OFFLINE is set. "
            "Models on this computer go on working."
        )
        return Plight("offline", title, words)
    words = tr(
        "Finding models needs the network, and you have switched it off. "
        "Models on this computer go on working."
    )
    return Plight("offline", title, words, tr("Go online"), Deal.GO_ONLINE)


def nothing_found(words: str, *, is_filtered: bool) -> Plight:
    """Return what to say when a search found nothing."""
    if is_filtered:
        advice = tr("There may be some without the filters.")
        return Plight(
            "search",
            tr("No model passes the filters"),
            advice,
            tr("Clear filters"),
            Deal.CLEAR_FILTERS,
        )
    title = tr("Nothing found for “{words}”").format(words=one_line(words, 60))
    return Plight("search", title, tr("Try fewer or other words, such as a model's family."))


class FindNote(QWidget):
    """A plight in the middle of an empty page.

    Signals:
        acted(plight): the button was pressed.
    """

    acted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._plight: Plight | None = None
        self._icon = Icon(look, "search", 32, tone="text_faint")
        self.title = Label(look, "", theme.H2, wrap=True, display=True)
        self.advice = Label(look, "", theme.UI, tone="text_muted", wrap=True)
        self.action = Button(look, text=tr("Try again"), kind="outline", height=36)
        middle = Qt.AlignmentFlag.AlignHCenter
        for label in (self.title, self.advice):
            label.setAlignment(middle)
        inner = QWidget()
        inner.setMaximumWidth(look.px(_WIDTH))
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._icon, 0, middle)
        column.addSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.advice)
        column.addSpacing(8)
        column.addWidget(self.action, 0, middle)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(inner, 1000)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.addStretch(2)
        whole.addLayout(across)
        whole.addStretch(3)
        self.action.clicked.connect(self._act)

    def show_plight(self, plight: Plight) -> None:
        """Say why there is nothing."""
        self._plight = plight
        self._icon.show_icon(plight.icon, "text_faint")
        self.title.setText(plight.title)
        self.advice.setText(plight.advice)
        self.action.setText(plight.action)
        self.action.set_name(plight.action)
        self.action.setVisible(bool(plight.action))

    def _act(self) -> None:
        self.acted.emit(self._plight)


class FindStrip(Surface):
    """A plight in one line above what is still there from before.

    Signals:
        acted(plight): the button was pressed.
    """

    acted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "inset", radius=theme.RADIUS_FIELD)
        self._plight: Plight | None = None
        self.title = Label(look, "", _TITLE, wrap=True)
        self.advice = Label(look, "", theme.LABEL, tone="text_muted", wrap=True)
        self.action = Button(look, text=tr("Try again"), kind="outline")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.advice)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(Icon(look, "offline", 20, tone="text_muted"))
        row.addLayout(words, 1)
        row.addWidget(self.action)
        self.action.clicked.connect(self._act)
        self.hide()

    def show_plight(self, plight: Plight | None) -> None:
        """Say why there is nothing new; hide without a plight."""
        self._plight = plight
        self.setVisible(plight is not None)
        if plight is not None:
            self.title.setText(plight.title)
            self.advice.setText(plight.advice)
            self.action.setText(plight.action)
            self.action.set_name(plight.action)
            self.action.setVisible(bool(plight.action))

    def _act(self) -> None:
        self.acted.emit(self._plight)
