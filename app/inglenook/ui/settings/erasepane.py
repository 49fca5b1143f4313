"""Deleting all chats, or everything: a word is typed first, and nothing happens by a slip."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from inglenook.core.errors import InglenookError, Problem
from inglenook.ui import theme
from inglenook.ui.settings.around import Around
from inglenook.ui.style import Look
from inglenook.ui.widgets.agreement import AgreementDialog, Terms
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.label import Label
from inglenook.ui.widgets.switch import Switch
from inglenook.ui.words import problem_words, tr


class EraseDialog(AgreementDialog):
    """Says what will go, and asks for a word.

    Attributes:
        word: What must be typed.
        field: Where; it has the keyboard first.
        models: The models go too; None where they stay anyway.

    Signals:
        agreed(with models): the word was typed and the button pressed.
    """

    agreed = Signal(bool)

    def __init__(
        self, look: Look, parent: QWidget, title: str, lines: tuple[str, ...], *, models: bool
    ) -> None:
        terms = Terms(
            title=title,
            mark="warning",
            tone="bad",
            lines=tuple(("", line) for line in lines),
            yes=title,
            yes_icon="trash",
            no=tr("Cancel"),
        )
        super().__init__(look, parent, terms)
        self.word = tr("delete")
        self.field = QLineEdit()
        self.models: QCheckBox | None = None
        if models:
            self.models = Switch(look, tr("Downloaded models too"))
        self.trouble = Label(look, "", theme.NOTE, tone="bad", wrap=True)
        self._fill()
        self.field.textChanged.connect(self._check)
        self.field.returnPressed.connect(self.go_on)
        self._check("")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit()

    def show_problem(self, problem: Problem) -> None:
        """Say why nothing was erased."""
        self.trouble.setText(problem_words(problem))
        self.trouble.show()
        self.fit()

    def go_on(self) -> None:
        """Take the yes where the word was typed."""
        if self._is_typed(self.field.text()):
            self.agreed.emit(self.models is not None and self.models.isChecked())

    def _fill(self) -> None:
        words = tr("Type “{word}” to go on").format(word=self.word)
        self.field.setMaxLength(40)
        self.field.setFont(self._look.font(theme.UI))
        self.field.setFixedHeight(self._look.px(38))
        self.field.setAccessibleName(words)
        if self.models is not None:
            row = QHBoxLayout()
            row.addWidget(Label(self._look, tr("Downloaded models too"), theme.UI), 1)
            row.addWidget(self.models)
            self.body.addLayout(row)
        self.body.addSpacing(4)
        self.body.addWidget(Label(self._look, words, theme.LABEL))
        self.body.addWidget(self.field)
        self.body.addWidget(self.trouble)
        self.trouble.hide()
        # Tab goes from what is typed to the buttons, as they stand.
        self.setTabOrder(self.field, self.cancel)
        self.setTabOrder(self.cancel, self.agree)

    def _check(self, text: str) -> None:
        self.agree.setEnabled(self._is_typed(text))

    def _is_typed(self, text: str) -> bool:
        return text.strip().casefold() == self.word.casefold()


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
