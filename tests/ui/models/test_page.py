from collections.abc import Callable

import pytest
import shelfmatter as goods
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from standin import StandIn

from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.services.events import (
    ChatListChanged,
    ChatSummary,
    ConversationOpened,
    DownloadFailed,
    DownloadFinished,
    DownloadsChanged,
    EngineChanged,
    EnginePhase,
    EngineState,
    ModelsChanged,
    ProblemArose,
    SettingsChanged,
)
from inglenook.services.modelnews import ModelRemoved
from inglenook.ui.models.page import DOWNLOADS, FIND, INSTALLED, STORAGE, ModelsPage
from inglenook.ui.room import Room

Tell = Callable[..., None]
A = ChatId("A")


@pytest.fixture
def tell(window: Room, services: StandIn) -> Tell:
    def publish(*announcements: object) -> None:
        for announcement in announcements:
            services.bus.publish(announcement)
        for _ in range(2):
            QApplication.processEvents()

    publish(
        ChatListChanged((ChatSummary(A, "Bread", 0),)),
        ConversationOpened(Conversation(A, "Bread")),
    )
    window.activateWindow()
    return publish


@pytest.fixture
def page(window: Room, tell: Tell) -> ModelsPage:
    window.models.open(INSTALLED)
    tell(goods.SHELF)
    return window.models.page


def press(window: Room, name: str) -> None:
    window.actions_by_name[name].trigger()


def test_the_page_is_not_built_before_it_is_wanted(window: Room, tell: Tell):
    tell(DownloadsChanged(goods.queue()), ModelsChanged((goods.STARTER,)))
    assert window.models.page is None


@pytest.mark.parametrize(("name", "tab"), [("models", FIND), ("downloads", DOWNLOADS)])
def test_an_action_opens_the_page(window: Room, tell: Tell, name: str, tab: int):
    press(window, name)
    assert window.models.page.isVisible()
    assert not window.page.isVisible()
    assert window.models.page.tabs.currentIndex() == tab
    assert window.models.page.isAncestorOf(QApplication.focusWidget())


def test_a_key_that_opens_the_page_shows_where_the_keyboard_is(
    window: Room, services: StandIn, tell: Tell
):
    services.downloads.rows = goods.queue()
    press(window, "downloads")
    assert window.models.page.pane(DOWNLOADS).rows()[0].face.wears_ring()


def test_a_press_that_opens_the_page_draws_no_ring(window: Room, services: StandIn, tell: Tell):
    services.downloads.rows = goods.queue()
    tell(DownloadsChanged(goods.queue()))
    window.side.downloads.click()
    face = window.models.page.pane(DOWNLOADS).rows()[0].face
    assert face.hasFocus()
    assert not face.wears_ring()


def test_a_tab_shows_a_ring_to_keys_alone(page: ModelsPage):
    place = page.tabs.tabRect(STORAGE).center()
    QTest.mouseClick(page.tabs, Qt.MouseButton.LeftButton, pos=place)
    assert page.tabs.hasFocus()
    assert not page.tabs.wears_ring()
    QTest.keyClick(page.tabs, Qt.Key.Key_Left)
    assert page.tabs.currentIndex() == DOWNLOADS
    assert page.tabs.wears_ring()


def test_the_page_opens_again_where_it_was_left(window: Room, page: ModelsPage):
    press(window, "stop")
    assert window.page.isVisible()
    press(window, "models")
    assert page.tabs.currentIndex() == INSTALLED


def test_a_tab_is_opened_once_and_asks_once(page: ModelsPage, services: StandIn):
    page.choose(INSTALLED)
    page.come_forward()
    assert len(services.asked("shelf.refresh")) == 1


@pytest.mark.parametrize("name", ["new_chat", "compose", "stop"])
def test_what_is_about_chats_leads_back_to_the_chat(window: Room, page: ModelsPage, name: str):
    press(window, name)
    assert window.page.isVisible()
    assert window.page.composer.field.hasFocus()


def test_a_chat_that_is_chosen_comes_on_screen(window: Room, page: ModelsPage):
    window.side.list.open_asked.emit(A, "")
    assert window.page.isVisible()
    assert not window.side.models.isChecked()


