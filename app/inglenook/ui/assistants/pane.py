"""All assistants, and the form for the one that is chosen."""

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from inglenook.chat.assistant import Assistant
from inglenook.services.assistantnews import AssistantsChanged, ListedAssistant
from inglenook.services.events import ModelsChanged
from inglenook.ui.assistants.editor import AssistantEditor
from inglenook.ui.assistants.form import Settled
from inglenook.ui.assistants.listing import Entry, RowColumn, SplitPane
from inglenook.ui.assistants.words import about_of, name_of
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.widgets.button import Button
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.services.assistants import AssistantService

_FILES = "Inglenook (*.json)"


class AssistantPane(QWidget):
    """A list to arrange, and a form beside it.

    Signals:
        use_asked(id): a new chat with this one.

    Threads: the UI thread.
    """

    use_asked = Signal(str)

    def __init__(self, look: Look, service: "AssistantService", toast: Toast) -> None:
        super().__init__()
        self._service, self._toast = service, toast
        self._listed: tuple[ListedAssistant, ...] = ()
        self._chosen = ""
        self._settled = Settled()
        self.column = RowColumn(look, tr("Assistants"))
        self.editor = AssistantEditor(look)
        self.new = Button(look, icon="new-chat", text=tr("New"), kind="outline", icon_size=16)
        self.new.set_name(tr("New assistant"))
        self.bring = Button(look, icon="download", text=tr("Import…"), icon_size=16)
        foot = (self.new, self.bring)
        self.split = SplitPane(look, self.column, foot, self.editor, tr("All assistants"))
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.split)
        self.column.chosen.connect(self.choose)
        self.new.clicked.connect(self._create)
        self.bring.clicked.connect(self._choose_file)
        self._connect_editor()

    def take(self, event: AssistantsChanged) -> None:
        """Show the assistants as they are now."""
        self._listed = event.assistants
        ordered = sorted(self._listed, key=lambda each: each.is_hidden)
        self.column.show_entries([_entry(each) for each in ordered])
        self._show_chosen()

    def take_models(self, event: ModelsChanged) -> None:
        """Offer the models that are installed."""
        models = [(PurePath(each.path).name, each.name) for each in event.models]
        self.editor.show_models(models)

    def choose(self, assistant: str) -> None:
        """Show the form of an assistant."""
        self._settled.flush()
        self._chosen = assistant
        self._show_chosen()
        self.split.show_form()

    def come_forward(self) -> None:
        """Take the keyboard at the row that is chosen."""
        self.column.take_focus()

    def hideEvent(self, event: QHideEvent) -> None:
        self._settled.flush()
        super().hideEvent(event)

    def _connect_editor(self) -> None:
        editor, service = self.editor, self._service
        self._settled.passed.connect(service.save)
        editor.changed.connect(self._settled.put)
        editor.use_asked.connect(self.use_asked)
        editor.copy_asked.connect(self._duplicate)
        editor.export_asked.connect(self._choose_place)
        editor.remove_asked.connect(self._remove)
        editor.reset_asked.connect(self._reset)
        editor.show_asked.connect(service.restore)
        editor.moved.connect(service.move)

    def _show_chosen(self) -> None:
        found = {each.assistant.id: each for each in self._listed}
        if self._chosen not in found and self._listed:
            self._chosen = self._listed[0].assistant.id
        self.column.mark(self._chosen)
        if self._chosen in found:
            self.editor.show_assistant(found[self._chosen])
        elif self._listed:
            self.editor.show_assistant(self._listed[0])

    def _name(self, assistant: str) -> str:
        names = {each.assistant.id: name_of(each.assistant) for each in self._listed}
        return names.get(assistant, "")

    # --- what people do ---

    def _create(self) -> None:
        self._settled.flush()
        self._chosen = self._service.create(tr("New assistant"))
        self.split.show_form()
        self.editor.name.setFocus(Qt.FocusReason.TabFocusReason)

    def _duplicate(self, assistant: str) -> None:
        self._settled.flush()
        self._chosen = self._service.duplicate(assistant)
        words = tr("Duplicated “{name}”").format(name=self._name(assistant))
        self._toast.show_message(words, tr("Undo"), partial(self._service.remove, self._chosen))

    def _remove(self, assistant: str) -> None:
        self._settled.flush()
        listed = next(each for each in self._listed if each.assistant.id == assistant)
        words = tr("Hid “{name}”") if listed.is_included else tr("Deleted “{name}”")
        restore = partial(self._restore, assistant)
        self._service.remove(assistant)
        self._toast.show_message(words.format(name=self._name(assistant)), tr("Undo"), restore)
        self.split.show_list()

    def _restore(self, assistant: str) -> None:
        self._chosen = assistant
        self._service.restore(assistant)

    def _reset(self, assistant: str) -> None:
        self._settled.flush()
        found = (each.assistant for each in self._listed)
        before: Assistant = next(each for each in found if each.id == assistant)
        self.editor.forget_typed()
        self._service.reset(assistant)
        words = tr("“{name}” is as it came").format(name=self._name(assistant))
        self._toast.show_message(words, tr("Undo"), partial(self._service.save, before))

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("Import an assistant"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilter(_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.import_file)
        dialog.open()

    def import_file(self, path: str) -> None:
        """Take an assistant in from a file, and show it."""
        self._chosen = self._service.bring(path)

    def _choose_place(self, assistant: str) -> None:
        self._settled.flush()
        dialog = QFileDialog(self, tr("Export this assistant"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_FILES)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(_file_name(self._name(assistant)))
        dialog.fileSelected.connect(partial(self._service.hand_out, assistant))
        dialog.open()


def _entry(listed: ListedAssistant) -> Entry:
    assistant = listed.assistant
    about = tr("Hidden") if listed.is_hidden else about_of(assistant)
    return Entry(assistant.id, assistant.icon, name_of(assistant), about, listed.is_hidden)


def _file_name(name: str) -> str:
    """Return a name that every file system takes."""
    safe = "".join(sign if sign.isalnum() or sign in " -_" else "-" for sign in name).strip()
    return f"{safe or 'assistant'}.json"
