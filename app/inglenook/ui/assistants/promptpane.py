"""All saved prompts, and the form for the one that is chosen."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from inglenook.chat.assistant import MOST_NAME_CHARS, Prompt
from inglenook.services.assistantnews import PromptsChanged
from inglenook.ui import theme
from inglenook.ui.assistants.form import FORM_WIDTH, Line, Settled, scrolling, titled
from inglenook.ui.assistants.listing import Entry, RowColumn, SplitPane
from inglenook.ui.assistants.variabletext import VariableText
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.icon import Icon
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr

if TYPE_CHECKING:
    from inglenook.services.prompts import PromptService

ICON = "letter"


class PromptEditor(QWidget):
    """Name and text of a prompt; every change counts at once.

    Signals:
        changed(Prompt): the person changed something.
        try_asked(Prompt): put it into the message field.
        remove_asked(id): the button of that name was pressed.
        moved(id, step): up (-1) or down (1) the list.
    """

    changed = Signal(object)
    try_asked = Signal(object)
    remove_asked = Signal(str)
    moved = Signal(str, int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._prompt: Prompt | None = None
        self._before: Prompt | None = None
        self._mine: Prompt | None = None
        self.name = Line(look, tr("Name"), MOST_NAME_CHARS)
        hint = tr("Summarise this for {who}: {text}")
        hint = hint.format(who="{{who}}", text="{{text}}")
        self.text = VariableText(look, tr("Prompt"), hint, 10, is_standing=False)
        self.test = Button(look, icon="arrow-up", text=tr("Try it"), kind="accent")
        self.undo = Button(look, text=tr("Undo changes"), kind="outline")
        self.up = Button(look, icon="chevron-up", name=tr("Move up"), icon_size=16)
        self.down = Button(look, icon="chevron-down", name=tr("Move down"), icon_size=16)
        self.remove = Button(look, icon="trash", name=tr("Delete"))
        self._lay_out()
        self.name.changed.connect(self._take_name)
        self.text.changed.connect(self._take_text)
        self.test.clicked.connect(self._try)
        self.undo.clicked.connect(self._undo)
        self.up.clicked.connect(partial(self._move, -1))
        self.down.clicked.connect(partial(self._move, 1))
        self.remove.clicked.connect(self._remove)

    def show_prompt(self, prompt: Prompt) -> None:
        """Show a prompt, or a new value of the one that is shown."""
        if self._prompt is None or self._prompt.id != prompt.id:
            self._before, self._mine = prompt, None
        if self._mine is not None and not _is_kept(self._mine, prompt):
            return  # it was written down before the last keys
        self._prompt, self._mine = prompt, None
        if not self.name.hasFocus():
            self.name.show_text(prompt.name)
        self.text.show_text(prompt.text)
        self.undo.setVisible(self._before != prompt)

    def _lay_out(self) -> None:
        look, form = self._look, QWidget()
        form.setMaximumWidth(look.px(FORM_WIDTH))
        tools = QHBoxLayout()
        tools.setSpacing(theme.SPACE_1)
        tools.addWidget(self.test)
        tools.addSpacing(theme.SPACE_1)
        tools.addWidget(self.undo)
        tools.addStretch(1)
        for button in (self.up, self.down, self.remove):
            tools.addWidget(button)
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_4)
        column.addLayout(tools)
        column.addLayout(titled(look, tr("Name"), self.name, tr("Type / and this name.")))
        about = tr("Words in double braces that are not below are asked for when it is used.")
        column.addLayout(titled(look, tr("Prompt"), self.text, about), 1)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(theme.SPACE_5, theme.SPACE_4, theme.SPACE_5, theme.SPACE_5)
        row.addWidget(form, 1000)
        row.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolling(page, tr("Prompt")))

    def _change(self, prompt: Prompt) -> None:
        if prompt != self._prompt:
            self._prompt = self._mine = prompt
            self.undo.setVisible(self._before != prompt)
            self.changed.emit(prompt)

    def _take_name(self, name: str) -> None:
        if self._prompt is not None and name.strip():  # an empty one is on its way to another
            self._change(replace(self._prompt, name=name))

    def _take_text(self, text: str) -> None:
        if self._prompt is not None:
            self._change(replace(self._prompt, text=text))

    def _undo(self) -> None:
        if self._before is not None:
            self._change(self._before)
            self.name.show_text(self._before.name)
            self.text.show_text(self._before.text)

    def _try(self) -> None:
        if self._prompt is not None:
            self.try_asked.emit(self._prompt)

    def _move(self, step: int) -> None:
        if self._prompt is not None:
            self.moved.emit(self._prompt.id, step)

    def _remove(self) -> None:
        if self._prompt is not None:
            self.remove_asked.emit(self._prompt.id)


def _is_kept(mine: Prompt, kept: Prompt) -> bool:
    """Tell whether what was kept is what was typed last; a taken name gets a number."""
    return kept.text == mine.text and kept.name.startswith(mine.name)


class NoPrompts(QWidget):
    """What is shown before there is a prompt.

    Attributes:
        new: Adds an empty one.
        examples: Adds a few to begin with.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        middle = Qt.AlignmentFlag.AlignHCenter
        self.new = Button(look, icon="new-chat", text=tr("New prompt"), kind="accent")
        self.examples = Button(look, text=tr("Add three examples"), kind="outline")
        words = tr("Save what you often ask. Then type / in a message and pick it.")
        about = Label(look, words, theme.BODY, tone="text_muted", wrap=True)
        about.setAlignment(middle)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(theme.SPACE_3)
        column.addStretch(2)
        column.addWidget(Icon(look, ICON, 40), 0, middle)
        column.addWidget(Label(look, tr("No saved prompts yet"), theme.H2), 0, middle)
        column.addWidget(about)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_2)
        row.addStretch(1)
        row.addWidget(self.new)
        row.addWidget(self.examples)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)