def test_the_side_bar_and_the_back_button_lead_there_and_back(window: Room, tell: Tell):
    window.side.models.click()
    assert window.models.page.isVisible()
    assert window.side.models.isChecked()
    window.models.page.back.click()
    assert window.page.isVisible()
    assert not window.side.models.isChecked()


def test_a_hidden_chat_takes_no_keys(window: Room, page: ModelsPage, tell: Tell):
    QTest.keyClicks(QApplication.focusWidget(), "abc")
    tell(EngineChanged(goods.engine()), SettingsChanged("light", welcomed=True))
    QTest.keyClicks(QApplication.focusWidget(), "def")
    assert window.page.composer.text() == ""
    assert page.isVisible()


def test_escape_closes_a_notice_before_the_page(window: Room, page: ModelsPage, tell: Tell):
    tell(ProblemArose(Problem("It failed", "Try again.")))
    press(window, "stop")
    assert not window.notice.isVisible()
    assert page.isVisible()
    press(window, "stop")
    assert not page.isVisible()


def test_a_setting_that_changes_does_not_leave_the_page(
    window: Room, page: ModelsPage, tell: Tell
):
    tell(SettingsChanged("dark", welcomed=True, offline=True))
    assert page.isVisible()


def test_the_menu_of_the_chat_is_not_offered_on_the_page(
    window: Room, page: ModelsPage, tell: Tell
):
    window.top.set_chat(is_stored=True)
    assert not window.top.more.isVisible()
    press(window, "stop")
    assert window.top.more.isVisible()


def test_the_next_pane_is_the_page(window: Room, page: ModelsPage):
    window.top.pill.face.setFocus()
    press(window, "next_pane")
    assert page.tabs.hasFocus()
    press(window, "next_pane")
    assert window.side.isAncestorOf(QApplication.focusWidget())


def test_arrows_walk_along_the_tabs_and_tab_leads_into_the_pane(page: ModelsPage):
    page.tabs.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(page.tabs, Qt.Key.Key_Right)
    assert page.tabs.currentIndex() == DOWNLOADS
    assert page.tabs.hasFocus()
    QTest.keyClick(page.tabs, Qt.Key.Key_Right)
    QTest.keyClick(page.tabs, Qt.Key.Key_Tab)
    assert page.pane(STORAGE).isAncestorOf(QApplication.focusWidget())


def test_numbers_stand_behind_the_tabs_and_in_the_side_bar(
    window: Room, page: ModelsPage, tell: Tell
):
    tell(DownloadsChanged(goods.queue()))
    assert page.tabs.tabText(INSTALLED) == "Installed 6"
    assert page.tabs.tabText(DOWNLOADS) == "Downloads 7"
    assert window.side.models.accessibleName() == "Models 6"
    tell(DownloadsChanged(()))
    assert page.tabs.tabText(DOWNLOADS) == "Downloads"


def test_the_pill_and_the_greeting_lead_to_better_models(window: Room, tell: Tell):
    tell(EngineChanged(EngineState(EnginePhase.READY, goods.STARTER)))
    assert window.page.greeting.find_model.isVisible()
    window.page.greeting.find_model.click()
    assert window.models.page.tabs.currentIndex() == FIND
    window.models.close()
    tell(EngineChanged(goods.engine()))
    assert not window.page.greeting.find_model.isVisible()  # one's own model answers
    window.top.pill.find_asked.emit()
    assert window.models.page.isVisible()


def test_the_first_run_can_lead_straight_to_a_better_model(
    open_window: Callable[[StandIn], Room],
):
    services = StandIn(welcomed=False)
    window = open_window(services)
    window.welcome.go_on.click()
    window.welcome.model.other.click()
    assert services.asked("settings.set_welcomed") == [()]
    services.bus.publish(SettingsChanged("system", welcomed=True))
    QApplication.processEvents()
    assert window.models.page.isVisible()
    assert window.models.page.isAncestorOf(QApplication.focusWidget())


def test_in_a_narrow_window_the_page_is_not_left_behind_the_side_bar(
    window: Room, page: ModelsPage
):
    window.shell.resize(800, 600)
    QApplication.processEvents()
    window.frame.toggle_side()
    assert window.frame.is_overlay_open()
    window.side.models.click()
    assert not window.frame.is_overlay_open()
    assert page.isVisible()


