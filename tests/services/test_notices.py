"""Notifications that the desktop shows, and what becomes of those it does not."""

import sys
from collections.abc import Callable

import pytest
from tests.services.ear import Ear

from inglenook.core.errors import NotificationError
from inglenook.services.bus import Bus
from inglenook.services.noticenews import Notice, NoticePressed, NoticeRefused
from inglenook.services.notices import MOST_KEPT, NoticeService

TEA = Notice("CHAT", "The answer is there", "Tea")


class Screen:
    """A desktop that numbers what it shows, and can be broken."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.connections = self.closed = 0
        self.is_broken = False
        self.press: Callable[[int], None]

    def connect(self, pressed: Callable[[int], None]) -> "Screen":
        self.connections += 1
        self.press = pressed
        return self

    def show(self, title: str, words: str) -> int:
        if self.is_broken:
            raise NotificationError("No", "None.")
        self.shown.append(f"{title}: {words}")
        return len(self.shown)

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def bus() -> Bus:
    return Bus()


def test_a_notice_is_shown_and_a_press_tells_what_it_was_about(bus: Bus) -> None:
    screen, ear = Screen(), Ear(bus)
    notices = NoticeService(bus, screen.connect)
    notices.show(TEA)
    notices.show(Notice("OTHER", "Again", "Milk"))
    notices.close()
    screen.press(1)
    assert ear.wait(NoticePressed).notice == TEA
    screen.press(77)  # another program's
    assert len(ear.all) == 1
    assert screen.shown == ["The answer is there: Tea", "Again: Milk"]
    assert (screen.connections, screen.closed) == (1, 1)


def test_what_is_refused_is_told_and_the_next_one_tries_anew(bus: Bus) -> None:
    screen, ear = Screen(), Ear(bus)
    screen.is_broken = True
    notices = NoticeService(bus, screen.connect)
    notices.show(TEA)
    assert ear.wait(NoticeRefused).notice == TEA
    screen.is_broken = False
    notices.show(TEA)
    notices.close()
    assert (screen.shown, screen.connections, screen.closed) == ([f"{TEA.title}: Tea"], 2, 2)


def test_a_desktop_that_is_not_there_is_told_as_well(bus: Bus) -> None:
    def connect(_pressed: Callable[[int], None]) -> Screen:
        raise NotificationError("No", "None.")

    ear, notices = Ear(bus), NoticeService(bus, connect)
    notices.show(TEA)
    assert ear.wait(NoticeRefused).notice == TEA
    notices.close()


def test_only_the_newest_can_be_pressed(bus: Bus) -> None:
    screen, ear = Screen(), Ear(bus)
    notices = NoticeService(bus, screen.connect)
    for number in range(MOST_KEPT + 1):
        notices.show(Notice(str(number), "Done", ""))
    notices.close()
    screen.press(1)
    screen.press(2)
    assert ear.wait(NoticePressed).notice.about == "1"


def test_where_nothing_was_shown_nothing_is_started(bus: Bus) -> None:
    notices = NoticeService(bus, Screen().connect)
    notices.close()
    assert notices.is_possible == (sys.platform == "linux")
