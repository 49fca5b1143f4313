"""Encryption among the settings: how it stands, on, off, and what opens the chats."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.encryption import words
from inglenook.ui.encryption.choosing import Column
from inglenook.ui.encryption.form import Ask, Form
from inglenook.ui.style import Look
from inglenook.ui.widgets.bar import Bar
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, problem_words, tr

if TYPE_CHECKING:
    from inglenook.services.services import Services

_TITLE = theme.TypeStyle(14, 20, 600)
_SHARES = {"copying": 0.25, "checking": 0.55, "switching": 0.8, "erasing": 0.9}
"""Where the bar stands at each step; copying and comparing take nearly all the time."""


class EncryptionPane(QWidget):
    """Says how the chats are kept, and changes it.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__()
        self._encryption = services.encryption
        self._told = EncryptionChanged(Lock.OFF)
        self._asked = ""
        self.icon = Icon(look, "lock", 20, tone="text_faint")
        self.title = Label(look, "", _TITLE)
        self.state = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self.switch_on = Button(look, text=tr("Encrypt chats…"), kind="soft")
        self.change = Button(look, text=tr("Change passphrase…"), kind="outline")
        self.rekey = Button(look, text=tr("Use a new key…"), kind="outline")
        self.switch_off = Button(look, text=tr("Stop encrypting…"), kind="outline")
        self.trouble = Label(look, "", theme.NOTE, tone="bad", wrap=True)
        self.step = Label(look, "", theme.NOTE, tone="text_muted")
        self.bar = Bar(look, tr("Change of the encryption"))
        self.form = Form(look)
        self._choices = (self.switch_on, self.change, self.rekey, self.switch_off)
        self._lay_out(look)
        self._connect()
        bridge.encryption_changed.connect(self.show_state)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._encryption.look()

    def show_state(self, told: EncryptionChanged) -> None:
        """Show how the chats are kept now, and what came of a change."""
        is_over = bool(self._asked) and not told.step
        self._told = told
        if is_over:
            self._asked = ""
            if told.problem is None:
                self.form.forget()
        self._show()
        if not is_over:
            return
        if told.problem is None:
            speak(self, f"{self.title.text()}. {self.state.text()}", at_once=True)
            self._first_choice().setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            speak(self, problem_words(told.problem), at_once=True)

    def _lay_out(self, look: Look) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.SPACE_3)
        says = QVBoxLayout()
        says.setSpacing(0)
        says.addWidget(self.title)
        says.addWidget(self.state)
        head.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(says, 1)
        self.row = QWidget()
        flow = Flow(theme.SPACE_2)
        self.row.setLayout(flow)
        for choice in self._choices:
            flow.addWidget(choice)
        column = Column(self)
        column.setSpacing(theme.SPACE_3)
        column.addLayout(head)
        for part in (self.row, self.step, self.bar, self.trouble, self.form):
            column.addWidget(part)
        column.addSpacing(theme.SPACE_2)
        sides = QHBoxLayout()
        sides.setSpacing(theme.SPACE_5)
        covered = _listing(look, tr("What encryption covers"), words.protected(), "check", "ok")
        open_to_all = _listing(look, tr("What it does not"), words.unprotected(), "eye", "warn")
        sides.addLayout(covered, 1)
        sides.addLayout(open_to_all, 1)
        column.addLayout(sides)

    def _connect(self) -> None:
        self.switch_on.clicked.connect(self._ask_on)
        self.change.clicked.connect(self._ask_change)
        self.rekey.clicked.connect(self._ask_rekey)
        self.switch_off.clicked.connect(self._ask_off)
        self.form.agreed.connect(self._go)
        self.form.left.connect(self._show)

    # --- what is shown ---

    def _show(self) -> None:
        told = self._told
        is_asking = self.form.isVisibleTo(self)
        is_open = told.lock is Lock.OPEN
        tone = "ok" if is_open else "text_faint"
        self.icon.show_icon("lock", tone)
        self.title.setText(words.state_title(told))
        self.state.setText(words.state_words(told))
        self.row.setVisible(told.lock is not Lock.LOCKED and not is_asking)
        self.switch_on.setVisible(told.lock is Lock.OFF)
        for choice in (self.change, self.rekey, self.switch_off):
            choice.setVisible(is_open)
        self.step.setText(words.step_words(told.step))
        self.bar.set_fraction(_SHARES.get(told.step, 0.0))
        for part in (self.step, self.bar):
            part.setVisible(bool(told.step))
        problem = told.problem
        self.trouble.setText("" if problem is None else one_line(problem_words(problem), 600))
        self.trouble.setVisible(problem is not None)
        self.form.setEnabled(not told.step and not self._asked)

    def _first_choice(self) -> Button:
        return next((each for each in self._choices if each.isVisibleTo(self)), self.switch_on)

    # --- what is asked, and done ---

    def _ask_on(self) -> None:
        self._ask(Ask("on", words.before_switching_on(), tr("Encrypt chats"), wants_new=True))

    def _ask_change(self) -> None:
        what = tr("The key of your chats stays; something else opens it from now on.")
        self._ask(Ask("change", what, tr("Change"), wants_current=True, wants_new=True))

    def _ask_rekey(self) -> None:
        what = tr(
            "Your chats are copied with a new key and the old file is erased. Do this when "
            "somebody may have come by your files and your old passphrase."
        )
        self._ask(Ask("rekey", what, tr("Use a new key"), wants_current=True))

    def _ask_off(self) -> None:
        what = tr(
            "Your chats are put back in clear: whoever can read this computer's disk can then "
            "read them."
        )
        self._ask(Ask("off", what, tr("Stop encrypting")))

    def _ask(self, ask: Ask) -> None:
        self.trouble.hide()
        self.form.ask(ask, self._encryption.new_code())
        self.row.hide()

    def _go(self, name: str) -> None:
        self._asked = name
        self.form.setEnabled(False)
        typed, chosen = self.form.current.text(), self.form.chosen
        if name == "on":
            self._encryption.switch_on(chosen)
        elif name == "off":
            self._encryption.switch_off()
        elif name == "change":
            self._encryption.change(typed, chosen)
        else:
            self._encryption.rekey(typed)


def _listing(
    look: Look, title: str, lines: tuple[str, ...], icon: str, tone: str
) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(theme.SPACE_1)
    column.addWidget(Label(look, title, theme.LABEL, tone="text_muted"))
    for line in lines:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_2)
        row.addWidget(Icon(look, icon, 14, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(look, line, theme.NOTE, wrap=True), 1)
        column.addLayout(row)
    column.addStretch(1)
    return column
