"""The scenes of the side bar: folders, pins, selection, search, the archive and the trash."""

from dataclasses import replace

import matter
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from scenes import Stage, scene

from inglenook.core.ids import ChatId, FolderId, NodeId
from inglenook.services.chatnews import (
    FolderDeleted,
    FoldersChanged,
    FolderSummary,
    TrashedSummary,
    TrashListed,
)
from inglenook.services.events import (
    ChatListChanged,
    ChatSummary,
    ConversationOpened,
    SearchFinished,
    SearchHit,
)
from inglenook.ui.chats.rows import Place

HOUSE, WORK, TRAVEL = (
    FolderSummary(FolderId(name), name) for name in ("House & garden", "Work", "Travel")
)
FOLDERS = (HOUSE, WORK, TRAVEL)
WIDE, NARROW = (1180, 800), (820, 640)


def chats() -> tuple[ChatSummary, ...]:
    """Return the usual chats, some of them pinned, in folders or put aside."""
    made = list(matter.chats())
    made[3] = replace(made[3], is_pinned=True)
    made[8] = replace(made[8], is_pinned=True)
    made[2] = replace(made[2], folder=HOUSE.id)
    made[6] = replace(made[6], folder=HOUSE.id)
    made[7] = replace(made[7], folder=WORK.id)
    old = replace(made[8], is_archived=True, is_pinned=False)
    titles = (
        "Letter to the landlord",
        "A name for the boat",
        "What the doctor said, in plain words",
    )
    return (*made, *(replace(old, id=ChatId(f"OLD{n}"), title=t) for n, t in enumerate(titles)))


TRASH = tuple(
    TrashedSummary(ChatId(f"GONE{number}"), title, days)
    for number, (title, days) in enumerate(
        (
            ("Trip to the lakes, first idea", 30),
            ("Test", 12),
            ("Untidy notes on the meeting", 1),
        )
    )
)


def furnish(stage: Stage) -> None:
    stage.tell(
        FoldersChanged(FOLDERS),
        ChatListChanged(chats()),
        TrashListed(TRASH),
        ConversationOpened(matter.talk()),
    )
    stage.window.side.list.rows.turn_folder(HOUSE.id, is_open=True)
    QTest.qWait(30)


def _add(name: str, size: tuple[int, int] = WIDE, scale: int = 100):
    return scene(f"60-chats-{name}", size, scale)


@_add("folders")
def folders(stage: Stage) -> None:
    furnish(stage)


@_add("folders-narrow", NARROW)
def folders_narrow(stage: Stage) -> None:
    furnish(stage)
    stage.window.frame.toggle_side()


@_add("folders-150", WIDE, 150)
def folders_big(stage: Stage) -> None:
    furnish(stage)


@_add("selected")
def selected(stage: Stage) -> None:
    furnish(stage)
    view = stage.window.side.list
    view.setFocus()
    flags = QItemSelectionModel.SelectionFlag
    view.setCurrentIndex(view.rows.index_of(ChatId("CHAT1")))
    for chat in ("CHAT2", "CHAT4"):
        view.selectionModel().select(view.rows.index_of(ChatId(chat)), flags.Select)


@_add("new-folder")
def new_folder(stage: Stage) -> None:
    furnish(stage)
    view = stage.window.side.list
    view.name_when_made(FolderId("new"))
    stage.tell(FoldersChanged((*FOLDERS, FolderSummary(FolderId("new"), "New folder"))))


@_add("folder-deleted")
def folder_deleted(stage: Stage) -> None:
    furnish(stage)
    stage.tell(FoldersChanged(FOLDERS[1:]), FolderDeleted(HOUSE, (), ()))


@_add("drop")
def drop(stage: Stage) -> None:
    furnish(stage)
    view = stage.window.side.list
    view._show_drop(view.rows.index_of_folder(WORK.id))


def _place(stage: Stage, place: Place) -> None:
    furnish(stage)
    stage.window.side.shelf.show_place(place)


@_add("archive")
def archive(stage: Stage) -> None:
    _place(stage, Place.ARCHIVE)


@_add("trash")
def trash(stage: Stage) -> None:
    _place(stage, Place.TRASH)


@_add("trash-narrow", NARROW)
def trash_narrow(stage: Stage) -> None:
    _place(stage, Place.TRASH)
    stage.window.frame.toggle_side()


@_add("trash-empty")
def trash_empty(stage: Stage) -> None:
    _place(stage, Place.TRASH)
    stage.tell(TrashListed(()))


@_add("trash-question")
def trash_question(stage: Stage) -> None:
    _place(stage, Place.TRASH)
    stage.window.side.shelf.head.empty.click()


def hits() -> tuple[SearchHit, ...]:
    """Return what a search finds: many in one chat, one put aside, a match far into a text."""
    one, two, old = chats()[0], chats()[2], chats()[-1]
    texts = (
        "All 36 \x02layers\x03 fit, with room to spare",
        "You have 8 GB and keep 1.5 GB for the context, so 6.5 GB remain for 36 \x02layers\x03",
        "the \x02layers\x03 need about 36 × 128 MB",
        "…so 35 \x02layers\x03 would go",
        "how many \x02layers\x03 are left on the processor",
        "count the \x02layers\x03 once more",
    )
    found = [SearchHit(one.id, one.title, NodeId(f"N{n}"), t) for n, t in enumerate(texts)]
    bread = SearchHit(two.id, two.title, NodeId("B"), "fold the dough in thin \x02layers\x03")
    aside = SearchHit(
        old.id, old.title, NodeId("O"), "three \x02layers\x03 of the skin", is_archived=True
    )
    return (*found, bread, aside)


@_add("search")
def search(stage: Stage) -> None:
    furnish(stage)
    stage.window.side.search.setFocus()
    stage.window.side.search.setText("layers")
    QTest.qWait(200)
    stage.tell(SearchFinished("layers", hits()))


def _menu(stage: Stage, menu: QMenu) -> QWidget:
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    menu.popup(stage.window.mapToGlobal(QPoint(40, 40)))
    QTest.qWait(30)
    return menu


@_add("menu")
def menu(stage: Stage) -> QWidget:
    furnish(stage)
    view = stage.window.side.list
    return _menu(stage, view._menu_of(view.rows.index_of(ChatId("CHAT1"))))


@_add("menu-folders")
def menu_folders(stage: Stage) -> QWidget:
    furnish(stage)
    view = stage.window.side.list
    return _menu(stage, view.menus.folders((ChatId("CHAT2"),), FOLDERS, HOUSE.id))
