"""What is asked before the encryption of chats changes: what opens them now, and what shall."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from inglenook.core.passphrase import RecoveryCode
from inglenook.ui import theme
from inglenook.ui.encryption.choosing import Choosing, Column
from inglenook.ui.encryption.secretfield import SecretField
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

_FIELD_WIDTH = 420


@dataclass(frozen=True, slots=True)
class Ask:
    """One change, and what has to be known for it.

    Attributes:
        name: Of the change: ``"on"``, ``"off"``, ``"change"`` or ``"rekey"``.
        words: What happens, in a sentence or two.
        button: What the button says.
        wants_current: What opens the chats now has to be typed.
        wants_new: What shall open them has to be chosen.
    """

    name: str
    words: str
    button: str
    wants_current: bool = False
    wants_new: bool = False


class Form(QWidget):
    """Fields and two buttons; Esc gives up.

    Signals:
        agreed(name): everything is there; see ``current`` and ``chosen``.
        left(): the person thinks better of it.
    """

    agreed = Signal(str)
    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._ask: Ask | None = None
        self.words = Label(look, "", theme.UI, wrap=True)
        self.current = SecretField(look, tr("Passphrase or recovery code now"))
        self.current.setMaximumWidth(look.px(_FIELD_WIDTH))
        self.choosing = Choosing(look)
        self.lacks = Label(look, "", theme.NOTE, tone="text_muted", wrap=True)
        self.yes = Button(look, kind="accent", text=tr("Encrypt"), height=36)
        self.no = Button(look, kind="outline", text=tr("Leave it"), height=36)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_2)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        row.addWidget(self.lacks, 1)
        column = Column(self)
        column.setSpacing(theme.SPACE_3)
        for part in (self.words, self.current, self.choosing):
            column.addWidget(part)
        column.addLayout(row)
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self.leave)
        self.current.textChanged.connect(self._look_over)
        self.current.returnPressed.connect(self._agree)
        self.current.caps_told.connect(self.choosing.caps.setVisible)
        self.choosing.changed.connect(self._look_over)
        self.choosing.entered.connect(self._agree)
        self.hide()

    def ask(self, ask: Ask, code: RecoveryCode) -> None:
        """Ask for what a change needs; the keyboard goes to its first field."""
        self._ask = ask
        self.words.setText(ask.words)
        self.yes.setText(ask.button)
        self.yes.set_name(ask.button)
        self.yes.updateGeometry()
        self.current.forget()
        self.current.setVisible(ask.wants_current)
        self.choosing.setVisible(ask.wants_new)
        self.choosing.begin(code)
        self.show()
        self._look_over()
        first = self.choosing.first if ask.wants_new else self.no
        first = self.current if ask.wants_current else first
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Close without a change, and forget what was typed."""
        self.forget()
        self.left.emit()

    def forget(self) -> None:
        """Close, and forget what was typed."""
        self._ask = None
        self.current.forget()
        self.choosing.forget()
        self.hide()

    @property
    def chosen(self) -> "str | RecoveryCode":
        """What shall open the chats."""
        return self.choosing.chosen

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the form while it is open, not to the window's shortcut.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def _look_over(self) -> None:
        ask = self._ask
        if ask is None:
            return
        lacks = ""
        if ask.wants_current and not self.current.text():
            lacks = tr("Type what opens your chats now.")
        elif ask.wants_new:
            lacks = self.choosing.lacks
        self.lacks.setText(lacks)
        self.yes.setEnabled(not lacks)

    def _agree(self) -> None:
        if self._ask is not None and self.yes.isEnabled():
            self.agreed.emit(self._ask.name)
