"""Programs that ask the server, ready to be pasted: curl, Python and JavaScript."""

import sys

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from inglenook.services.snippets import Program, Shell, key_line, snippet
from inglenook.ui import theme
from inglenook.ui.serving.codebox import CodeBox
from inglenook.ui.style import Look
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.segments import Segments
from inglenook.ui.words import tr

_HIDDEN = "ik-••••••••••••"
_NAMES = (
    (Program.CURL, "curl"),
    (Program.PYTHON, "Python"),
    (Program.JAVASCRIPT, "JavaScript"),
)


class Programs(QWidget):
    """First the line that sets the key, then the program of the language that is chosen.

    Attributes:
        chosen: In which language.
        key: The line with the key, which is hidden on screen and whole when copied.
        program: The program.

    Signals:
        copied(words): what was copied.

    Threads: the UI thread.
    """

    copied = Signal(str)

    def __init__(self, look: Look, shell: Shell | None = None) -> None:
        """Show none yet.

        Args:
            look: Colours and type.
            shell: Where commands are pasted; None for the usual one of this system.
        """
        super().__init__()
        usual = Shell.POWERSHELL if sys.platform == "win32" else Shell.BASH
        self._shell = shell or usual
        self._address, self._model = "", ""
        self.chosen = Segments(look, tr("Language"), _NAMES)
        self.chosen.show_choice(Program.CURL)
        where = "PowerShell" if self._shell is Shell.POWERSHELL else tr("a terminal")
        self.key = CodeBox(look, tr("First, in {place}: the key").format(place=where))
        self.program = CodeBox(look, tr("Then ask from there"))
        self._head = head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.addWidget(Label(look, tr("Use it from a program"), theme.H3, wrap=True), 1)
        head.addWidget(self.chosen, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_2)
        column.addLayout(head)
        column.addWidget(self.key)
        column.addWidget(self.program)
        self.chosen.chosen.connect(self._redraw)
        self.key.copied.connect(lambda: self.copied.emit(tr("Copied the line with the key")))
        self.program.copied.connect(lambda: self.copied.emit(tr("Copied the program")))
        self.take_key("")

    def take_key(self, key: str) -> None:
        """Have another key to copy."""
        line = key_line(_HIDDEN, self._shell)
        shown = line._replace(text=line.text.replace(f"'{_HIDDEN}'", _HIDDEN))
        self.key.show_code(shown, key_line(key, self._shell).text)
        self.key.copy.setEnabled(bool(key))

    def take(self, address: str, model: str) -> None:
        """Ask another address, or another model."""
        if (address, model) != (self._address, self._model):
            self._address, self._model = address, model
            self._redraw()

    def set_narrow(self, *, is_narrow: bool) -> None:
        """Stand the languages below the heading, or beside it."""
        directions = QBoxLayout.Direction
        self._head.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    def _redraw(self) -> None:
        program = Program(self.chosen.choice() or Program.CURL)
        self.program.show_code(snippet(program, self._address, self._model, self._shell))
