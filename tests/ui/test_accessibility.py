"""Every control has a name, a role and a place; the whole window works without a mouse."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from standin import StandIn

from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId
from inglenook.services.events import (
    ChatListChanged,
    ChatSummary,
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    EngineState,
    ProblemArose,
)
from inglenook.ui.dialogs import KeysDialog, LinkDialog
from inglenook.ui.room import Room
from inglenook.ui.style import Look
from inglenook.ui.widgets import speak as speaking

SMALLEST_TARGET = 32


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
