"""The prompt of an answer, word for word."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from inglenook.services.messagenews import PromptRendered
from inglenook.ui import theme
from inglenook.ui.chat.clipboard import put_on_clipboard
from inglenook.ui.chat.markdown import harmless
from inglenook.ui.style import Look
from inglenook.ui.units import grouped
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr, tr_told

_SHOWN = 400_000
"""Characters; more of it would take Qt seconds to lay out. All of it is copied."""


class PromptSheet(QDialog):
    """Shows a prompt once the engine has told it."""

    def __init__(self, look: Look, parent: QWidget, written_by: str) -> None:
        """Wait for the prompt.

        Args:
            look: Colours and type.
            parent: What it lies over.
            written_by: The model that gave the answer; "" if nobody knows.
        """
        super().__init__(parent)
        self._written_by, self._whole = written_by, ""
        self.setWindowTitle(tr("The exact prompt"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        room = parent.window().size()
        self.resize(min(look.px(760), room.width() - 48), min(look.px(600), room.height() - 48))
        self.facts = Label(
            look, tr("Asking the model…"), theme.UI, tone="text_muted", wrap=True
        )
        self.text = QPlainTextEdit()
        self.text.setObjectName("framed")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(code_font(look))
        self.text.setAccessibleName(tr("The exact prompt"))
        self.copy = Button(look, icon="copy", text=tr("Copy"), kind="outline")
        self.shut = Button(look, text=tr("Close"), kind="quiet")
        self.copy.setEnabled(False)
        self.copy.clicked.connect(self._copy)
        self.shut.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(theme.SPACE_2)
        column.addWidget(Label(look, tr("The exact prompt"), theme.H3))
        column.addWidget(self.facts)
        column.addSpacing(theme.SPACE_1)
        column.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, theme.SPACE_1, 0, 0)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.shut)
        column.addLayout(row)

    def take(self, told: PromptRendered) -> None:
        """Show what the engine told."""
        if told.problem is not None:
            self.facts.setText(f"{tr_told(told.problem.title)}. {tr_told(told.problem.advice)}")
            return
        self._whole = told.text
        self.facts.setText(" ".join(_facts(told, self._written_by)))
        self.text.setPlainText(harmless(told.text[:_SHOWN]))
        self.copy.setEnabled(True)

    def _copy(self) -> None:
        put_on_clipboard(self._whole, self._whole)


def code_font(look: Look) -> QFont:
    """Return the font of code, at its size."""
    font = QFont(look.font(theme.CODE))
    font.setFamilies(list(look.letters.mono))
    # Signs that are drawn as one are no longer what the model is given.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def _facts(told: PromptRendered, written_by: str) -> list[str]:
    model = one_line(told.model, 60)
    facts = [tr("As {} would be given it now: {} tokens.").format(model, grouped(told.tokens))]
    if written_by and written_by != told.model:
        by = one_line(written_by, 60)
        facts.append(
            tr("The answer was written by {}, which may read it otherwise.").format(by)
        )
    if told.left_out == 1:
        facts.append(tr("The oldest message is left out."))
    elif told.left_out:
        facts.append(tr("The {} oldest messages are left out.").format(told.left_out))
    if len(told.text) > _SHOWN:
        facts.append(tr("Only the beginning is shown; all of it is copied."))
    return facts
