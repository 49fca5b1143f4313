"""What was told to stop and has not stopped yet."""

from collections.abc import Callable

from inglenook.services.alarm import Countdown, SetAlarm

PATIENCE_S = 5.0
"""A stop takes one token, or one piece of a prompt: seconds on the slowest of computers."""

_SILENT_RINGS = 2
# A window that was itself stopped for a while hears the first ring before it hears the engine.


class Stops:
    """Notices an engine that does not heed a stop because it is stuck in a native call.

    It is stuck when nothing at all was heard of it for twice PATIENCE_S; other answers may go
    on meanwhile.

    Threads: none of its own; its owner holds a lock around each call.
    """

    def __init__(self, set_alarm: SetAlarm, ring: Callable[[int], None]) -> None:
        """Wait for nothing yet.

        Args:
            set_alarm: Sets an alarm.
            ring: Called without the owner's lock when it is time to ask ``is_stuck``.
        """
        self._countdown = Countdown(set_alarm, ring)
        self._open: set[str] = set()
        self._has_heard = False
        self._silent_rings = 0

    def __contains__(self, what: str) -> bool:
        return what in self._open

    def ask(self, what: str) -> None:
        """Note that something was told to stop."""
        self._open.add(what)
        if not self._countdown.is_running:
            self._silent_rings = 0
            self._wait()

    def hear(self) -> None:
        """Note a sign of work."""
        self._has_heard = True

    def end(self, what: str) -> None:
        """Note that something has stopped."""
        self._open.discard(what)
        if not self._open:
            self._countdown.cancel()

    def clear(self) -> None:
        """Wait for nothing any more."""
        self._open.clear()
        self._countdown.cancel()

    def is_stuck(self, number: int) -> bool:
        """Tell, after a ring, whether nothing was heard for too long; wait on in any case."""
        if not self._countdown.is_due(number):
            return False
        self._silent_rings = 0 if self._has_heard else self._silent_rings + 1
        self._wait()
        return self._silent_rings >= _SILENT_RINGS

    def _wait(self) -> None:
        self._has_heard = False
        self._countdown.start(PATIENCE_S)
