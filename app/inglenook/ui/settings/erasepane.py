"""Deleting all chats, or everything: a word is typed first, and nothing happens by a slip."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from inglenook.core.errors import InglenookError, Problem
from inglenook.ui import theme
from inglenook.ui.settings.around import Around
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import problem_words, tr

_WIDTH = 460


class EraseDialog(QDialog):
    """Says what will go, and asks for a word.

    Attributes:
        word: What must be typed.
        field: Where.
        erase: The button that does it.
        models: The models go too; None where they stay anyway.

    Signals:
        agreed(with models): the word was typed and the button pressed.
    """

    agreed = Signal(bool)

    def __init__(
        self, look: Look, parent: QWidget, title: str, lines: tuple[str, ...], *, models: bool
    ) -> None:
        super().__init__(parent)
        self._look, self.word = look, tr("delete")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setFixedWidth(look.px(_WIDTH))
        self.field = QLineEdit()
        self.field.setMaxLength(40)
        self.field.setFont(look.font(theme.UI))
        self.field.setFixedHeight(look.px(38))
        self.field.setAccessibleName(tr("Type “{word}” to go on").format(word=self.word))
        self.models: QCheckBox | None = None
        if models:
            self.models = Switch(look, tr("Downloaded models too"))
        self.erase = Button(look, icon="trash", text=title, kind="accent", height=36)
        self.cancel = Button(look, text=tr("Cancel"), kind="quiet", height=36)
        self.trouble = Label(look, "", theme.NOTE, tone="bad", wrap=True)
        self._lay_out(title, lines)
        self.field.textChanged.connect(self._check)
        self.field.returnPressed.connect(self._agree)
        self.erase.clicked.connect(self._agree)
        self.cancel.clicked.connect(self.reject)
        self._check("")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.adjustSize()

    def show_problem(self, problem: Problem) -> None:
        """Say why nothing was erased."""
        self.trouble.setText(problem_words(problem))
        self.trouble.show()

    def _lay_out(self, title: str, lines: tuple[str, ...]) -> None:
        look = self._look
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Icon(look, "warning", 24, tone="bad"), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(Label(look, title, theme.H2, wrap=True, display=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        for line in lines:
            column.addWidget(Label(look, line, theme.UI, tone="text_muted", wrap=True))
        if self.models is not None:
            row = QHBoxLayout()
            row.addWidget(Label(look, tr("Downloaded models too"), theme.UI), 1)
            row.addWidget(self.models)
            column.addLayout(row)
        column.addSpacing(4)
        words = tr("Type “{word}” to go on").format(word=self.word)
        column.addWidget(Label(look, words, theme.LABEL))
        column.addWidget(self.field)
        column.addWidget(self.trouble)
        self.trouble.hide()
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 8, 0, 0)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.erase)
        column.addLayout(foot)

    def _check(self, text: str) -> None:
        self.erase.setEnabled(self._is_typed(text))

    def _is_typed(self, text: str) -> bool:
        return text.strip().casefold() == self.word.casefold()

    def _agree(self) -> None:
        if self._is_typed(self.field.text()):
            self.agreed.emit(self.models is not None and self.models.isChecked())


def chats_button(around: Around) -> Button:
    """Return the button that asks before all chats are deleted."""

    def ask(button: QWidget) -> EraseDialog:
        lines = (
            tr("All chats go, with their folders, the archive and the trash."),
            tr("This cannot be undone. Export them first if you may want them again."),
        )
        title = tr("Delete all chats")
        dialog = EraseDialog(around.look, button.window(), title, lines, models=False)

        def go(_with_models: bool) -> None:
            around.services.erasing.delete_chats()
            dialog.accept()

        dialog.agreed.connect(go)
        return dialog

    return _button(around, tr("Delete all chats…"), ask)


def everything_button(around: Around) -> Button:
    """Return the button that asks before everything is deleted."""

    def ask(button: QWidget) -> EraseDialog:
        lines = (
            tr("Chats, assistants, prompts, settings, logs, caches and tokens are erased."),
            tr("Inglenook closes, and begins anew at its next start. This cannot be undone."),
        )
        title = tr("Delete everything")
        dialog = EraseDialog(around.look, button.window(), title, lines, models=True)

        def go(with_models: bool) -> None:
            try:
                around.services.erasing.ask_for_all(with_models=with_models)
            except InglenookError as error:
                dialog.show_problem(error.problem)
                return
            dialog.accept()
            around.leave()

        dialog.agreed.connect(go)
        return dialog

    return _button(around, tr("Delete everything…"), ask)


def _button(around: Around, text: str, ask: Callable[[QWidget], EraseDialog]) -> Button:
    button = Button(around.look, icon="trash", text=text, kind="outline")
    button.clicked.connect(lambda: ask(button).open())
    return button