# --- what comes ---


def test_what_is_coming_is_shown_in_the_side_bar_and_leads_to_the_queue(
    window: Room, tell: Tell
):
    card = window.side.downloads
    assert not card.isVisible()
    tell(DownloadsChanged((goods.coming(),)))
    assert card.isVisible()
    assert card.accessibleName() == "Downloads: Gemma 3 12B, 63 %"
    card.click()
    assert window.models.page.tabs.currentIndex() == DOWNLOADS
    tell(DownloadsChanged(()))
    assert not card.isVisible()


def test_a_model_that_is_ready_can_be_used_at_once(window: Room, services: StandIn, tell: Tell):
    tell(DownloadFinished("JOB1", "Gemma 3 12B", "/models/g.gguf"))
    assert window.toast.words.text() == "Gemma 3 12B is ready"
    window.toast.action.click()
    assert services.asked("engine.load") == [("/models/g.gguf",)]


def test_a_download_that_failed_leads_to_the_queue(window: Room, tell: Tell):
    tell(DownloadFailed("JOB7", "Gemma 3 27B", goods.GATED))
    assert "Gemma 3 27B did not come" in window.toast.words.text()
    window.toast.action.click()
    assert window.models.page.tabs.currentIndex() == DOWNLOADS


@pytest.mark.parametrize(
    ("freed_bytes", "words"),
    [(7, "Deleted “Gemma 3 12B”"), (0, "Removed “Gemma 3 12B” from the list")],
)
def test_a_removed_model_can_be_brought_back(
    window: Room, services: StandIn, page: ModelsPage, tell: Tell, freed_bytes: int, words: str
):
    path = goods.GEMMA.model.path
    tell(ModelRemoved(path, "Gemma 3 12B", freed_bytes))
    assert window.toast.words.text() == words
    assert window.toast.geometry().bottom() <= window.height() + 40  # at the page's foot
    window.toast.action.click()
    assert services.asked("shelf.restore") == [(path,)]


def test_the_side_bar_says_quietly_that_nothing_uses_the_network(window: Room, tell: Tell):
    assert window.side._place.accessibleName() == "On this device"
    tell(SettingsChanged("light", welcomed=True, offline=True))
    assert window.side._place.accessibleName() == "Offline"


# --- everybody can use it ---


def focusable(place: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in place.findChildren(QWidget)
        if widget.isVisibleTo(place.window()) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


@pytest.mark.parametrize("tab", [INSTALLED, DOWNLOADS, STORAGE])
def test_every_control_of_a_pane_has_a_name_a_role_and_a_size(
    window: Room, services: StandIn, page: ModelsPage, tell: Tell, tab: int
):
    services.downloads.rows = goods.queue()
    services.browse.is_known = True
    window.models.open(tab)
    tell(goods.READING, goods.SCANNED, goods.MOVING)
    widgets = focusable(page)
    assert len(widgets) > 5
    for widget in widgets:
        seen = QAccessible.queryAccessibleInterface(widget)
        assert seen.text(QAccessible.Text.Name), widget
        assert seen.role() not in {QAccessible.Role.NoRole, QAccessible.Role.Client}, widget
        if isinstance(widget, QAbstractButton):
            assert min(widget.width(), widget.height()) >= 32, widget


@pytest.mark.parametrize("tab", [INSTALLED, DOWNLOADS, STORAGE])
def test_the_tab_key_visits_every_control_of_a_pane(
    window: Room, services: StandIn, page: ModelsPage, tell: Tell, tab: int
):
    services.downloads.rows = goods.queue()[:2]
    window.models.open(tab)
    tell(goods.READING, goods.SCANNED)
    wanted = {
        widget
        for widget in focusable(page)
        if widget.isEnabled() and not (isinstance(widget, QAbstractButton) and widget.group())
    }
    page.back.setFocus()
    visited = set()
    for _ in range(2 * len(focusable(window)) + 10):
        visited.add(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert {each.accessibleName() for each in wanted - visited} == set()
