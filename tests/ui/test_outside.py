"""What the window has outside of itself: notifications of answers, and the tray."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from standin import StandIn

from inglenook.core.ids import ChatId
from inglenook.services.events import (
    ChatListChanged,
    ChatsAnswering,
    ChatSummary,
    EngineChanged,
    EnginePhase,
    EngineState,
    SettingsChanged,
)
from inglenook.services.noticenews import Notice
from inglenook.ui.notifying import LONG_MS, AnswerWatch
from inglenook.ui.outside import Outside
from inglenook.ui.room import Room
from inglenook.ui.tray import make_icon

A, B = ChatId("A"), ChatId("B")


class Attention:
    """Records what a person would be told."""

    def __init__(self) -> None:
        self.told: list[tuple] = []

    def tell(self, notice: Notice, then: object) -> None:
        self.told.append((notice.title, notice.words, then))


class Icon(QObject):
    """Records what the tray would show."""

    activated = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.is_shown = False

    def show(self) -> None:
        self.is_shown = True

    def hide(self) -> None:
        self.is_shown = False

    def icon(self) -> None: ...

    def setToolTip(self, text: str) -> None: ...

    def setContextMenu(self, menu: object) -> None:
        self.menu = menu

    def showMessage(self, title: str, words: str, *_rest: object) -> None:
        self.told.append(f"{title}. {words}")


def tell(services: StandIn, *announcements: object) -> None:
    for announcement in announcements:
        services.bus.publish(announcement)
    QApplication.processEvents()


def test_a_long_answer_that_ends_unseen_is_told_by_the_title_of_its_chat_alone(
    window: Room, services: StandIn
):
    clock, attention = SimpleNamespace(ms=0), Attention()
    wants, opened = [True], []
    watch = AnswerWatch(
        window.shell, window.bridge, attention,
        is_wanted=lambda: wants[0], now_ms=lambda: clock.ms,
    )  # fmt: skip
    watch.pressed.connect(opened.append)
    chats = (ChatSummary(A, "Bread", 2), ChatSummary(B, "", 1))
    tell(services, ChatListChanged(chats), ChatsAnswering(frozenset({A, B})))
    clock.ms = LONG_MS - 1
    tell(services, ChatsAnswering(frozenset({A})))
    assert attention.told == []  # the other one was short
    clock.ms = LONG_MS
    tell(services, ChatsAnswering(frozenset()))
    assert [told[:2] for told in attention.told] == [("The answer is there", "Bread")]
    attention.told[0][2]()
    assert opened == [A]
    wants[0] = False
    tell(services, ChatsAnswering(frozenset({A})))
    clock.ms *= 3
    tell(services, ChatsAnswering(frozenset()))
    assert len(attention.told) == 1


@pytest.fixture
def icon() -> Icon:
    return Icon()


@pytest.fixture
def outside(window: Room, services: StandIn, icon: Icon, qapp: QApplication):
    made = Outside(qapp, window.shell, window, services, make=lambda: icon)
    yield made
    made.close()
    window.shell.hold_on = lambda: False
    qapp.setQuitOnLastWindowClosed(True)


def choose(services: StandIn, **choices: object) -> None:
    services.settings.now = replace(services.settings.now, **choices)
    tell(services, SettingsChanged("light", welcomed=True))


def test_closing_ends_the_program_unless_the_tray_was_chosen(
    window: Room, services: StandIn, outside: Outside, icon: Icon, qapp: QApplication
):
    assert not icon.is_shown
    assert qapp.quitOnLastWindowClosed()
    choose(services, tray=True)
    assert icon.is_shown
    assert not qapp.quitOnLastWindowClosed()
    window.shell.close()
    assert window.shell.isHidden()
    assert icon.told == ["Inglenook goes on. Closing the window hides it here. "
                         "Quit from this icon's menu."]  # fmt: skip
    assert services.asked("settings.choose") == [("tray_explained", True)]
    icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert window.shell.isVisible()
    choose(services, tray_explained=True)
    window.shell.close()
    assert len(icon.told) == 1  # it is said once
    choose(services, tray=False)
    assert not icon.is_shown


def test_the_menu_of_the_tray_opens_begins_a_chat_tells_the_model_and_quits(
    window: Room, services: StandIn, outside: Outside, icon: Icon
):
    choose(services, tray=True)
    tell(services, EngineChanged(EngineState(EnginePhase.NO_MODEL)))
    entries = [action for action in icon.menu.actions() if not action.isSeparator()]
    texts = [action.text() for action in entries]
    assert texts[:2] == ["Open Inglenook", "New chat"]
    assert texts[2].startswith("No model")
    assert not entries[2].isEnabled()
    window.shell.close()
    entries[1].trigger()
    assert window.shell.isVisible()
    assert services.asked("chat.create")
    closed = []
    window.shell.closing.connect(lambda: closed.append(True))
    entries[3].trigger()
    assert closed == [True]


def test_a_press_on_the_notification_opens_its_chat(
    window: Room, services: StandIn, outside: Outside
):
    outside.answers.pressed.emit(B)
    assert services.asked("chat.open") == [(B,)]


def test_without_a_tray_there_is_no_icon(qapp: QApplication):
    assert make_icon() is None  # the screen of the tests has none
