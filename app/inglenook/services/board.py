"""The engine's state as everybody sees it."""

from collections.abc import Callable
from dataclasses import replace

from inglenook.services.alarm import Countdown
from inglenook.services.bus import Bus
from inglenook.services.events import EngineChanged, EnginePhase, EngineState
from inglenook.services.requests import Requests


class Board:
    """Announces each state once, and counts how long nothing was asked.

    Threads: none of its own; its owner holds a lock around ``become``, so that the state
    announced last is the present one.

    Attributes:
        now: The state that was announced last.
        rest_after_s: How long nothing must be asked for a model to rest; 0 for ever.
    """

    def __init__(
        self, bus: Bus, requests: Requests, idle: Countdown, rest_after_s: Callable[[], float]
    ) -> None:
        self._bus, self._requests, self._idle = bus, requests, idle
        self.rest_after_s = rest_after_s
        self.now = EngineState()

    def become(self, state: EngineState) -> None:
        """Announce a state, if it is another one."""
        counted = len(self._requests), self._requests.unasked
        now = replace(state, answering=counted[0], unasked=counted[1])
        if now != self.now:
            self.now = now
            self._bus.publish(EngineChanged(now))
            self._follow_idleness()

    def count(self) -> None:
        """Announce how many answers there are."""
        self.become(self.now)

    def close(self) -> None:
        """Count no idle time any more."""
        self.rest_after_s = float
        self._idle.cancel()

    def _follow_idleness(self) -> None:
        if self.now.phase is not EnginePhase.READY or self.now.answering:
            self._idle.cancel()
        elif not self._idle.is_running and (limit_s := self.rest_after_s()) > 0:
            self._idle.start(limit_s)
