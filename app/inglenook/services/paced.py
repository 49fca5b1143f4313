"""Telling how things stand: a few times a second at most, and the last time for certain."""

import time
from collections.abc import Callable

from inglenook.services.alarm import Alarm, SetAlarm

_EVERY_S = 0.1


class Paced:
    """Tells now, or in a moment if it told a moment ago.

    Threads: its owner holds a lock around each call; ``due`` is called without it, on an
    alarm's thread, and is to call ``late`` under it.
    """

    def __init__(
        self,
        tell: Callable[[], None],
        due: Callable[[], None],
        set_alarm: SetAlarm,
        every_s: float = _EVERY_S,
    ) -> None:
        """Tell nothing yet.

        Args:
            tell: Tells how things stand at this moment.
            due: Called when what was held back is to be told.
            set_alarm: Rings then.
            every_s: So long it is quiet after each time.
        """
        self._tell, self._due, self._set_alarm = tell, due, set_alarm
        self._every_s = every_s
        self._told_s = float("-inf")
        self._alarm: Alarm | None = None
        self._is_closed = False

    def ask(self) -> None:
        """Have it told, soon at the latest."""
        if self._alarm is not None:
            return
        left_s = self._told_s + self._every_s - time.monotonic()
        if left_s > 0 and not self._is_closed:
            self._alarm = self._set_alarm(left_s, self._due)
        else:
            self._now()

    def late(self) -> None:
        """Tell what was held back."""
        self._alarm = None
        self._now()

    def close(self) -> None:
        """Hold nothing back any more."""
        self._is_closed = True
        if self._alarm is not None:
            self._alarm.cancel()

    def _now(self) -> None:
        self._told_s = time.monotonic()
        self._tell()
