from types import SimpleNamespace

import pytest
import shelfmatter as goods
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication
from standin import StandIn

from inglenook.services.events import DownloadFailed, DownloadFinished, DownloadsChanged
from inglenook.ui.attention import Attention
from inglenook.ui.room import Room

DONE = DownloadFinished("JOB1", "Gemma 3 12B", "/models/g.gguf")


class Tray(QObject):
    """Records what the system would show."""

    messageClicked = Signal()
    activated = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.is_shown = False

    def show(self) -> None:
        self.is_shown = True

    def hide(self) -> None:
        self.is_shown = False

    def setToolTip(self, text: str) -> None: ...

    def showMessage(self, title: str, words: str, *_rest: object) -> None:
        self.told.append(f"{title}. {words}")


class Application:
    """Records what the system is asked for."""

    def __init__(self) -> None:
        self.alerts = 0
        self.badges: list[int] = []

    def alert(self, _window: object) -> None:
        self.alerts += 1

    def setBadgeNumber(self, number: int) -> None:
        self.badges.append(number)

    def windowIcon(self) -> None: ...


@pytest.fixture
def scene(window: Room, services: StandIn) -> SimpleNamespace:
    application, tray = Application(), Tray()
    attention = Attention(application, window.shell, window.bridge, make_tray=lambda: tray)

    def tell(*announcements: object) -> None:
        for announcement in announcements:
            services.bus.publish(announcement)
        QApplication.processEvents()

    return SimpleNamespace(application=application, tray=tray, attention=attention, tell=tell)


def look_elsewhere(window: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window.shell, "isActiveWindow", lambda: False)


def test_one_who_looks_elsewhere_is_told_that_a_model_is_ready(
    window: Room, scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    look_elsewhere(window, monkeypatch)
    scene.tell(DONE)
    assert scene.application.alerts == 1
    assert scene.tray.told == ["Gemma 3 12B is ready. You can chat with it now."]


def test_one_who_looks_at_the_window_is_told_by_it_alone(
    window: Room, scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(window.shell, "isActiveWindow", lambda: True)
    scene.tell(DONE)
    assert scene.application.alerts == 0
    assert scene.tray.told == []


def test_a_download_that_needs_the_person_is_told_as_well(
    window: Room, scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    look_elsewhere(window, monkeypatch)
    scene.tell(DownloadFailed("JOB6", "Llama", goods.DISK_FULL))
    assert scene.tray.told[0].startswith("Llama did not come. Not enough room")


def test_a_press_on_the_notification_brings_the_window_forward(
    window: Room, scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    look_elsewhere(window, monkeypatch)
    scene.tell(DONE)
    pressed = []
    scene.attention.pressed.connect(lambda: pressed.append(True))
    window.shell.showMinimized()
    scene.tray.messageClicked.emit()
    assert pressed == [True]
    assert not window.shell.isMinimized()
    assert not scene.tray.is_shown


def test_where_there_is_no_tray_the_task_bar_alone_tells(
    window: Room, services: StandIn, monkeypatch: pytest.MonkeyPatch
):
    application = Application()
    attention = Attention(application, window.shell, window.bridge, make_tray=lambda: None)
    look_elsewhere(window, monkeypatch)
    services.bus.publish(DONE)
    QApplication.processEvents()
    assert application.alerts == 1
    attention.close()


@pytest.mark.parametrize(("system", "badges"), [("linux", [2, 0]), ("win32", [])])
def test_the_icon_of_the_program_counts_what_is_running(
    scene: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    badges: list[int],
):
    monkeypatch.setattr("inglenook.ui.attention.sys.platform", system)
    scene.tell(DownloadsChanged(goods.queue()), DownloadsChanged(goods.queue()))
    scene.attention.close()
    assert scene.application.badges == badges


def test_nothing_is_left_in_the_tray(
    window: Room, scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    look_elsewhere(window, monkeypatch)
    scene.tell(DONE)
    assert scene.tray.is_shown
    scene.attention.close()
    assert not scene.tray.is_shown
