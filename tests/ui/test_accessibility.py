"""Every control has a name, a role and a place; the whole window works without a mouse."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from settingsmatter import furnish
from standin import StandIn

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import (
    ChatListChanged,
    ChatSummary,
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
    ProblemArose,
)
from inglenook.services.servingnews import (
    LiveRequest,
    ServingChanged,
    ServingPhase,
    ServingState,
)
from inglenook.ui.appearance import Appearance
from inglenook.ui.chat.conversation_view import ConversationView
from inglenook.ui.chat.slashlist import Offer, SlashList
from inglenook.ui.dialogs import KeysDialog, LinkDialog
from inglenook.ui.room import Room
from inglenook.ui.settings.page import SettingsPage
from inglenook.ui.style import Look
from inglenook.ui.widgets import speak as speaking
from inglenook.ui.widgets.tabs import Tabs

SMALLEST_TARGET = 32
SERVED = ServingState(
    ServingPhase.ON, "http://127.0.0.1:11535/v1", 11535,
    live=(LiveRequest("1", "/v1/chat/completions", "tiny", "127.0.0.1", 0.0),),
)  # fmt: skip


@pytest.fixture
def full(window: Room, services: StandIn) -> Room:
    """A window with everything that can be shown at once."""
    for announcement in (
        ChatListChanged((ChatSummary(ChatId("A"), "Bread", 0),)),
        ConversationOpened(Conversation(ChatId("A"), "Bread")),
        EngineChanged(EngineState(EnginePhase.LOADING)),
        ProblemArose(Problem("It failed", "Try again.")),
    ):
        services.bus.publish(announcement)
    for _ in range(3):
        QApplication.processEvents()
    window.page.composer.begin_edit("text " * 3000)
    window.toast.show_message("Deleted", "Undo")
    window.activateWindow()
    QApplication.processEvents()
    return window


@pytest.fixture
def welcome(open_window: Callable[[StandIn], Room]) -> Room:
    return open_window(StandIn(welcomed=False))


@pytest.fixture
def link(qtbot: QtBot, look: Look, window: Room) -> LinkDialog:
    dialog = LinkDialog(look, window, "https://example.org/a")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def keys(qtbot: QtBot, look: Look, window: Room) -> KeysDialog:
    dialog = KeysDialog(look, window, window.actions_by_name)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


PLACES = ["full", "welcome", "link", "keys"]


@pytest.fixture
def place(request: pytest.FixtureRequest) -> QWidget:
    found = request.getfixturevalue(request.param)
    return getattr(found, "shell", found)


def focusable(place: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in place.findChildren(QWidget)
        if widget.isVisibleTo(place)
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.window() is place
    ]


@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_every_control_has_a_name_and_a_role(place: QWidget):
    widgets = focusable(place)
    assert widgets
    for widget in widgets:
        seen = QAccessible.queryAccessibleInterface(widget)
        assert seen.text(QAccessible.Text.Name), widget
        if not isinstance(widget, QScrollArea):  # a scrolling page has no role of its own
            assert seen.role() not in {QAccessible.Role.NoRole, QAccessible.Role.Client}, widget


@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_every_button_is_large_enough_to_hit(place: QWidget):
    for button in place.findChildren(QAbstractButton):
        if button.isVisibleTo(place):
            assert min(button.width(), button.height()) >= SMALLEST_TARGET, button


@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_no_label_reads_its_text_as_markup(place: QWidget):
    for label in place.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_no_two_controls_lie_on_each_other(place: QWidget):
    buttons = [each for each in place.findChildren(QAbstractButton) if each.isVisibleTo(place)]
    for number, one in enumerate(buttons):
        for other in buttons[number + 1 :]:
            if one.parentWidget() is other.parentWidget():
                assert not one.geometry().intersects(other.geometry()), (one, other)


def is_reached_by_tab(widget: QWidget) -> bool:
    """Of buttons that exclude each other Tab reaches the first; arrows lead to the others."""
    in_group = isinstance(widget, QAbstractButton) and widget.group() is not None
    return widget.isEnabled() and (not in_group or widget is widget.group().buttons()[0])


@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_the_tab_key_visits_every_control_and_comes_back(place: QWidget):
    wanted = {widget for widget in focusable(place) if is_reached_by_tab(widget)}
    first = place.focusWidget() or next(iter(wanted))
    first.setFocus()
    visited = [first]
    for _ in range(len(wanted) * 2):
        QTest.keyClick(place.focusWidget(), Qt.Key.Key_Tab)
        visited.append(place.focusWidget())
    assert {widget.accessibleName() for widget in wanted - set(visited)} == set()
    assert visited.count(first) > 1


PAGES = ["chat", "settings", "models", "assistants", "serving"]


@pytest.fixture
def page(request: pytest.FixtureRequest, full: Room) -> Room:
    """The window with one of its pages open."""
    furnish(full._services)
    full._services.bus.publish(ServingChanged(SERVED))
    if request.param != "chat":
        full.actions_by_name[request.param].trigger()
        QApplication.processEvents()
    full.shell.activateWindow()
    assert QTest.qWaitForWindowActive(full.shell)
    return full


def parts_of(room: Room) -> Iterator[None]:
    """Show one part of the open page after the other: sections of settings, tabs of models."""
    shown = room.shell.findChildren(SettingsPage)
    for button in [each for page in shown for each in page.buttons.values()]:
        button.click()
        room.shell.activateWindow()
        QApplication.processEvents()
        yield
    tabs = [each for each in room.shell.findChildren(Tabs) if each.isVisible()]
    for row, number in [(each, number) for each in tabs for number in range(each.count())]:
        row.setCurrentIndex(number)
        QApplication.processEvents()
        yield
    yield


def bring_into_sight(widget: QWidget) -> None:
    """Scroll as the Tab key does."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()


