from collections.abc import Callable
from datetime import datetime

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.core.units import MIB
from inglenook.services.chatnews import ChatsRemoved, RemovedChat
from inglenook.services.events import (
    ChatListChanged,
    ChatsAnswering,
    ChatSummary,
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
    ModelsChanged,
    ProblemArose,
    SearchFinished,
    SearchHit,
    SettingsChanged,
)
from inglenook.services.installed import InstalledModel
from inglenook.ui.chats.rows import Mark
from inglenook.ui.chats.wish import Act, Wish
from inglenook.ui.household import view_maker
from inglenook.ui.room import Room
from inglenook.ui.shell import Shell
from inglenook.ui.style import Look

A, B = ChatId("A"), ChatId("B")
NOW_MS = int(datetime.now().astimezone().timestamp() * 1000)
MODEL = InstalledModel("/models/q.gguf", "Qwen3 8B", "4-bit (Q4_K_M)", 98 * MIB, "qwen3", 4096)
PROBLEM = Problem("The file is damaged", "Download it again.")
READY = EngineState(EnginePhase.READY, MODEL)

Tell = Callable[..., None]


@pytest.fixture
def tell(window: Room, services: StandIn) -> Tell:
    """Publish announcements and let the window take them."""

    def publish(*announcements: object) -> None:
        for announcement in announcements:
            services.bus.publish(announcement)
        for _ in range(3):
            QApplication.processEvents()

    publish(
        ChatListChanged((ChatSummary(A, "Bread", NOW_MS), ChatSummary(B, "Tax", NOW_MS))),
        ConversationOpened(Conversation(A, "Bread")),
        EngineChanged(READY),
        ModelsChanged((MODEL,)),
    )
    services.calls.clear()
    return publish


def press(window: Room, name: str) -> None:
    """Take an action as its shortcut or menu entry would."""
    window.actions_by_name[name].trigger()


# --- first run ---


def test_the_first_run_says_what_stays_here_and_then_never_again(
    open_window: Callable[[StandIn], Room],
):
    services = StandIn(welcomed=False)
    window = open_window(services)
    assert window.welcome.isVisible()
    assert not window.side.isVisible()
    window.welcome.skip.click()
    assert services.asked("settings.set_welcomed") == [()]
    services.bus.publish(SettingsChanged("system", welcomed=True))
    QApplication.processEvents()
    assert window.page.isVisible()
    assert window.side.isVisible()
    assert not window.welcome.isVisible()


@pytest.mark.parametrize("before", [(), ("stop",), ("compose", "new_chat")])
def test_on_the_first_run_enter_starts_and_the_next_key_writes(
    open_window: Callable[[StandIn], Room], before: tuple[str, ...]
):
    services = StandIn(welcomed=False)
    window = open_window(services)
    services.bus.publish(ConversationOpened(Conversation(A, "")))
    QApplication.processEvents()
    for name in before:
        press(window, name)
    assert window.focusWidget() is window.welcome.go_on
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert window.focusWidget() is window.welcome.model.primary
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert services.asked("settings.set_welcomed") == [()]
    services.bus.publish(SettingsChanged("system", welcomed=True))
    QApplication.processEvents()
    assert window.focusWidget() is window.page.composer.field


def test_a_chat_that_opens_behind_the_first_page_leaves_it_the_keys(qtbot: QtBot, look: Look):
    services, shell = StandIn(welcomed=False), Shell()
    qtbot.addWidget(shell)
    shell.show()  # as in the application: painted first, furnished then
    shell.activateWindow()
    with qtbot.waitActive(shell):
        pass
    room = Room(look, services, view_maker())
    shell.furnish(room)
    shell.closing.connect(room.bridge.close)
    services.bus.publish(ConversationOpened(Conversation(A, "")))
    qtbot.waitUntil(lambda: room.page.conversation is not None)
    assert shell.focusWidget() is room.welcome.go_on


# --- chats ---


