"""Something to be done later, unless it is called off."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Protocol


class Alarm(Protocol):
    """What was set and may be called off."""

    def cancel(self) -> None:
        """Call it off; harmless when it has rung."""
        ...


SetAlarm = Callable[[float, Callable[[], None]], Alarm]
"""Sets an alarm, given seconds and what to call then, on a thread of its own."""


def set_alarm(after_s: float, then: Callable[[], None]) -> Alarm:
    """Set one by the real clock; its thread ends when it rings or is called off."""
    timer = threading.Timer(after_s, then)
    timer.name, timer.daemon = "alarm", True
    timer.start()
    return timer


class Countdown:
    """One alarm at a time; a ring that came too late to be called off is told apart.

    Threads: none of its own; its owner holds a lock around each call. It rings on the
    alarm's thread, without that lock.
    """

    def __init__(self, set_alarm: SetAlarm, ring: Callable[[int], None]) -> None:
        """Count nothing yet.

        Args:
            set_alarm: Sets an alarm.
            ring: Told which one rang, to be asked about by ``is_due``.
        """
        self._set_alarm, self._ring = set_alarm, ring
        self._alarm: Alarm | None = None
        self._number = 0

    @property
    def is_running(self) -> bool:
        """Whether it was started and not cancelled; a ring does not cancel it."""
        return self._alarm is not None

    def start(self, after_s: float) -> None:
        """Ring once after so long, and not when it would have rung before."""
        self.cancel()
        self._number += 1
        self._alarm = self._set_alarm(after_s, partial(self._ring, self._number))

    def cancel(self) -> None:
        """Do not ring; harmless when nothing runs."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def is_due(self, number: int) -> bool:
        """Tell whether a ring belongs to what was started last and not cancelled since."""
        return self._alarm is not None and number == self._number
