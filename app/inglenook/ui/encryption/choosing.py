"""Choosing what shall open the chats: a passphrase typed twice, or a recovery code."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from inglenook.core.passphrase import RecoveryCode, Strength, normal, strength
from inglenook.ui import theme
from inglenook.ui.encryption.secretfield import SecretField
from inglenook.ui.encryption.words import no_way_back, strength_words
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.words import tr

_FIELD_WIDTH = 420


class Choosing(QWidget):
    """Ready once what was chosen has been confirmed.

    Signals:
        changed(): whether it is ready, or why not, may be otherwise now.
        entered(): Enter was pressed in a field.
    """

    changed = Signal()
    entered = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._code: RecoveryCode | None = None
        self.kinds = Segments(
            look,
            tr("What opens your chats"),
            (("passphrase", tr("Passphrase")), ("code", tr("Recovery code"))),
        )
        self.first = SecretField(look, tr("New passphrase"))
        self.second = SecretField(look, tr("New passphrase again"))
        self.caps = Label(look, tr("Caps Lock seems to be on."), theme.NOTE, tone="warn")
        self.strength = Label(look, "", theme.NOTE, wrap=True)
        self.code = Label(look, "", theme.H2)
        self._restyle()
        look.changed.connect(self._restyle)
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.copy = Button(look, icon="copy", text=tr("Copy"), kind="outline")
        self.proof = SecretField(look, tr("The last four signs of the code"))
        self._passphrase, self._printed = QWidget(), QWidget()
        self._lay_out(look)
        for field in (self.first, self.second, self.proof):
            field.textChanged.connect(self._typed)
            field.returnPressed.connect(self.entered)
            field.caps_told.connect(self.caps.setVisible)
        self.first.eye.toggled.connect(self.second.eye.setChecked)
        self.kinds.chosen.connect(self._choose)
        self.copy.clicked.connect(self._copy)

    def begin(self, code: RecoveryCode) -> None:
        """Start with empty fields.

        Args:
            code: What is offered instead of a passphrase.
        """
        self._code = code
        groups = code.in_groups()
        self.code.setText(f"{groups[: len(groups) // 2]}\n{groups[len(groups) // 2 + 1 :]}")
        self.code.setAccessibleName(tr("Recovery code: {code}").format(code=" ".join(groups)))
        self.forget()
        self.proof.eye.setChecked(True)  # what it asks for is on the screen
        self.kinds.show_choice("passphrase")
        self._choose("passphrase")

    def forget(self) -> None:
        """Empty every field."""
        for field in (self.first, self.second, self.proof):
            field.forget()
        self.caps.hide()

    @property
    def lacks(self) -> str:
        """What is still to be done; empty when it is ready."""
        if self._printed.isVisibleTo(self):
            typed = self.proof.text().strip().upper()
            is_kept = self._code is not None and typed == self._code.in_groups()[-4:]
            return "" if is_kept else tr("Write the code down, then type its last four signs.")
        text = normal(self.first.text())
        if strength(text) is Strength.SHORT:
            return tr("Choose a passphrase.")
        is_same = text == normal(self.second.text())
        return "" if is_same else tr("Type the passphrase a second time.")

    @property
    def chosen(self) -> "str | RecoveryCode":
        """The passphrase, or the code."""
        if self._printed.isVisibleTo(self) and self._code is not None:
            return self._code
        return self.first.text()

    def _lay_out(self, look: Look) -> None:
        width = look.px(_FIELD_WIDTH)
        words = Column(self._passphrase)
        for part in (self.first, self.strength, self.second):
            part.setMaximumWidth(width)
            words.addWidget(part)
        printed = Column(self._printed)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_3)
        row.addWidget(self.code)
        row.addWidget(self.copy)
        row.addStretch(1)
        about = tr(
            "Eight groups made by chance. Write them down or print them; they work alone."
        )
        printed.addWidget(Label(look, about, theme.NOTE, tone="text_muted", wrap=True))
        printed.addLayout(row)
        self.proof.setMaximumWidth(width)
        printed.addWidget(self.proof)
        column = Column(self)
        column.addWidget(self.kinds, 0, Qt.AlignmentFlag.AlignLeft)
        for kind in (self._passphrase, self._printed):
            column.addWidget(kind)
        column.addWidget(self.caps)
        column.addWidget(Label(look, no_way_back(), theme.NOTE, tone="text_muted", wrap=True))
        self.caps.hide()

    def _restyle(self) -> None:
        self.code.setFont(_letters_of_one_width(self._look))

    def _choose(self, kind: str) -> None:
        self._passphrase.setVisible(kind == "passphrase")
        self._printed.setVisible(kind == "code")
        self._typed()

    def _typed(self) -> None:
        text = self.first.text()
        words, tone = strength_words(strength(text))
        self.strength.setText(words if text else tr("Four or five unrelated words are strong."))
        self.strength.set_tone(tone if text else "text_muted")
        self.changed.emit()

    def _copy(self) -> None:
        if self._code is not None:
            QApplication.clipboard().setText(self._code.in_groups())


def _letters_of_one_width(look: Look) -> QFont:
    font = QFont(look.font(theme.H2))
    font.setFamilies(list(look.letters.mono))
    return font


class Column(QVBoxLayout):
    """Parts below each other, without a margin around them."""

    def __init__(self, holder: QWidget) -> None:
        super().__init__(holder)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.SPACE_2)