def test_a_message_goes_to_the_chat_on_screen(window: Room, services: StandIn, tell: Tell):
    QTest.keyClicks(window.page.composer.field, "Hello")
    QTest.keyClick(window.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == [(A, "Hello")]
    assert window.page.composer.text() == ""


def test_the_side_bar_shows_which_other_chats_are_answered(window: Room, tell: Tell):
    model = window.side.list.model()
    tell(ChatsAnswering(frozenset({A, B})))
    assert (model.mark_of(A), model.mark_of(B)) == (Mark.NONE, Mark.WRITING)
    tell(ConversationOpened(Conversation(B, "Tax")))
    assert (model.mark_of(A), model.mark_of(B)) == (Mark.WRITING, Mark.NONE)
    tell(ChatsAnswering(frozenset()))
    assert (model.mark_of(A), model.mark_of(B)) == (Mark.ARRIVED, Mark.NONE)


def test_a_starter_prompt_is_sent_as_it_is_and_the_next_message_can_be_typed(
    window: Room, services: StandIn, tell: Tell
):
    window.page.greeting.findChildren(QAbstractButton)[0].setFocus()
    window.page.greeting.prompt_chosen.emit("Why is the sky blue?")
    assert services.asked("chat.send") == [(A, "Why is the sky blue?")]
    assert window.focusWidget() is window.page.composer.field


def test_a_message_can_be_sent_before_any_chat_is_open(window: Room, services: StandIn):
    services.bus.publish(EngineChanged(READY))
    QApplication.processEvents()
    QTest.keyClicks(window.page.composer.field, "Hello")
    QTest.keyClick(window.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == [(ChatId("NEW"), "Hello")]


def test_a_message_may_be_sent_while_the_model_loads(
    window: Room, services: StandIn, tell: Tell
):
    tell(EngineChanged(EngineState(EnginePhase.LOADING, MODEL, None, 0.4)))
    QTest.keyClicks(window.page.composer.field, "Hello")
    QTest.keyClick(window.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == [(A, "Hello")]


@pytest.mark.parametrize(
    "phase", [EnginePhase.NO_MODEL, EnginePhase.FAILED, EnginePhase.BROKEN]
)
def test_nothing_is_sent_without_a_model(
    window: Room, services: StandIn, tell: Tell, phase: EnginePhase
):
    tell(EngineChanged(EngineState(phase, problem=PROBLEM)))
    QTest.keyClicks(window.page.composer.field, "Hello")
    QTest.keyClick(window.page.composer.field, Qt.Key.Key_Return)
    assert services.asked("chat.send") == []
    assert window.page.composer.text() == "Hello"


def test_each_chat_keeps_its_own_draft(window: Room, tell: Tell):
    window.page.composer.put("unfinished")
    tell(ConversationOpened(Conversation(B, "Tax")))
    assert window.page.composer.text() == ""
    tell(ConversationOpened(Conversation(A, "Bread")))
    assert window.page.composer.text() == "unfinished"


def test_a_message_that_could_not_be_sent_comes_back(window: Room, tell: Tell):
    tell(ProblemArose(PROBLEM, draft="precious words"))
    assert window.page.composer.text() == "precious words"
    assert window.notice.isVisible()
    assert window.notice.title.text() == "The file is damaged"


def test_a_failed_message_does_not_overwrite_a_newer_one(window: Room, tell: Tell):
    window.page.composer.put("newer")
    tell(ProblemArose(PROBLEM, draft="older"))
    assert window.page.composer.text() == "newer"


def test_a_new_chat_is_not_made_while_an_empty_one_is_open(
    window: Room, services: StandIn, tell: Tell
):
    press(window, "new_chat")
    assert services.asked("chat.create") == []


def test_the_window_has_the_title_of_its_chat(window: Room, tell: Tell):
    tell(ConversationOpened(Conversation(B, "Tax")))
    assert window.shell.windowTitle() == "Tax – Inglenook"


def test_deleting_can_be_undone(window: Room, services: StandIn, tell: Tell):
    window.side.list.wished.emit(Wish(Act.REMOVE, (B,)))
    assert services.asked("organising.remove") == [((B,),)]
    tell(ChatsRemoved((RemovedChat(B, "Tax"),)))
    assert window.toast.words.text() == "Deleted “Tax”"
    window.toast.action.click()
    assert services.asked("organising.restore") == [([B],)]
    assert not window.toast.isVisible()


def test_another_chat_opens_when_the_one_on_screen_is_deleted(
    window: Room, services: StandIn, tell: Tell
):
    tell(ChatsRemoved((RemovedChat(A, "Bread"),)))
    assert services.asked("chat.open") == [(B,)]


def test_a_new_chat_opens_when_the_last_one_is_deleted(
    window: Room, services: StandIn, tell: Tell
):
    tell(ChatListChanged(()), ChatsRemoved((RemovedChat(A, "Bread"),)))
    assert services.asked("chat.create") == [()]


def test_a_title_is_sent_to_the_service(window: Room, services: StandIn, tell: Tell):
    window.side.list.rename_asked.emit(A, "Sourdough")
    assert services.asked("chat.rename") == [(A, "Sourdough")]


def test_a_search_asks_the_service_and_a_hit_opens_its_chat(
    window: Room, services: StandIn, tell: Tell
):
    press(window, "search")
    assert window.side.search.hasFocus()
    QTest.keyClicks(window.side.search, "tax")
    QTest.keyClick(window.side.search, Qt.Key.Key_Return)
    assert services.asked("chat.search") == [("tax",)]
    tell(SearchFinished("tax", (SearchHit(B, "Tax", NodeId("N"), "\x02tax\x03"),)))
    QTest.keyClick(window.side.list, Qt.Key.Key_Return)
    assert services.asked("chat.open") == [(B,)]


def test_the_next_chat_is_the_one_below(window: Room, services: StandIn, tell: Tell):
    press(window, "next_chat")
    press(window, "previous_chat")
    assert services.asked("chat.open") == [(B,), (B,)]  # the list goes round


# --- the model ---


def test_the_pill_shows_the_state_of_the_engine(window: Room, services: StandIn, tell: Tell):
    tell(EngineChanged(EngineState(EnginePhase.LOADING, MODEL, None, 0.42)))
    pill = window.top.pill
    assert pill.face.accessibleName() == "Model: Qwen3 8B, 4-bit, Loading 42 %"
    pill.action.click()
    assert services.asked("engine.cancel_load") == [()]


def test_the_menu_of_the_pill_loads_models_and_frees_them(
    window: Room, services: StandIn, tell: Tell
):
    menu = window.top.pill.menu()
    texts = [action.text() for action in menu.actions()]
    assert texts[0] == "Qwen3 8B\t4-bit · 98 MB"
    menu.actions()[0].trigger()
    menu.actions()[-1].trigger()
    assert services.asked("engine.load") == [("/models/q.gguf",)]
    assert services.asked("engine.unload") == [()]
    menu.deleteLater()


def test_a_model_that_fails_is_explained_with_a_way_on(
    window: Room, services: StandIn, tell: Tell
):
    tell(EngineChanged(EngineState(EnginePhase.BROKEN, MODEL, problem=PROBLEM)))
    assert window.notice.advice.text() == "Download it again."
    window.notice.action.click()
    assert services.asked("engine.retry") == [()]
    tell(EngineChanged(READY))
    assert not window.notice.isVisible()


def drag_of(*paths: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return data


def enter(window: Room, data: QMimeData) -> QDragEnterEvent:
    event = QDragEnterEvent(
        QPoint(300, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(window, event)
    return event


def test_a_model_file_can_be_dropped_anywhere(window: Room, services: StandIn, tell: Tell):
    data = drag_of("/models/New.GGUF")
    assert enter(window, data).isAccepted()
    assert window._veil.isVisible()
    drop = QDropEvent(
        QPointF(300, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, drop)
    assert not window._veil.isVisible()
    assert [call[0] for call in services.asked("models.add")] == ["/models/New.GGUF"]


def test_another_file_goes_with_the_next_message_and_the_veil_says_so(window: Room, tell: Tell):
    assert enter(window, drag_of("/home/ada/letter.pdf")).isAccepted()
    assert window._veil.accessibleName() == "Drop to attach: letter.pdf"


def test_what_is_no_file_is_not_taken(window: Room, tell: Tell):
    text = QMimeData()
    text.setText("words")
    assert not enter(window, text).isAccepted()
    assert not window._veil.isVisible()


# --- the window itself ---


def test_a_narrow_window_has_the_side_bar_over_the_page(qtbot: QtBot, window: Room, tell: Tell):
    window.resize(800, 600)
    qtbot.waitUntil(lambda: not window.side.isVisible())
    assert window.top.side.isVisible()
    press(window, "toggle_side")
    assert window.side.isVisible()
    press(window, "stop")
    assert not window.side.isVisible()
    window.resize(1180, 800)
    qtbot.waitUntil(window.side.isVisible)


def test_the_side_bar_can_be_hidden(window: Room, tell: Tell):
    press(window, "toggle_side")
    assert not window.side.isVisible()
    press(window, "search")
    assert window.side.isVisible()


def test_escape_stops_an_answer_only_when_nothing_else_is_open(window: Room, tell: Tell):
    tell(ProblemArose(PROBLEM))
    press(window, "stop")
    assert not window.notice.isVisible()


def test_the_colours_follow_the_settings(window: Room, services: StandIn, tell: Tell):
    window.side.theme_switch._buttons["dark"].click()
    assert services.asked("settings.set_theme") == [("dark",)]
    tell(SettingsChanged("dark", welcomed=True))
    assert window._look.palette.name == "dark"
    shown = window.window().grab().toImage()
    below_the_composer = QColor(shown.pixel(shown.width() // 2, shown.height() - 2))
    assert below_the_composer == QColor(window._look.palette.ground)


def test_text_grows_and_the_size_is_kept(window: Room, services: StandIn, tell: Tell):
    before = window.page.composer.field.font().pixelSize()
    press(window, "bigger")
    assert window.page.composer.field.font().pixelSize() > before
    press(window, "normal_size")
    assert services.asked("settings.set_text_scale") == [(1.1,), (1.0,)]


def test_panes_are_visited_in_turn(window: Room, tell: Tell):
    window.activateWindow()
    press(window, "compose")
    visited: list[QWidget] = []
    for _ in range(4):
        press(window, "next_pane")
        visited.append(window.focusWidget())
    assert visited == [
        window.side.list,
        window.top.pill.face,
        window.page.greeting.focusProxy(),
        window.page.composer.field,
    ]


def test_nothing_reaches_a_closed_window(window: Room, services: StandIn, tell: Tell):
    window.shell.close()
    tell(ProblemArose(PROBLEM))
    assert window.notice.title.text() == ""


def test_the_chat_and_its_last_answer_are_copied_as_they_read(window: Room, tell: Tell):
    asked = Message(NodeId("1"), None, Role.USER, "Why?", 1)
    told = Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "Because.", 2, model="M")
    tell(ConversationOpened(Conversation.of(A, [asked, told], title="Bread")))
    press(window, "copy_answer")
    assert QApplication.clipboard().text() == "Because."
    press(window, "copy_chat")
    assert QApplication.clipboard().text() == (
        "# Bread\n\n## You\n\nWhy?\n\n## Assistant (M)\n\nBecause.\n"
    )
    assert window.toast.isVisible()


def test_copying_says_so(window: Room, tell: Tell):
    press(window, "copy_answer")  # there is none
    assert not window.toast.isVisible()
