"""Notifications of the system where it can be asked for them directly: on Linux."""

import sys
from collections.abc import Callable

from inglenook.core.errors import Problem
from inglenook.hardware.notifications import DesktopNotifications, Shows
from inglenook.services.bus import Bus
from inglenook.services.noticenews import Notice, NoticePressed, NoticeRefused
from inglenook.services.tasks import Worker

Connect = Callable[[Callable[[int], None]], Shows]
MOST_KEPT = 50
"""Of so many notices it is known what they were about, when they are pressed."""


class NoticeService:
    """Shows notices through the desktop, and tells which was pressed.

    Threads: any; the bus of the desktop is asked on the worker "notices", which starts with
    the first one.
    """

    def __init__(
        self,
        bus: Bus,
        connect: Connect = DesktopNotifications,
        *,
        is_possible: bool = sys.platform == "linux",
    ) -> None:
        """Connect to nothing yet.

        Args:
            bus: Told what was pressed, and what could not be shown.
            connect: Connects to what shows notifications.
            is_possible: The system is one that is asked like this.
        """
        self._bus, self._connect = bus, connect
        self.is_possible = is_possible
        self._worker: Worker | None = None
        self._desktop: Shows | None = None
        self._shown: dict[int, Notice] = {}

    def show(self, notice: Notice) -> None:
        """Show a notice; NoticeRefused follows where that cannot be done."""
        if self._worker is None:
            self._worker = Worker("notices", lambda _problem: None)
        self._worker.post(
            lambda: self._show(notice), lambda problem: self._refuse(notice, problem)
        )

    def close(self) -> None:
        """Listen to the desktop no more; what it shows stays there."""
        if self._worker is not None:
            self._worker.post(self._disconnect)
            self._worker.close()

    def _show(self, notice: Notice) -> None:
        if self._desktop is None:
            self._desktop = self._connect(self._take_press)
        self._shown[self._desktop.show(notice.title, notice.words)] = notice
        while len(self._shown) > MOST_KEPT:
            del self._shown[next(iter(self._shown))]

    def _refuse(self, notice: Notice, problem: Problem) -> None:
        self._disconnect()  # the desktop may be there again for the next one
        self._bus.publish(NoticeRefused(notice, problem))

    def _disconnect(self) -> None:
        desktop, self._desktop = self._desktop, None
        if desktop is not None:
            desktop.close()

    def _take_press(self, number: int) -> None:
        notice = self._shown.get(number)
        if notice is not None:
            self._bus.publish(NoticePressed(notice))
