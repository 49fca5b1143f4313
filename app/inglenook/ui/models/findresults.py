"""What a search found, what stands against it, and what is said when nothing is there."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from inglenook.services.events import HubSearched
from inglenook.ui import theme
from inglenook.ui.models.findfilters import Filters
from inglenook.ui.models.findnote import (
    FindNote,
    FindStrip,
    Plight,
    nothing_found,
    plight_of,
)
from inglenook.ui.models.pane import WIDTH
from inglenook.ui.models.results import Result, results_of
from inglenook.ui.models.resultsview import ResultsView
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.skeleton import Skeleton
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import tr, tr_n


class FindResults(QWidget):
    """The list, or a note in its place.

    Attributes:
        list: The rows.
        rows: What is in it.

    Signals:
        acted(plight): the button beside a problem was pressed.
    """

    acted = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: tuple[Result, ...] = ()
        self._last: HubSearched | None = None
        self.list = ResultsView(look)
        self.note = FindNote(look)
        self.strip = FindStrip(look)
        self.count = Label(look, "", theme.CAPTION, tone="text_faint")
        self._skeleton = Skeleton(look, 6)
        self._waiting = QWidget()
        wait = QVBoxLayout(self._waiting)
        wait.setContentsMargins(0, 0, 0, 0)
        wait.addWidget(self._skeleton)
        wait.addStretch(1)
        self._stack = QStackedLayout()
        self.count.setContentsMargins(12, 0, 12, 4)
        self._inner = QWidget()
        across = QHBoxLayout(self)
        across.setContentsMargins(24, 0, 24, 0)
        across.addStretch(1)
        across.addWidget(self._inner, 1000)
        across.addStretch(1)
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.strip)
        column.addWidget(self.count)
        column.addLayout(self._stack, 1)
        # Not earlier: a stack without a parent shows its first part as a window.
        for part in (self.list, self.note, self._waiting):
            self._stack.addWidget(part)
        self.strip.acted.connect(self.acted)
        self.note.acted.connect(self.acted)
        look.changed.connect(self._resize)
        self._resize()

    def show_waiting(self) -> None:
        """Say that a search goes on; what was found before stays until it ends."""
        self.count.setText(tr("Searching…"))
        if not self.rows:
            self._stack.setCurrentWidget(self._waiting)

    def show_found(self, told: HubSearched, filters: Filters) -> None:
        """Show what was found, or the same under other filters."""
        self._last = told
        self.rows = results_of(told, filters)
        self.list.show_results(self.rows)
        self.count.setText(_count(len(self.rows), len(told.models)) if self.rows else "")
        plight = plight_of(told.problem) if told.problem is not None else None
        self.strip.show_plight(plight if self.rows else None)
        if self.rows:
            self._stack.setCurrentWidget(self.list)
            speak(self, self.count.text())
            return
        is_filtered = not filters.is_empty
        note = plight or nothing_found(told.query.words, is_filtered=is_filtered)
        self._show_note(note)

    def show_filters(self, filters: Filters) -> None:
        """Let other rows of what was found through."""
        if self._last is not None:
            self.show_found(self._last, filters)

    def show_plight(self, plight: Plight | None) -> None:
        """Say why nothing new can be found."""
        self.strip.show_plight(plight if self.rows else None)
        if plight is not None and not self.rows:
            self._show_note(plight)

    def _show_note(self, plight: Plight) -> None:
        self.count.setText("")
        self.note.show_plight(plight)
        self._stack.setCurrentWidget(self.note)
        speak(self, f"{plight.title}. {plight.advice}")

    def _resize(self) -> None:
        self._inner.setMaximumWidth(self._look.px(WIDTH))


def _count(shown: int, found: int) -> str:
    if shown == found:
        return tr_n("1 model", "{count} models", shown).format(count=shown)
    return tr("{shown} of {found} models").format(shown=shown, found=found)