class PromptPane(QWidget):
    """A list to arrange, and a form beside it.

    Signals:
        try_asked(Prompt): put it into the message field.

    Threads: the UI thread.
    """

    try_asked = Signal(object)

    def __init__(self, look: Look, service: "PromptService", toast: Toast) -> None:
        super().__init__()
        self._service, self._toast = service, toast
        self._prompts: tuple[Prompt, ...] = ()
        self._chosen = ""
        self.column = RowColumn(look, tr("Saved prompts"))
        self.editor = PromptEditor(look)
        self.new = Button(look, icon="new-chat", text=tr("New"), kind="outline", icon_size=16)
        self.new.set_name(tr("New prompt"))
        self.none = NoPrompts(look)
        foot = (self.new,)
        self.split = SplitPane(look, self.column, foot, self.editor, tr("All prompts"))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.none)
        self._stack.addWidget(self.split)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self._stack)
        self.column.chosen.connect(self.choose)
        self.new.clicked.connect(self._create)
        self.none.new.clicked.connect(self._create)
        self.none.examples.clicked.connect(self._add_examples)
        self._settled = Settled()
        self._settled.passed.connect(service.save)
        self.editor.changed.connect(self._settled.put)
        self.editor.try_asked.connect(self.try_asked)
        self.editor.remove_asked.connect(self._remove)
        self.editor.moved.connect(service.move)

    def take(self, event: PromptsChanged) -> None:
        """Show the prompts as they are now."""
        self._prompts = event.prompts
        entries = [Entry(each.id, ICON, f"/{each.name}", each.text) for each in self._prompts]
        self.column.show_entries(entries)
        had_focus = self.isAncestorOf(self.window().focusWidget())
        self._stack.setCurrentWidget(self.split if self._prompts else self.none)
        self._show_chosen()
        if had_focus and not self._prompts:
            self.come_forward()

    def choose(self, prompt: str) -> None:
        """Show the form of a prompt."""
        self._settled.flush()
        self._chosen = prompt
        self._show_chosen()
        self.split.show_form()

    def come_forward(self) -> None:
        """Take the keyboard where work begins."""
        if not self.column.take_focus():
            self.none.new.setFocus(Qt.FocusReason.TabFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        self._settled.flush()
        super().hideEvent(event)

    def _show_chosen(self) -> None:
        found = {each.id: each for each in self._prompts}
        if self._chosen not in found and self._prompts:
            self._chosen = self._prompts[0].id
        self.column.mark(self._chosen)
        if self._chosen in found:
            self.editor.show_prompt(found[self._chosen])
        elif self._prompts:
            self.editor.show_prompt(self._prompts[0])

    def _create(self) -> None:
        self._chosen = self._service.create(tr("New prompt"), "")
        self._stack.setCurrentWidget(self.split)
        self.split.show_form()
        self.editor.name.setFocus(Qt.FocusReason.TabFocusReason)

    def _add_examples(self) -> None:
        for name, text in _examples():
            self._service.create(name, text)

    def _remove(self, prompt: str) -> None:
        self._settled.flush()
        names = {each.id: one_line(each.name, 60) for each in self._prompts}
        self._service.remove(prompt)
        words = tr("Deleted “{name}”").format(name=names.get(prompt, ""))
        self._toast.show_message(words, tr("Undo"), partial(self._service.restore, prompt))
        self.split.show_list()


def _examples() -> tuple[tuple[str, str], ...]:
    return (
        (
            tr("Explain"),
            tr("Explain {topic} to {reader}, with one example.").format(
                topic="{{topic}}", reader="{{reader}}"
            ),
        ),
        (
            tr("Reply"),
            tr("Write a short, friendly reply to this message:\n\n{message}").format(
                message="{{message}}"
            ),
        ),
        (
            tr("Plan"),
            tr("It is {weekday}. Make a plan for {what}, step by step, with times.").format(
                weekday="{{weekday}}", what="{{what}}"
            ),
        ),
    )
