"""The form for one assistant; every change counts at once."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from inglenook.chat.assistant import (
    ICONS,
    MOST_ABOUT_CHARS,
    MOST_NAME_CHARS,
    PLAIN,
    Assistant,
    Tuning,
)
from inglenook.services.assistantnews import ListedAssistant
from inglenook.ui import theme
from inglenook.ui.assistants.form import FORM_WIDTH, Line, scrolling, titled
from inglenook.ui.assistants.tuningrows import TuningRows
from inglenook.ui.assistants.variabletext import VariableText
from inglenook.ui.assistants.words import about_of, name_of
from inglenook.ui.effort.picker import LEVELS
from inglenook.ui.effort.words import level_name, thinking_choices
from inglenook.ui.settings.combo import Combo
from inglenook.ui.style import Look
from inglenook.ui.widgets.button import Button
from inglenook.ui.widgets.flow import Flow
from inglenook.ui.widgets.label import Label
from inglenook.ui.words import one_line, tr


class AssistantEditor(QWidget):
    """Name, picture, instructions, model, style, effort and thinking of an assistant.

    Signals:
        changed(Assistant): the person changed something.
        use_asked(id), copy_asked(id), export_asked(id), remove_asked(id), reset_asked(id),
        show_asked(id): the button of that name was pressed.
        moved(id, step): up (-1) or down (1) the list.

    Threads: the UI thread.
    """

    changed = Signal(object)
    use_asked = Signal(str)
    copy_asked = Signal(str)
    export_asked = Signal(str)
    remove_asked = Signal(str)
    reset_asked = Signal(str)
    show_asked = Signal(str)
    moved = Signal(str, int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: ListedAssistant | None = None
        self._before: Assistant | None = None
        self._mine: Assistant | None = None
        self._models: tuple[tuple[str, str], ...] = ()
        self.name = Line(look, tr("Name"), MOST_NAME_CHARS)
        self.about = Line(look, tr("What it is for"), MOST_ABOUT_CHARS)
        hint = tr("How it should answer, in plain words. Short instructions work best.")
        self.instructions = VariableText(look, tr("Instructions"), hint)
        self.model = Combo(look, tr("Model"))
        self.effort = Combo(look, tr("Effort"))
        self.thinking = Combo(look, tr("Thinking"))
        self.tuning = TuningRows(look)
        self.icons: dict[str, Button] = {}
        self._make_boxes()
        self._make_buttons()
        self._lay_out()
        self.name.changed.connect(self._take_name)
        self.about.changed.connect(partial(self._change_text, "about"))
        self.instructions.changed.connect(partial(self._change_text, "instructions"))
        self.model.chosen.connect(partial(self._change_text, "model"))
        self.effort.chosen.connect(partial(self._change_text, "effort"))
        self.thinking.chosen.connect(partial(self._change_text, "thinking"))
        self.tuning.changed.connect(self._take_tuning)

    def show_assistant(self, listed: ListedAssistant) -> None:
        """Show an assistant, or a new value of the one that is shown."""
        assistant = listed.assistant
        if self._shown is None or self._shown.assistant.id != assistant.id:
            self._before, self._mine = assistant, None
        if self._mine not in {None, assistant}:
            return  # it was written down before the last keys
        self._shown, self._mine = listed, None
        if not self.name.hasFocus():
            self.name.show_text(name_of(assistant))
        if not self.about.hasFocus():
            self.about.show_text(about_of(replace(assistant, instructions="")))
        self._show_rest(assistant)
        self._show_buttons()

    def _show_rest(self, assistant: Assistant) -> None:
        self.instructions.show_text(assistant.instructions)
        self.tuning.show_tuning(assistant.tuning)
        for name, button in self.icons.items():
            button.setChecked(name == assistant.icon)
        self._show_model(assistant.model)
        known = {level.value for level in LEVELS}
        self.effort.show_value(assistant.effort if assistant.effort in known else "")
        thinks = dict(thinking_choices("choice"))
        self.thinking.show_value(assistant.thinking if assistant.thinking in thinks else "")

    def show_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Offer models: the name of the file and the name for people."""
        named = [(file, one_line(name, 60)) for file, name in models]
        self._models = (("", tr("Whichever is loaded")), *named)
        self._show_model(self._shown.assistant.model if self._shown else "")

    # --- building ---

    def _make_boxes(self) -> None:
        for box in (self.model, self.effort, self.thinking):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        levels = [(level.value, level_name(level)) for level in LEVELS]
        self.effort.offer([("", tr("As usual")), *levels])
        self.thinking.offer([("", tr("As usual")), *thinking_choices("choice")])
        self.show_models(())
        for icon in ICONS:
            button = Button(self._look, icon=icon, name=tr("Picture: {}").format(icon))
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose_icon, icon))
            self.icons[icon] = button

    def _make_buttons(self) -> None:
        look = self._look
        self.use = Button(look, icon="new-chat", text=tr("New chat with it"), kind="accent")
        self.undo = Button(look, text=tr("Undo changes"), kind="outline")
        self.reset = Button(look, text=tr("Reset"), kind="outline")
        self.up = Button(look, icon="chevron-up", name=tr("Move up"), icon_size=16)
        self.down = Button(look, icon="chevron-down", name=tr("Move down"), icon_size=16)
        self.copy = Button(look, icon="copy", name=tr("Duplicate"))
        self.export = Button(look, icon="external", name=tr("Export…"))
        self.remove = Button(look, icon="trash", name=tr("Delete"))
        self.show_it = Button(look, icon="eye", text=tr("Show again"), kind="outline")
        self.reset.set_name(tr("Reset"), tr("Back to how it came with Inglenook"))
        for button, signal in (
            (self.use, self.use_asked), (self.copy, self.copy_asked),
            (self.export, self.export_asked), (self.remove, self.remove_asked),
            (self.reset, self.reset_asked), (self.show_it, self.show_asked),
        ):  # fmt: skip
            button.clicked.connect(partial(self._tell, signal))
        self.up.clicked.connect(partial(self._move, -1))
        self.down.clicked.connect(partial(self._move, 1))
        self.undo.clicked.connect(self._undo)

    def _lay_out(self) -> None:
        look, form = self._look, QWidget()
        form.setMaximumWidth(look.px(FORM_WIDTH))
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE_4)
        column.addLayout(self._head())
        column.addLayout(titled(look, tr("Name"), self.name))
        column.addLayout(titled(look, tr("Picture"), self._pictures()))
        column.addLayout(titled(look, tr("What it is for"), self.about))
        column.addLayout(titled(look, tr("Instructions"), self.instructions), 1)
        column.addLayout(titled(look, tr("Model"), self.model))
        column.addLayout(titled(look, tr("Effort"), self.effort))
        column.addLayout(titled(look, tr("Thinking"), self.thinking))
        column.addWidget(self.tuning)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(theme.SPACE_5, theme.SPACE_4, theme.SPACE_5, theme.SPACE_5)
        row.addWidget(form, 1000)
        row.addStretch(1)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        self.area = scrolling(page, tr("Assistant"))
        around.addWidget(self.area)

    def _head(self) -> QVBoxLayout:
        tools = QHBoxLayout()
        tools.setSpacing(theme.SPACE_1)
        tools.addWidget(self.use)
        tools.addStretch(1)
        for button in (self.up, self.down, self.copy, self.export, self.remove):
            tools.addWidget(button)
        self.saved = Label(self._look, "", theme.CAPTION, tone="text_muted", wrap=True)
        state = QHBoxLayout()
        state.setSpacing(theme.SPACE_2)
        state.addWidget(self.saved, 1)
        for button in (self.undo, self.reset, self.show_it):
            state.addWidget(button)
        head = QVBoxLayout()
        head.setSpacing(theme.SPACE_2)
        head.addLayout(tools)
        head.addLayout(state)
        return head

    def _pictures(self) -> QWidget:
        holder = QWidget()
        flow = Flow(theme.SPACE_1)
        holder.setLayout(flow)
        holder.setAccessibleName(tr("Picture"))
        for button in self.icons.values():
            flow.addWidget(button)
        return holder

    # --- what is shown ---

    def _show_buttons(self) -> None:
        listed = self._shown
        if listed is None:
            return
        is_plain = listed.assistant.id == PLAIN
        self.undo.setVisible(self._before != listed.assistant)
        self.reset.setVisible(listed.is_changed)
        self.show_it.setVisible(listed.is_hidden)
        self.remove.setVisible(not is_plain and not listed.is_hidden)
        words = tr("Hide") if listed.is_included else tr("Delete")
        self.remove.set_name(words)
        for button in (self.up, self.down, self.use):
            button.setVisible(not listed.is_hidden)
        self.saved.setText(_state_in_words(listed))

    def _show_model(self, model: str) -> None:
        missing = []
        if model not in dict(self._models):
            # It is remembered although it is not installed here.
            words = tr("{model} (not installed)").format(model=one_line(model, 60))
            missing = [(model, words)]
        self.model.offer([*self._models, *missing])
        self.model.show_value(model)

    # --- what people do ---

    def _change(self, assistant: Assistant) -> None:
        if self._shown is not None and assistant != self._shown.assistant:
            self._shown = replace(self._shown, assistant=assistant)
            self._mine = assistant
            self._show_buttons()
            self.changed.emit(assistant)

    def _take_name(self, name: str) -> None:
        if self._shown is not None and name.strip():  # an empty one is on its way to another
            self._change(replace(self._shown.assistant, name=name))

    def _change_text(self, field: str, text: str) -> None:
        if self._shown is not None:
            shown = self._shown.assistant
            match field:
                case "about":
                    self._change(replace(shown, about=text))
                case "instructions":
                    self._change(replace(shown, instructions=text))
                case "model":
                    self._change(replace(shown, model=text))
                case "effort":
                    self._change(replace(shown, effort=text))
                case _:
                    self._change(replace(shown, thinking=text))

    def _choose_icon(self, icon: str) -> None:
        for name, button in self.icons.items():
            button.setChecked(name == icon)
        if self._shown is not None:
            self._change(replace(self._shown.assistant, icon=icon))

    def _take_tuning(self, tuning: Tuning) -> None:
        if self._shown is not None:
            self._change(replace(self._shown.assistant, tuning=tuning))

    def _undo(self) -> None:
        if self._shown is not None and self._before is not None:
            before = self._before
            self._change(before)
            self.name.show_text(name_of(before))
            self.about.show_text(about_of(replace(before, instructions="")))
            self._show_rest(before)

    def _move(self, step: int) -> None:
        if self._shown is not None:
            self.moved.emit(self._shown.assistant.id, step)

    def forget_typed(self) -> None:
        """Show whatever comes next, also if something else was typed last."""
        self._mine = None

    def _tell(self, signal: SignalInstance) -> None:
        if self._shown is not None:
            signal.emit(self._shown.assistant.id)


def _state_in_words(listed: ListedAssistant) -> str:
    if listed.is_hidden:
        return tr("Hidden. It is not offered in chats.")
    if listed.assistant.id == PLAIN:
        return tr("It answers wherever no other assistant was chosen.")
    if listed.is_changed:
        return tr("It came with Inglenook, and you changed it.")
    if listed.is_included:
        return tr("It came with Inglenook. Change whatever you like.")
    return tr("Changes are kept as you type.")
