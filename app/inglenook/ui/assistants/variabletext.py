"""A field for instructions or a prompt: variables at a press, and about how long it is."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from inglenook.chat.assistant import MOST_TEXT_CHARS
from inglenook.chat.variables import uses
from inglenook.ui import theme
from inglenook.ui.assistants.words import VARIABLES, tokens_in_words
from inglenook.ui.style import Look
from inglenook.ui.units import grouped
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import tr

_CHIP = theme.TypeStyle(12, 16, 500)


class VariableText(QWidget):
    """Text with variables in it.

    Signals:
        changed(text): by the person; not when it is shown only.
    """

    changed = Signal(str)

    def __init__(
        self, look: Look, name: str, hint: str, lines: int = 8, *, is_standing: bool = True
    ) -> None:
        """Build the field.

        Args:
            look: Colours and type.
            name: What is written here, for screen readers.
            hint: Shown while it is empty.
            lines: How many are seen at least.
            is_standing: It is told before every answer, and not once.
        """
        super().__init__()
        self._look, self._lines, self._is_standing = look, lines, is_standing
        self._is_showing = False
        self.field = QPlainTextEdit()
        self.field.setObjectName("framed")
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(hint)
        self.field.setTabChangesFocus(True)
        self.field.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.length = Label(look, "", theme.CAPTION, tone="text_faint", wrap=True)
        self.chips: dict[str, Button] = {}
        chips = QWidget()
        flow = Flow(theme.SPACE_2)
        chips.setLayout(flow)
        for variable, about in VARIABLES:
            flow.addWidget(self._chip(variable, tr(about)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_2)
        column.addWidget(self.field, 1)
        column.addWidget(chips)
        column.addWidget(self.length)
        self.field.textChanged.connect(self._take)
        look.changed.connect(self._restyle)
        self._restyle()
        self._count()

    def show_text(self, text: str) -> None:
        """Show another text; one that stands there already keeps its cursor and undo."""
        if text != self.field.toPlainText():
            self._is_showing = True
            self.field.setPlainText(text)
            self._is_showing = False

    def text(self) -> str:
        """Return what stands there, no longer than is allowed."""
        return self.field.toPlainText()[:MOST_TEXT_CHARS]

    def _chip(self, variable: str, about: str) -> Button:
        chip = Button(
            self._look, text=f"{{{{{variable}}}}}", name=tr("Insert {}").format(variable),
            kind="outline", style=_CHIP, height=32, radius=theme.RADIUS_CARD,
        )  # fmt: skip
        chip.set_name(tr("Insert {}").format(variable), about)
        chip.clicked.connect(partial(self._insert, variable))
        chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.chips[variable] = chip
        return chip

    def _insert(self, variable: str) -> None:
        self.field.insertPlainText(f"{{{{{variable}}}}}")
        self.field.setFocus()

    def _take(self) -> None:
        self._count()
        if not self._is_showing:
            self.changed.emit(self.text())

    def _count(self) -> None:
        text = self.field.toPlainText()
        words = tokens_in_words(text)
        words = words[:1].upper() + words[1:] + "."
        if len(text) > MOST_TEXT_CHARS:
            most = grouped(MOST_TEXT_CHARS)
            words = tr("Only the first {count} characters are kept.").format(count=most)
        else:
            more = (_about_name(text), _cost_of_variables(text) if self._is_standing else "")
            words = " ".join(each for each in (words, *more) if each)
        self.length.setText(words)

    def _restyle(self) -> None:
        self.field.setFont(self._look.font(theme.UI))
        line = self._look.px(theme.UI.line)
        self.field.setMinimumHeight(line * self._lines)


def _about_name(text: str) -> str:
    if not uses(text, "name"):
        return ""
    words = tr("Your name comes from the settings; without one {variable} stays as it is.")
    return words.format(variable="{{name}}")


def _cost_of_variables(text: str) -> str:
    """Return what variables that change mean for the speed of answers."""
    if uses(text, "time"):
        often = tr("With {variable} the model reads the whole chat again every quarter hour.")
        return often.format(variable="{{time}}")
    if uses(text, "date") or uses(text, "weekday"):
        return tr("With a new day the model reads the whole chat again once.")
    return ""
