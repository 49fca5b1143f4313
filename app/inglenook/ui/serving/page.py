"""The page of the local server."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.services.servingnews import (
    LiveRequest,
    ServedRequest,
    ServingKey,
    ServingPhase,
    ServingState,
)
from inglenook.storage.settings import Settings
from inglenook.ui import theme
from inglenook.ui.models.pane import Pane
from inglenook.ui.models.rowlist import RowList
from inglenook.ui.pages import FullPage
from inglenook.ui.serving.card import ServingCard
from inglenook.ui.serving.live import LiveRow
from inglenook.ui.serving.programs import Programs
from inglenook.ui.serving.requests import RequestTable
from inglenook.ui.serving.terms import TermsCard
from inglenook.ui.serving.words import live_words, log_cells
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.words import tr

_NARROW = 520
_MOST_SHOWN = 100
_FROM = 2
_SEVERAL = 2


class ServingPage(FullPage):
    """The switch, the terms, programs to paste, and what is asked now and was before.

    Attributes:
        card: The switch, the address and the key.
        terms: Other computers, the start, the port.
        programs: What is pasted.
        live: Requests that are being answered, each with what ends it.
        end_all: Ends them all; hidden where there are fewer than two.
        log: Requests that are over.
        clear: Forgets them.

    Threads: the UI thread.
    """

    clear_asked = Signal()
    """The person wants the log to be empty."""
    end_asked = Signal(str)
    """The person wants a request to be over."""
    end_all_asked = Signal()
    """The same for all of them."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.back = Button(look, icon="chevron-left", name=tr("Back to the chat"))
        self.back.set_name(tr("Back to the chat"), "Esc")
        self.card = ServingCard(look)
        self.terms = TermsCard(look)
        self.programs = Programs(look)
        self.live: RowList[LiveRow] = RowList(look, self._make_row)
        self.end_all = Button(look, icon="stop", text=tr("End all"), kind="outline")
        self.end_all.set_name(tr("End all requests"))
        heads = (
            tr("Route"), tr("Model"), tr("From"), tr("Tokens in + out"), tr("Took"),
            tr("Result"), tr("When"),
        )  # fmt: skip
        self.log = RequestTable(look, tr("Log of requests"), heads, (1, _FROM))
        self.asked = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self.clear = Button(look, text=tr("Clear the log"), kind="outline")
        self._foot = QWidget()
        self._foot.setFixedHeight(0)
        self._lay_out()
        self.back.clicked.connect(self.closed)
        self.clear.clicked.connect(self.clear_asked)
        self.end_all.clicked.connect(self._end_all)

    @property
    def foot(self) -> QWidget:
        """The lower edge, on which short messages stand."""
        return self._foot

    def come_forward(self) -> None:
        """Take the keyboard at the switch."""
        self.card.switch.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def take(self, state: ServingState, now: Settings, model: str) -> None:
        """Show another state.

        Args:
            state: Of the server.
            now: What the person wants of it.
            model: That programs ask for; as the server names it.
        """
        self.card.take(state, now)
        self.terms.take(now)
        is_on = state.phase is ServingPhase.ON
        self._while_on.setVisible(is_on)
        if is_on:
            self.programs.take(state.address, model)
        self._take_live(state.live)

    def take_key(self, told: ServingKey) -> None:
        """Have another key to show and to copy."""
        self.card.take_key(told)
        self.programs.take_key(told.key)

    def take_log(self, log: tuple[ServedRequest, ...]) -> None:
        """Show the log, newest first."""
        self._past.setVisible(bool(log))
        self.log.show_rows([log_cells(each) for each in log[:_MOST_SHOWN]])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < self._look.px(_NARROW)
        self.card.set_narrow(is_narrow=is_narrow)
        self.programs.set_narrow(is_narrow=is_narrow)

    # --- inside ---

    def _take_live(self, live: tuple[LiveRequest, ...]) -> None:
        after = self.log if self.log.isVisible() else self.back
        had_all = self.end_all.hasFocus()
        self.live.show_keys([each.id for each in live], instead=after)
        for each in live:
            self.live.rows[each.id].show_request(each)
        self.end_all.setVisible(len(live) >= _SEVERAL)
        if had_all and len(live) < _SEVERAL:
            last = [row.end for row in self.live.rows.values()]
            (last[0] if last else after).setFocus(Qt.FocusReason.OtherFocusReason)
        self.asked.setText(live_words(len(live)))

    def _make_row(self, request: str) -> LiveRow:
        row = LiveRow(self._look, request)
        row.end_asked.connect(self.end_asked)
        return row

    def _end_all(self) -> None:
        for row in self.live.rows.values():
            row.say_that_it_ends()
        self.end_all_asked.emit()

    def _lay_out(self) -> None:
        head = Surface(self._look, "ground", line="bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self.back)
        row.addWidget(Label(self._look, tr("Local server"), theme.H2, display=True))
        row.addStretch(1)
        pane = Pane(self._look, tr("Local server"))
        pane.content.setSpacing(theme.SPACE_4)
        self._while_on, self._past = self._make_now(), self._make_past()
        for part in (self.card, self.terms, self._while_on, self._past):
            pane.content.addWidget(part)
        pane.content.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(pane, 1)
        column.addWidget(self._foot)

    def _make_now(self) -> QWidget:
        part, column = _part()
        column.addWidget(self.programs)
        column.addSpacing(theme.SPACE_4)
        row = QHBoxLayout()
        row.addWidget(Label(self._look, tr("Requests now"), theme.H3), 1)
        row.addWidget(self.end_all)
        column.addLayout(row)
        column.addWidget(self.asked)
        column.addWidget(self.live.card)
        return part

    def _make_past(self) -> QWidget:
        part, column = _part()
        row = QHBoxLayout()
        row.addWidget(Label(self._look, tr("Log of requests"), theme.H3), 1)
        row.addWidget(self.clear)
        column.addLayout(row)
        about = tr("Kept until Inglenook ends. No word of a question or an answer is in it.")
        column.addWidget(Label(self._look, about, theme.NOTE, tone="text_muted", wrap=True))
        column.addWidget(self.log)
        return part


def _part() -> tuple[QWidget, QVBoxLayout]:
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, theme.SPACE_2, 0, 0)
    column.setSpacing(theme.SPACE_2)
    return part, column
