"""The scenes of export, import, backup and restore."""

import matter
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene

from inglenook.chat.attachment import Attachment
from inglenook.chat.importing.reading import Arrival, Refusal
from inglenook.chat.message import Message, Role
from inglenook.chat.portable import PortableChat
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import ConversationOpened
from inglenook.services.portabilitynews import (
    BackupMade,
    ChatsExported,
    ChatsImported,
    ChatsRead,
    Haul,
    ImportProgressed,
    ImportRead,
    ImportReport,
)
from inglenook.ui.portability.datapane import DataPane
from inglenook.ui.portability.exportdialog import ExportDialog
from inglenook.ui.portability.importdialog import ImportDialog

NARROW = (760, 620)
_TITLES = (
    "A weekend in Lisbon with two children",
    "Why does my sourdough collapse",
    "Regular expressions for dates",
    "Letter to the landlord about the heating, second version with a friendlier tone",
    "Explain the bond market to me",
    "Python: reading a large file line by line",
    "Names for a grey cat",
    "Vegetables for a north-facing balcony",
)
REFUSED = (
    Refusal("Trip notes", "it has no messages"),
    Refusal("Old draft", "a part of it is not what it should be"),
    Refusal("conversations.json", "the file is damaged or was cut off here"),
)


def _arrival(number: int, title: str) -> Arrival:
    began = 1_763_000_000_000 - number * 86_400_000
    nodes = [
        Message(
            NodeId(f"{place:03}"), NodeId(f"{place - 1:03}") if place else None, role, "x", 1
        )
        for place in range(2 + 3 * number)
        for role in [Role.ASSISTANT if place % 2 else Role.USER]
    ]
    chat = Conversation.of(ChatId(f"C{number}"), nodes, title=title, created_ms=began)
    return Arrival(PortableChat(chat, began), "ChatGPT")


def haul(refusals: tuple[Refusal, ...] = REFUSED) -> Haul:
    arrivals = tuple(_arrival(number, title) for number, title in enumerate(_TITLES))
    known = frozenset({ChatId("C1"), ChatId("C6")})
    return Haul("/home/ada/export.zip", arrivals, refusals, known)


def _importing(stage: Stage) -> ImportDialog:
    stage.tell(ConversationOpened(matter.EMPTY))
    services = stage.services
    return ImportDialog(stage.look, stage.window, services.portable, stage.window.bridge)


def _with_haul(stage: Stage) -> ImportDialog:
    dialog = _importing(stage)
    dialog.look_through("/home/ada/export.zip")
    stage.tell(ImportRead("/home/ada/export.zip", haul()))
    return dialog


@scene("110-import")
def begin_import(stage: Stage) -> QWidget:
    return _importing(stage)


@scene("111-import-refused")
def refused(stage: Stage) -> QWidget:
    dialog = _importing(stage)
    dialog.look_through("/home/ada/notes.json")
    problem = Problem(
        "No chats were found in this file",
        "Choose an export of Inglenook, ChatGPT, Claude, LM Studio or Jan.",
    )
    stage.tell(ImportRead("/home/ada/notes.json", problem=problem))
    return dialog


@scene("112-import-found")
def found(stage: Stage) -> QWidget:
    return _with_haul(stage)


@scene("113-import-found-narrow", NARROW, 150)
def found_narrow(stage: Stage) -> QWidget:
    return _with_haul(stage)


@scene("114-import-running")
def running(stage: Stage) -> QWidget:
    dialog = _with_haul(stage)
    dialog.go.click()
    stage.tell(ImportProgressed(3, 6))
    return dialog


@scene("115-import-done")
def done(stage: Stage) -> QWidget:
    dialog = _with_haul(stage)
    dialog.go.click()
    came = tuple(ChatId(f"C{number}") for number in range(6))
    stage.tell(ChatsImported(ImportReport(came, known=2, refusals=REFUSED)))
    return dialog


def _exporting(stage: Stage, *, form: str = "json", is_all: bool = False) -> ExportDialog:
    stage.tell(ConversationOpened(matter.talk()))
    talk = matter.talk()
    files = {talk.path()[0].id: (Attachment("plan.txt"),)}
    chats = [PortableChat(talk, files=files)]
    if is_all:
        chats += [each.chat for each in haul().arrivals]
    services, bridge = stage.services, stage.window.bridge
    chosen = None if is_all else [talk.id]
    dialog = ExportDialog(stage.look, stage.window, services.portable, bridge, chosen)
    stage.tell(ChatsRead(str(id(dialog)), tuple(chats)))
    if form != "json":
        dialog.form.segment(form).click()
    return dialog


@scene("116-export")
def export(stage: Stage) -> QWidget:
    return _exporting(stage)


@scene("117-export-pdf", NARROW, 150)
def export_pdf(stage: Stage) -> QWidget:
    return _exporting(stage, form="pdf", is_all=True)


@scene("118-export-done")
def export_done(stage: Stage) -> QWidget:
    dialog = _exporting(stage, form="markdown")
    dialog.write("/home/ada/Documents/Layers.md")
    stage.tell(ChatsExported("/home/ada/Documents/Layers.md", 1))
    return dialog


def _pane(stage: Stage, *, is_undoable: bool = False) -> DataPane:
    stage.tell(ConversationOpened(matter.EMPTY))
    stage.services.portable.is_undoable = is_undoable
    pane = DataPane(stage.look, stage.services, stage.window.bridge)
    pane.setParent(stage.window)
    pane.move(300, 80)
    pane.setFixedWidth(700)
    pane.show()
    pane.adjustSize()
    return pane


@scene("119-data")
def data(stage: Stage) -> None:
    _pane(stage, is_undoable=True)


@scene("120-data-trouble")
def data_trouble(stage: Stage) -> None:
    pane = _pane(stage)
    problem = Problem("No room is left on the disk", "Free some space, then try again.")
    stage.tell(BackupMade("/mnt/x", problem=problem))
    pane.question.ask(
        "Put this in the place of all that is here? What is here now is kept aside."
    )
