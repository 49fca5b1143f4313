"""The first card of the page: the switch, and what a program needs once it is on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.services.servingnews import ServingKey, ServingPhase, ServingState
from inglenook.storage.settings import Settings
from inglenook.ui import theme
from inglenook.ui.serving.copyline import CopyLine
from inglenook.ui.serving.words import key_words, port_words, reach_words, standing_of
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.chip import Chip
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.notice import Notice
from inglenook.ui.widgets.question import Question
from inglenook.ui.widgets.speak import speak
from inglenook.ui.widgets.surface import Surface
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import tr

_MOST_OTHERS = 4
_PAD, _NOTICE_EDGE = 16, 12
_ANY_WIDTH = 16_777_215
"""Qt's own greatest width."""


class ServingCard(Surface):
    """On or off, the addresses, and the key.

    Attributes:
        switch: On while the server is, or is starting.
        address: For programs on this computer.
        others: For other computers, one for each network; hidden where there are fewer.
        key: What programs must show.
        reach: Who can reach it.
        renew: Asks whether another key shall take its place.
        question: What it asks.
        notice: Why it could not start.

    Signals:
        start_asked(), stop_asked(), renew_asked(): by the person.
        copied(words): what was copied.

    Threads: the UI thread.
    """

    start_asked = Signal()
    stop_asked = Signal()
    renew_asked = Signal()
    copied = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "raised", radius=theme.RADIUS_CARD)
        self._state = ServingState()
        self.switch = Switch(look, tr("Local server"))
        self.standing = Chip(look)
        self.notice = Notice(look)
        self.address = CopyLine(look, tr("Address"), tr("Copy the address"))
        self.others = tuple(
            CopyLine(look, tr("In the network"), tr("Copy the address for other computers"))
            for _ in range(_MOST_OTHERS)
        )
        self.port = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self.key = CopyLine(look, tr("Key"), tr("Copy the key"), is_secret=True)
        self.kept = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self.renew = Button(look, icon="refresh", name=tr("Renew the key…"), height=36)
        self.key.add(self.renew)
        self.question = Question(look, tr("Renew"), tr("Keep it"))
        self.reach = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self._is_narrow = False
        self._lay_out()
        self._connect()
        look.changed.connect(self._align)
        self._align()

    def take(self, state: ServingState, now: Settings) -> None:
        """Show another state.

        Args:
            state: Of the server.
            now: What the person wants of it.
        """
        before, self._state = self._state, state
        phase = state.phase
        self.switch.setChecked(phase in {ServingPhase.STARTING, ServingPhase.ON})
        standing = standing_of(state)
        self.standing.say(*standing)
        self._body.setVisible(phase is ServingPhase.ON)
        self.address.show_text(state.address)
        for place, line in enumerate(self.others):
            line.show_text(state.others[place] if place < len(state.others) else "")
            line.setVisible(place < len(state.others))
        self.reach.setText(reach_words(state, is_wanted=now.serving_network))
        self.port.setText(port_words(state, now.serving_port))
        self.port.setVisible(bool(self.port.text()))
        if state.problem is None:
            self.notice.hide()
        elif state.problem != before.problem:
            self.notice.show_problem(state.problem, tr("Try again"), self.start_asked.emit)
        if phase is not before.phase and standing.word:
            speak(self.switch, standing.word)

    def take_key(self, told: ServingKey) -> None:
        """Have another key to show."""
        self.key.show_text(told.key)
        self.kept.setText(key_words(is_kept=told.is_kept))

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Stand fields below their names, or beside them."""
        self._is_narrow = is_narrow
        for line in self._lines():
            line.set_narrow(is_narrow=is_narrow)
        self._align()

    # --- inside ---

    def _lay_out(self) -> None:
        look = self._look
        title = Flow(theme.SPACE_2)
        title.addWidget(Label(look, tr("Serve other programs"), theme.H3))
        title.addWidget(self.standing)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(title)
        about = tr("Editors, scripts and other apps use your model the way they use OpenAI's.")
        words.addWidget(Label(look, about, theme.NOTE, tone="text_muted", wrap=True))
        words.addWidget(self.reach)
        head = QHBoxLayout()
        head.setContentsMargins(_PAD, 0, _PAD, 0)
        head.setSpacing(theme.SPACE_4)
        head.addWidget(Icon(look, "server", 24), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        head.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, _PAD, 0, _PAD)
        column.setSpacing(theme.SPACE_3)
        column.addLayout(head)
        column.addLayout(self._make_trouble())
        column.addWidget(self._make_body())

    def _make_trouble(self) -> QHBoxLayout:
        self.notice.setMaximumWidth(_ANY_WIDTH)
        row = QHBoxLayout()
        row.setContentsMargins(_PAD - _NOTICE_EDGE, 0, _PAD - _NOTICE_EDGE, 0)
        row.addWidget(self.notice)
        return row

    def _make_body(self) -> QWidget:
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(_PAD, theme.SPACE_1, _PAD, 0)
        column.setSpacing(theme.SPACE_2)
        for part in (self.address, self.port, *self.others):
            column.addWidget(part)
        column.addSpacing(theme.SPACE_1)
        for part in (self.key, self.kept, self.question):
            column.addWidget(part)
        return self._body

    def _lines(self) -> tuple[CopyLine, ...]:
        return self.address, *self.others, self.key

    def _align(self) -> None:
        """Let all fields begin below each other, and the notes with them."""
        wide = max(line.label.sizeHint().width() for line in self._lines())
        for line in self._lines():
            line.label.setMinimumWidth(wide)
        indent = 0 if self._is_narrow else wide + theme.SPACE_3
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for note in (self.port, self.kept):
            note.setContentsMargins(0 if is_rtl else indent, 0, indent if is_rtl else 0, 0)

    def _connect(self) -> None:
        self.switch.clicked.connect(self._turn)
        self.renew.clicked.connect(self._ask)
        self.question.agreed.connect(self._renew)
        self.question.declined.connect(self._return)
        for line in self._lines()[:-1]:
            line.copied.connect(lambda: self.copied.emit(tr("Copied the address")))
        self.key.copied.connect(lambda: self.copied.emit(tr("Copied the key")))

    def _turn(self) -> None:
        (self.start_asked if self.switch.isChecked() else self.stop_asked).emit()

    def _ask(self) -> None:
        self.question.ask(
            tr("Programs that have the old key are refused until you give them the new one.")
        )

    def _renew(self) -> None:
        self.renew_asked.emit()
        self._return()

    def _return(self) -> None:
        self.renew.setFocus(Qt.FocusReason.OtherFocusReason)
