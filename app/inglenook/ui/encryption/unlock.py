"""The page in place of the room while the chats are locked."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from inglenook.core.errors import Problem
from inglenook.services.encryptionnews import EncryptionChanged, Lock
from inglenook.storage.files import shown
from inglenook.ui import theme
from inglenook.ui.bridge import Bridge
from inglenook.ui.encryption.secretfield import SecretField
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.column import CenteredPage
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.speak import speak
from inglenook.ui.words import one_line, problem_words, tr, tr_told

if TYPE_CHECKING:
    from inglenook.services.services import Services

_WIDTH = 460


class UnlockPage(CenteredPage):
    """Asks for the passphrase or the recovery code, as often as it takes.

    It looks into the keyring first, and shows nothing to type while that may do.

    Signals:
        opened(): the chats are open.
        quit_asked(): Quit was pressed.
    """

    opened = Signal()
    quit_asked = Signal()

    def __init__(self, look: Look, services: "Services", bridge: Bridge) -> None:
        super().__init__(look.px(_WIDTH))
        self._services = services
        self.title = Label(look, tr("Your chats are locked"), theme.H1, wrap=True, display=True)
        self.advice = Label(look, "", theme.UI, tone="text_muted", wrap=True)
        self.field = SecretField(look, tr("Passphrase"))
        self.caps = Label(look, tr("Caps Lock seems to be on."), theme.NOTE, tone="warn")
        self.trouble = Label(look, "", theme.NOTE, tone="bad", wrap=True)
        self.unlock = Button(look, text=tr("Unlock"), kind="accent", height=40)
        self.quit = Button(look, text=tr("Quit"), kind="outline", height=40)
        self.forgot = Button(look, text=tr("I do not have it any more"))
        self.truth = Label(look, self._truth(), theme.NOTE, tone="text_muted", wrap=True)
        self._lay_out(look)
        self.field.caps_told.connect(self.caps.setVisible)
        self.field.returnPressed.connect(self._unlock)
        self.field.textEdited.connect(self.trouble.hide)
        self.unlock.clicked.connect(self._unlock)
        self.quit.clicked.connect(self.quit_asked)
        self.forgot.clicked.connect(self._tell_truth)
        bridge.encryption_changed.connect(self.show_state)
        self._wait(tr("Looking for the key in this computer's keyring…"))

    def look(self) -> None:
        """Try the keyring."""
        self._services.encryption.look()

    def show_state(self, told: EncryptionChanged) -> None:
        """Show how the chats are kept now."""
        if told.lock is not Lock.LOCKED:
            self.field.forget()
            self.opened.emit()
            return
        is_code = told.by == "code"
        name = tr("Recovery code") if is_code else tr("Passphrase")
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(name)
        self.advice.setText(
            tr("Type the recovery code that you have written down or printed.")
            if is_code
            else tr("Type your passphrase to open them.")
        )
        can_type = bool(told.by)
        for part in (self.field, self.forgot):
            part.setVisible(can_type)
        self.unlock.setText(tr("Unlock") if can_type else tr("Look again"))
        self.unlock.set_name(self.unlock.text())
        self._allow(is_allowed=True)
        self._show_trouble(told.problem, can_type=can_type)

    def _lay_out(self, look: Look) -> None:
        left = Qt.AlignmentFlag.AlignLeft
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_2)
        buttons.addWidget(self.unlock)
        buttons.addWidget(self.quit)
        buttons.addStretch(1)
        buttons.addWidget(self.forgot)
        self.content.setSpacing(theme.SPACE_2)
        self.content.addWidget(Icon(look, "lock", 40), 0, left)
        self.content.addSpacing(theme.SPACE_2)
        for part in (self.title, self.advice):
            self.content.addWidget(part)
        self.content.addSpacing(theme.SPACE_2)
        self.content.addWidget(self.field)
        for line in (self.caps, self.trouble):
            self.content.addWidget(line)
        self.content.addSpacing(theme.SPACE_2)
        self.content.addLayout(buttons)
        self.content.addSpacing(theme.SPACE_2)
        self.content.addWidget(self.truth)
        for line in (self.caps, self.trouble, self.truth):
            line.hide()

    def _wait(self, words: str) -> None:
        self.advice.setText(words)
        for part in (self.field, self.forgot):
            part.hide()
        self._allow(is_allowed=False)
        speak(self, words)

    def _allow(self, *, is_allowed: bool) -> None:
        self.field.setEnabled(is_allowed)
        self.unlock.setEnabled(is_allowed)
        if is_allowed and self.field.isVisibleTo(self):
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_trouble(self, problem: Problem | None, *, can_type: bool) -> None:
        self.trouble.setVisible(problem is not None)
        if problem is None:
            return
        if not can_type:
            self.title.setText(one_line(tr_told(problem.title)))
            self.advice.setText(one_line(tr_told(problem.advice), 600))
            self.trouble.hide()
        else:
            self.trouble.setText(one_line(problem_words(problem), 600))
            self.field.selectAll()
        speak(self, problem_words(problem), at_once=True)

    def _unlock(self) -> None:
        if not self.unlock.isEnabled():
            return
        if not self.field.isVisibleTo(self):
            self._allow(is_allowed=False)
            self.look()
        elif self.field.text():
            self._allow(is_allowed=False)
            self.advice.setText(tr("Opening your chats…"))
            self._services.encryption.unlock(self.field.text())

    def _tell_truth(self) -> None:
        self.truth.setVisible(not self.truth.isVisibleTo(self))
        if self.truth.isVisibleTo(self):
            speak(self, self.truth.text())

    def _truth(self) -> str:
        return tr(
            "Without the passphrase or the recovery code nobody can open these chats, "
            "Inglenook's makers included, and no way around it was built in. What helps: the "
            "keyring of a computer that opened them before, or a backup from the time before "
            "they were encrypted. To begin anew, quit and move the folder {folder} elsewhere; "
            "keep it in case the passphrase comes back to you."
        ).format(folder=shown(self._services.folders.data))