def picture(place: QWidget, widget: QWidget) -> QImage:
    """Return what is painted where a widget is and a little around it."""
    corner = widget.mapTo(place, widget.rect().topLeft())
    return place.grab(QRect(corner, widget.size()).adjusted(-14, -14, 14, 14)).toImage()


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_where_the_keyboard_is_can_be_seen(page: Room):
    shell, side, unseen = page.shell, page.side, set()
    for _ in parts_of(page):
        for widget in focusable(shell):
            if not widget.isEnabled():
                continue
            bring_into_sight(widget)
            elsewhere = side.toggle if widget is side.new_chat else side.new_chat
            elsewhere.setFocus(Qt.FocusReason.TabFocusReason)
            without = picture(shell, widget)
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            if picture(shell, widget) == without:
                unseen.add(f"{type(widget).__name__} {widget.accessibleName()}")
    assert unseen == set()


@pytest.mark.parametrize("page", PAGES[1:], indirect=True)
def test_every_control_of_every_page_is_named_and_reached_by_keys(page: Room):
    shell, nameless, beyond = page.shell, set(), set()
    for _ in parts_of(page):
        wanted = {each for each in focusable(shell) if is_reached_by_tab(each)}
        for widget in wanted:
            seen = QAccessible.queryAccessibleInterface(widget)
            if not seen.text(QAccessible.Text.Name):
                nameless.add(type(widget).__name__)
        first = page.side.toggle
        first.setFocus()
        visited = {first}
        for _ in range(len(wanted) + 10):
            QTest.keyClick(shell.focusWidget(), Qt.Key.Key_Tab)
            visited.add(shell.focusWidget())
        beyond |= {
            f"{type(each).__name__} {each.accessibleName()}" for each in wanted - visited
        }
    assert (nameless, beyond) == (set(), set())


