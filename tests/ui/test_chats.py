"""The list of chats by mouse and keyboard: folders, pins, selection, archive and trash."""

from datetime import datetime

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, FolderId, NodeId
from inglenook.services.chatnews import (
    ChatsRemoved,
    FolderDeleted,
    FoldersChanged,
    FolderSummary,
    RemovedChat,
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
from inglenook.ui.chats.rows import ChatRow, HitRow, Place
from inglenook.ui.chats.snippet import is_rtl, runs_in_sight
from inglenook.ui.chats.wish import Act, Wish
from inglenook.ui.pages import FullPage
from inglenook.ui.room import Room
from inglenook.ui.sidebar import SideBar
from inglenook.ui.style import Look

NOW_MS = int(datetime.now().astimezone().timestamp() * 1000)
A, B, C, D, E = (ChatId(each) for each in "ABCDE")
HOUSE, WORK = (FolderSummary(FolderId(each), each) for each in ("House", "Work"))
CHATS = (
    ChatSummary(A, "Bread", NOW_MS),
    ChatSummary(B, "Heat pumps", NOW_MS, HOUSE.id),
    ChatSummary(C, "Tax", NOW_MS, is_pinned=True),
    ChatSummary(D, "Old letters", NOW_MS, is_archived=True),
    ChatSummary(E, "Names", NOW_MS, FolderId("gone")),
)
TRASH = (TrashedSummary(ChatId("T"), "Thrown away", 12), TrashedSummary(ChatId("U"), "Too", 0))
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def side(qtbot: QtBot, look: Look) -> SideBar:
    made = SideBar(look)
    qtbot.addWidget(made)
    made.resize(264, 800)
    made.show()
    qtbot.waitExposed(made)
    made.shelf.show_folders((HOUSE, WORK))
    made.show_chats(CHATS)
    made.shelf.show_trash(TRASH)
    made.open_row_of(A)
    made.list.setFocus()
    return made


def rows(side: SideBar) -> list[str]:
    model = side.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def spoken(side: SideBar, number: int) -> str:
    return side.list.model().index(number, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def click(side: SideBar, chat: ChatId, keys=Qt.KeyboardModifier.NoModifier) -> None:
    place = side.list.visualRect(side.list.rows.index_of(chat)).center()
    QTest.mouseClick(side.list.viewport(), LEFT, keys, place)


def press(side: SideBar, *keys: Qt.Key, with_=Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        QTest.keyClick(side.list, key, with_)


@pytest.fixture
def wishes(side: SideBar) -> list[Wish]:
    heard: list[Wish] = []
    side.list.wished.connect(heard.append)
    return heard


def test_pinned_chats_and_folders_stand_above_the_days(side: SideBar):
    assert rows(side) == [
        "Pinned", "Tax", "Folders", "House", "Work", "Today", "Bread", "Names"
    ]  # fmt: skip
    assert spoken(side, 1) == "Tax. Pinned"
    assert spoken(side, 3) == "Folder House, 1 chat, closed"
    assert side.list.neighbour(C, 1) == B  # whether its folder is open or not
    side.open_row_of(B)
    assert rows(side)[3:6] == ["House", "Heat pumps", "Work"]


def test_a_folder_opens_and_closes_by_mouse_and_keyboard(side: SideBar):
    view = side.list
    place = view.visualRect(view.rows.index_of_folder(HOUSE.id)).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=place)
    assert "Heat pumps" in rows(side)
    press(side, Qt.Key.Key_Left)
    assert "Heat pumps" not in rows(side)
    press(side, Qt.Key.Key_Right)
    assert "Heat pumps" in rows(side)
    press(side, Qt.Key.Key_Return)
    assert "Heat pumps" not in rows(side)


def test_a_folder_is_renamed_moved_and_deleted_by_keyboard(
    qtbot: QtBot, side: SideBar, wishes: list[Wish]
):
    view = side.list
    view.setCurrentIndex(view.rows.index_of_folder(WORK.id))
    press(side, Qt.Key.Key_Up, with_=Qt.KeyboardModifier.AltModifier)
    press(side, Qt.Key.Key_Delete)
    assert wishes == [
        Wish(Act.FOLDER_UP, folder=WORK.id),
        Wish(Act.DELETE_FOLDER, folder=WORK.id),
    ]
    view.rename()
    editor = view.findChild(QLineEdit, "rename")
    assert editor.accessibleName() == "Name of the folder"
    editor.setText(" Job ")
    with qtbot.waitSignal(view.folder_renamed) as asked:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == [WORK.id, "Job"]


def test_a_new_folder_is_named_at_once(side: SideBar):
    side.list.name_when_made(FolderId("new"))
    side.shelf.show_folders((HOUSE, WORK, FolderSummary(FolderId("new"), "New folder")))
    assert side.list.findChild(QLineEdit, "rename").text() == "New folder"


def test_several_chats_are_gathered_without_opening_them(
    qtbot: QtBot, side: SideBar, wishes: list[Wish]
):
    with qtbot.assertNotEmitted(side.list.open_asked):
        click(side, C, CTRL)
        click(side, A, CTRL)
        assert side.list.selected_chats() == (C,)  # A was selected since it is open
        click(side, E, SHIFT)
    assert set(side.list.selected_chats()) >= {A, E}
    click(side, A)
    press(side, Qt.Key.Key_Down, with_=SHIFT)
    assert side.list.selected_chats() == (A, E)
    assert side.shelf.selection.isVisible()
    side.show_chats((ChatSummary(ChatId("F"), "New", NOW_MS), *CHATS))
    assert side.list.selected_chats() == (A, E)
    press(side, Qt.Key.Key_Delete)
    side.shelf.selection.buttons[Act.PIN].click()
    assert wishes == [Wish(Act.REMOVE, (A, E)), Wish(Act.PIN, (A, E))]
    press(side, Qt.Key.Key_Escape)
    assert len(side.list.selected_chats()) == 1
    assert not side.shelf.selection.isVisible()
    press(side, Qt.Key.Key_A, with_=CTRL)
    assert set(side.list.selected_chats()) == {A, C, E, ChatId("F")}
    side.shelf.selection.shut.click()
    assert not side.shelf.selection.isVisible()


def acts(menu) -> list[str]:
    return [each.text() for each in menu.actions() if each.text()]


def test_each_row_offers_what_can_be_done_with_it(side: SideBar, wishes: list[Wish]):
    view = side.list
    menu = view._menu_of(view.rows.index_of(A))
    assert acts(menu) == ["Rename", "Pin", "Move to folder", "Archive", "Delete"]
    assert "Unpin" in acts(view._menu_of(view.rows.index_of(C)))
    folders = view.menus.folders((A,), (HOUSE, WORK), HOUSE.id)
    assert acts(folders) == ["House", "Work", "Out of its folder", "New folder"]
    assert not folders.actions()[0].isEnabled()
    folders.actions()[1].trigger()
    folders.actions()[2].trigger()
    for each in view._menu_of(view.rows.index_of_folder(HOUSE.id)).actions()[1:]:
        each.trigger()
    assert wishes == [
        Wish(Act.MOVE, (A,), WORK.id), Wish(Act.MOVE, (A,)),
        Wish(Act.FOLDER_UP, folder=HOUSE.id), Wish(Act.FOLDER_DOWN, folder=HOUSE.id),
        Wish(Act.DELETE_FOLDER, folder=HOUSE.id),
    ]  # fmt: skip
    assert view._menu_of(view.rows.index(0)) is None


@pytest.mark.parametrize(("onto", "folder"), [("folder", WORK.id), ("day", None)])
def test_chats_are_dragged_onto_folders_and_out_of_them(
    side: SideBar, wishes: list[Wish], onto: str, folder: FolderId | None
):
    view = side.list
    data = view.rows.mimeData([view.rows.index_of(A), view.rows.index_of(E)])
    target = view.rows.index_of_folder(WORK.id) if onto == "folder" else view.rows.index(5)
    place = view.visualRect(target).center()
    move, none = Qt.DropAction.MoveAction, Qt.KeyboardModifier.NoModifier
    for kind, where in ((QDragEnterEvent, place), (QDragMoveEvent, place)):
        event = kind(QPoint(where), move, data, LEFT, none)
        (view.dragEnterEvent if kind is QDragEnterEvent else view.dragMoveEvent)(event)
        assert event.isAccepted()
    assert (view._painter.drop_on is not None) is (onto == "folder")
    view.dropEvent(QDropEvent(QPointF(place), move, data, LEFT, none))
    assert wishes == [Wish(Act.MOVE, (A, E), folder)]
    assert view._painter.drop_on is None


def test_the_archive_is_a_place_of_its_own(side: SideBar, wishes: list[Wish]):
    archive = side.shelf.places.buttons[Place.ARCHIVE]
    assert archive.accessibleName() == "Archived, 1 chat"
    archive.click()
    assert rows(side) == ["Today", "Old letters"]
    menu = side.list._menu_of(side.list.rows.index_of(D))
    assert acts(menu) == ["Rename", "Move back to chats", "Delete"]
    menu.actions()[1].trigger()
    assert wishes == [Wish(Act.UNARCHIVE, (D,))]
    QTest.keyClick(side.shelf.head.back, Qt.Key.Key_Escape)
    assert rows(side)[0] == "Pinned"


def test_the_trash_says_how_long_it_keeps_what_and_asks_before_it_erases(
    qtbot: QtBot, side: SideBar, wishes: list[Wish]
):
    side.shelf.places.buttons[Place.TRASH].click()
    assert rows(side) == ["Thrown away", "Too"]
    assert spoken(side, 0) == "Thrown away. 12 days left"
    assert spoken(side, 1) == "Too. until the next start"
    menu = side.list._menu_of(side.list.rows.index(0))
    assert acts(menu) == ["Restore", "Erase now…"]
    with qtbot.assertNotEmitted(side.list.open_asked):
        press(side, Qt.Key.Key_Return)
        press(side, Qt.Key.Key_Delete)
    assert wishes == [Wish(Act.ERASE, (ChatId("T"),))]
    side.shelf.head.empty.click()
    assert side.shelf.head.question.words.text() == "Erase 2 chats?"
    with qtbot.waitSignal(side.shelf.erase_agreed) as agreed:
        side.shelf.head.question.yes.click()
    assert agreed.args == [Wish(Act.ERASE, (ChatId("T"), ChatId("U")))]
    side.shelf.show_trash(())
    assert side.shelf.head.note.text() == "The trash is empty."
    assert not side.shelf.head.empty.isVisible()


def search(side: SideBar, *hits: SearchHit) -> None:
    side.search.setText("word")
    QTest.keyClick(side.search, Qt.Key.Key_Return)
    side.show_hits(SearchFinished("word", hits))


def hit(chat: ChatId, node: str | None, text: str = "a \x02word\x03") -> SearchHit:
    return SearchHit(chat, f"Chat {chat}", node and NodeId(node), text, chat == D)


def test_what_is_found_is_grouped_by_chat_and_the_rest_is_shown_on_demand(
    qtbot: QtBot, side: SideBar
):
    search(side, hit(A, None), *(hit(A, str(each)) for each in range(6)), hit(D, "x"))
    found = [side.list.rows.row(side.list.rows.index(each)) for each in range(6)]
    assert [getattr(each, "is_first", None) for each in found] == [
        None, True, False, False, None, True
    ]  # fmt: skip
    assert rows(side)[4] == "3 more in this chat"
    assert spoken(side, 5) == "Archived. Chat D: a word"
    side.grab()
    side.list.setCurrentIndex(side.list.rows.index(4))
    press(side, Qt.Key.Key_Return)
    nodes = [each.node for each in side.list.rows._rows if isinstance(each, HitRow)]
    assert nodes == [*"012345", "x"]
    with qtbot.waitSignal(side.list.open_asked) as asked:
        press(side, Qt.Key.Key_Return)
    assert asked.args == [A, "3"]


def test_a_title_alone_is_found_too(side: SideBar):
    search(side, hit(B, None), hit(B, "1"), hit(B, "2"), hit(C, None))
    assert rows(side) == ["Found in your chats", "Chat B", "Chat B", "Chat C"]


def test_a_match_far_into_a_text_is_in_sight():
    width = len
    text = "one two three four five six seven \x02match\x03 and more"
    assert runs_in_sight(text, 30, width)[:2] == [("…five six seven ", False), ("match", True)]
    assert runs_in_sight("near \x02match\x03", 30, width)[0] == ("near ", False)
    assert runs_in_sight("\x02match\x03 first", 30, width)[0] == ("match", True)


@pytest.mark.parametrize(
    ("text", "rtl"),
    [("layers", False), ("\x02كم\x03 layers", True), ("36 שכבות", True), ("36", False)],
)
def test_an_excerpt_is_read_from_where_its_first_letter_says(text: str, rtl: bool):
    assert is_rtl(text) is rtl


def test_rows_stand_mirrored_where_the_interface_is_read_from_the_right(side: SideBar):
    side.list.rows.turn_folder(HOUSE.id, is_open=True)
    search(side, hit(D, "1"), hit(A, "2"))
    before = side.list.grab().toImage()
    side.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert side.list.grab().toImage() != before


def test_only_chats_of_the_list_can_be_dragged(side: SideBar):
    model = side.list.rows
    draggable = [
        row.title
        for number in range(model.rowCount())
        if model.flags(model.index(number)) & Qt.ItemFlag.ItemIsDragEnabled
        and isinstance(row := model.row(model.index(number)), ChatRow)
    ]
    assert draggable == ["Tax", "Bread", "Names"]


def test_the_list_scrolls_while_chats_are_held_at_its_edge(side: SideBar):
    many = tuple(ChatSummary(ChatId(f"M{n}"), f"Chat {n}", NOW_MS) for n in range(80))
    side.show_chats(many)
    side.grab()
    view, none = side.list, Qt.KeyboardModifier.NoModifier
    data = view.rows.mimeData([view.rows.index_of(ChatId("M1"))])
    low = QPoint(20, view.viewport().height() - 2)
    view.dragEnterEvent(QDragEnterEvent(low, Qt.DropAction.MoveAction, data, LEFT, none))
    view.dragMoveEvent(QDragMoveEvent(low, Qt.DropAction.MoveAction, data, LEFT, none))
    assert view.verticalScrollBar().value() > 0
    high = QPoint(20, 2)
    view.dragMoveEvent(QDragMoveEvent(high, Qt.DropAction.MoveAction, data, LEFT, none))
    assert view.verticalScrollBar().value() == 0


# --- with the services ---


@pytest.fixture
def room(window: Room, services: StandIn) -> Room:
    for event in (
        FoldersChanged((HOUSE, WORK)),
        ChatListChanged(CHATS),
        TrashListed(TRASH),
        ConversationOpened(Conversation(A, "Bread")),
    ):
        services.bus.publish(event)
    QApplication.processEvents()
    window.page.composer.field.setFocus()
    services.calls.clear()
    return window


def do(room: Room, name: str) -> None:
    room.actions_by_name[name].setEnabled(True)
    room.actions_by_name[name].trigger()


def organised(services: StandIn) -> list[tuple]:
    return [(name.removeprefix("organising."), *rest) for name, *rest in services.calls]


def test_wishes_are_passed_to_the_service(room: Room, services: StandIn):
    for act in (Act.PIN, Act.UNPIN, Act.MOVE, Act.UNARCHIVE, Act.RESTORE):
        room.side.list.wished.emit(Wish(act, (A, C), WORK.id))
    for act in (Act.DELETE_FOLDER, Act.FOLDER_UP, Act.FOLDER_DOWN):
        room.side.list.wished.emit(Wish(act, folder=WORK.id))
    room.side.list.folder_renamed.emit(WORK.id, "Job")
    assert organised(services) == [
        ("pin", (A, C), True), ("pin", (A, C), False), ("move", (A, C), WORK.id),
        ("unarchive", (A, C)), ("restore", (A, C), False), ("delete_folder", WORK.id),
        ("move_folder", WORK.id, -1), ("move_folder", WORK.id, 1),
        ("rename_folder", WORK.id, "Job"),
    ]  # fmt: skip


def test_actions_are_about_the_chat_on_screen_or_what_is_selected(
    room: Room, services: StandIn
):
    do(room, "pin")
    do(room, "archive")
    assert room.toast.words.text() == "Archived 1 chat"
    room.toast.action.click()
    room.side.list.setFocus()
    click(room.side, C)
    click(room.side, E, CTRL)
    services.calls.clear()
    do(room, "pin")
    do(room, "delete")
    room.side.shelf.show_place(Place.TRASH)
    room.side.list.setFocus()
    do(room, "pin")
    assert organised(services) == [
        ("pin", (C, E), True), ("remove", (C, E)), ("pin", (A,), True)
    ]  # fmt: skip


def test_archiving_is_undone_and_folders_come_back(room: Room, services: StandIn):
    room.side.list.wished.emit(Wish(Act.ARCHIVE, (A, C)))
    assert room.toast.words.text() == "Archived 2 chats"
    room.toast.action.click()
    deleted = FolderDeleted(HOUSE, (HOUSE.id, WORK.id), (B,))
    services.bus.publish(deleted)
    QApplication.processEvents()
    assert "House" in room.toast.words.text()
    room.toast.action.click()
    assert organised(services) == [
        ("archive", (A, C)), ("unarchive", (A, C)), ("bring_back_folder", deleted)
    ]  # fmt: skip


def test_folders_and_places_are_opened_by_actions(room: Room, services: StandIn):
    do(room, "new_folder")
    services.bus.publish(FoldersChanged((HOUSE, FolderSummary(FolderId("NEW FOLDER"), "New"))))
    QApplication.processEvents()
    assert room.side.list.findChild(QLineEdit, "rename").text() == "New"
    do(room, "show_archive")
    assert room.side.shelf.place is Place.ARCHIVE
    do(room, "show_trash")
    assert room.side.shelf.place is Place.TRASH
    room.side.list.wished.emit(Wish(Act.ERASE, (ChatId("T"),)))
    assert room.side.shelf.head.question.words.text() == "Erase this chat?"
    room.side.shelf.head.question.yes.click()
    assert organised(services) == [
        ("create_folder", "New folder", ()), ("list_trash",), ("list_trash",),
        ("erase", (ChatId("T"),)),
    ]  # fmt: skip


def test_several_deleted_chats_come_back_in_one_step(room: Room, services: StandIn):
    services.bus.publish(ChatsRemoved((RemovedChat(A, "Bread"), RemovedChat(C, "Tax"))))
    QApplication.processEvents()
    assert room.toast.words.text() == "2 chats deleted"
    assert services.asked("chat.open") == [(E,)]  # the next one that stays
    room.toast.action.click()
    assert services.asked("organising.restore") == [([A, C],)]


def test_the_open_chat_stands_out_less_while_a_page_lies_over_it(room: Room):
    marked = room.side.list.grab().toImage()
    room.pages.add("probe", FullPage)
    room.pages.open("probe")
    assert room.side.list.grab().toImage() != marked
    room.pages.close()
    room.side.list.clearFocus()
    assert room.side.list.grab().toImage() == marked
