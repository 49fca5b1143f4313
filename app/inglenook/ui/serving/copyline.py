"""A line that is there to be copied, such as an address; a secret one is hidden at first."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QWidget

from inglenook.ui import theme
from inglenook.ui.chat.promptsheet import code_font
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

_HEIGHT = 36


class CopyLine(QWidget):
    """Its name, the text in a field that cannot be changed, and a button to copy it.

    Attributes:
        field: Holds the text.
        copy: Copies it, also while it is hidden.
        show_it: Shows a secret; None for what is none.

    Signals:
        copied(): it is in the clipboard.

    Threads: the UI thread.
    """

    copied = Signal()

    def __init__(
        self, look: Look, name: str, copy_name: str, *, is_secret: bool = False
    ) -> None:
        super().__init__()
        self._look = look
        self.label = Label(look, name, theme.LABEL, tone="text_muted")
        self.field = QLineEdit()
        self.field.setObjectName("shown")
        self.field.setReadOnly(True)
        self.field.setAccessibleName(name)
        self.copy = Button(look, icon="copy", name=copy_name, height=_HEIGHT)
        self.show_it: Button | None = None
        if is_secret:
            self.show_it = Button(look, icon="eye", name="", height=_HEIGHT)
            self.show_it.setCheckable(True)
            self.show_it.toggled.connect(self._turn)
            self._turn(is_shown=False)
        self._lay_out()
        self.copy.clicked.connect(self._copy)
        look.changed.connect(self._restyle)
        self._restyle()

    def show_text(self, text: str) -> None:
        """Show another text; a secret is hidden again."""
        if text != self.field.text():
            self.field.setText(text)
            self.field.setCursorPosition(0)
            if self.show_it is not None:
                self.show_it.setChecked(False)
        self.copy.setEnabled(bool(text))

    def add(self, button: Button) -> None:
        """Add a button behind the others."""
        self._buttons.addWidget(button)

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Stand the field below its name, or beside it."""
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        self._row.setSpacing(theme.SPACE_1 if is_narrow else theme.SPACE_3)

    # --- inside ---

    def _lay_out(self) -> None:
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.SPACE_1)
        self._buttons.addWidget(self.field, 1)
        if self.show_it is not None:
            self._buttons.addWidget(self.show_it)
        self._buttons.addWidget(self.copy)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.label)
        self._row.addLayout(self._buttons, 1)
        self.set_narrow(is_narrow=False)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.field.text())
        self.copied.emit()

    def _turn(self, is_shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.field.setEchoMode(modes.Normal if is_shown else modes.Password)
        if self.show_it is not None:
            self.show_it.set_name(tr("Hide the key") if is_shown else tr("Show the key"))

    def _restyle(self) -> None:
        self.field.setFont(code_font(self._look))
        self.field.setFixedHeight(self._look.px(_HEIGHT))
        self.field.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