def test_the_side_bar_comes_before_the_page(full: Room):
    QApplication.sendEvent(full, QEvent(QEvent.Type.LayoutRequest))
    full.side.toggle.setFocus()
    order = []
    for _ in range(40):
        order.append(full.focusWidget())
        QTest.keyClick(full.focusWidget(), Qt.Key.Key_Tab)
    places = [
        order.index(widget)
        for widget in (
            full.side.toggle,
            full.side.new_chat,
            full.side.search,
            full.side.list,
            full.top.pill.face,
            full.notice.shut,
            full.page.composer.cancel,
            full.page.composer._cards[0].remove,
            full.page.composer.field,
            full.page.composer.button,
        )
    ]
    assert places == sorted(places)


def test_a_new_state_of_the_model_is_announced(
    window: Room, services: StandIn, monkeypatch: pytest.MonkeyPatch
):
    said = []
    monkeypatch.setattr(speaking.QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(
        speaking.QAccessible, "updateAccessibility", lambda event: said.append(event.message())
    )
    services.bus.publish(EngineChanged(EngineState(EnginePhase.RESTARTING)))
    QApplication.processEvents()
    assert said == ["No model, Restarting"]


def test_nothing_blinks_where_motion_is_not_wanted(qapp: QApplication, look: Look):
    view = ConversationView()
    question = Message(NodeId("1"), None, Role.USER, "Hello", 0)
    answer = Message(NodeId("2"), NodeId("1"), Role.ASSISTANT, "", 1, status=Status.WRITING)
    talk = Conversation(ChatId("A"), "Bread").with_message(question).with_message(answer)
    view.show_conversation(talk)
    assert view._blink.isActive()
    view.let_blink(may=False)
    assert not view._blink.isActive()
    assert view._caret
    look.wear(Appearance(motion="full"))
    usual = qapp.cursorFlashTime()
    look.wear(Appearance(motion="reduced"))
    assert qapp.cursorFlashTime() == 0
    look.wear(Appearance(motion="full"))
    assert qapp.cursorFlashTime() == usual > 0
    view.deleteLater()


def test_the_list_at_the_slash_is_met_row_by_row(qtbot: QtBot, look: Look):
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(600, 400)
    page.show()
    shown = SlashList(look, page)
    listed = QAccessible.queryAccessibleInterface(shown)
    assert listed.childCount() == 0
    offers = [Offer("a", "letter", "Letter", "Writes one"), Offer("b", "letter", "List", "")]
    shown.show_offers(offers, QRect(20, 300, 500, 60))
    assert listed.role() == QAccessible.Role.List
    rows = [listed.child(number) for number in range(listed.childCount())]
    assert [row.text(QAccessible.Text.Name) for row in rows] == ["Letter", "List"]
    assert rows[0].text(QAccessible.Text.Description) == "Writes one"
    shown.step(1)
    assert [row.state().selected for row in rows] == [0, 1]
    assert listed.indexOfChild(rows[1]) == 1
    middle = rows[1].rect().center()
    assert listed.childAt(middle.x(), middle.y()) is rows[1]
    shown.show_offers([], QRect())
    assert not rows[0].isValid()


def test_what_can_be_pressed_in_a_message_is_met_as_buttons(qtbot: QtBot):
    view = ConversationView()
    qtbot.addWidget(view)
    view.resize(800, 600)
    view.show()
    question = Message(NodeId("1"), None, Role.USER, "Hello", 0)
    view.show_conversation(Conversation(ChatId("A"), "Bread").with_message(question))
    item = QAccessible.queryAccessibleInterface(view).child(0)
    buttons = [item.child(number) for number in range(item.childCount())]
    names = [each.text(QAccessible.Text.Name) for each in buttons]
    assert names == ["Copy message", "Edit message", "More about this message"]
    assert all(each.role() == QAccessible.Role.Button for each in buttons)
    assert all(item.rect().contains(each.rect().center()) for each in buttons)
    view.activateWindow()
    assert QTest.qWaitForWindowActive(view)
    view.setFocus()
    view.focusNextPrevChild(next=True)
    assert [each.state().focused for each in buttons] == [1, 0, 0]
