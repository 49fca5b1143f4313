"""A field for a passphrase: hidden until it is asked to show, and it tells of Caps Lock."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from inglenook.core.passphrase import LONGEST
from inglenook.ui import theme
from inglenook.ui.style import Look
from inglenook.ui.words import tr

_HEIGHT = 40


class SecretField(QLineEdit):
    """One line that nobody reads over a shoulder.

    Signals:
        caps_told(is_on): Whether Caps Lock seems to be on, seen by what a key has written.
    """

    caps_told = Signal(bool)

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        self.setMaxLength(LONGEST)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.eye = QAction(self)
        self.eye.setCheckable(True)
        self.addAction(self.eye, QLineEdit.ActionPosition.TrailingPosition)
        self.eye.toggled.connect(self._show)
        look.changed.connect(self._restyle)
        self._restyle()
        self._show(is_shown=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if len(typed) == 1 and typed.isalpha() and typed.lower() != typed.upper():
            has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps_told.emit(typed.isupper() is not has_shift)
        super().keyPressEvent(event)

    def forget(self) -> None:
        """Empty the field, its memory of what was typed included."""
        self.clear()
        self.eye.setChecked(False)

    def _show(self, is_shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.setEchoMode(modes.Normal if is_shown else modes.Password)
        self.eye.setText(tr("Hide what is typed") if is_shown else tr("Show what is typed"))
        self.eye.setToolTip(self.eye.text())

    def _restyle(self) -> None:
        self.setFont(self._look.font(theme.UI))
        self.setMinimumHeight(self._look.px(_HEIGHT))
        side, ratio = self._look.px(16), self.devicePixelRatioF()
        tone = self._look.palette.text_muted
        self.eye.setIcon(QIcon(self._look.icons.pixmap("eye", tone, side, ratio)))
