"""What each answer took of the machine's energy, where the machine tells."""

import threading
from collections.abc import Callable
from time import monotonic

from inglenook.core.ids import RequestId
from inglenook.hardware.energy import Counter, joules_between, read_counters

LONGEST_S = 1800.0
"""Of a longer answer nothing is told: a counter could have begun anew twice."""


class EnergyNotes:
    """Reads the counters when an answer is asked for, and when it has ended.

    They count the whole machine: processor and memory, and whatever else ran meanwhile. Of
    answers that were made at the same time nothing is told, since nobody could share it out.

    Threads: any.
    """

    def __init__(
        self,
        read: Callable[[], tuple[Counter, ...]] = read_counters,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Read nothing yet.

        Args:
            read: Returns the counters.
            clock: Seconds that never go back.
        """
        self._read, self._clock = read, clock
        self._lock = threading.Lock()
        self._open: dict[RequestId, tuple[float, tuple[Counter, ...]]] = {}
        self._shared: set[RequestId] = set()

    def begin(self, request: RequestId) -> None:
        """Note that an answer is asked for."""
        counters = self._read()
        with self._lock:
            self._open[request] = self._clock(), counters
            if len(self._open) > 1:
                self._shared.update(self._open)

    def end(self, request: RequestId) -> float:
        """Return the joules since an answer was asked for; 0 if nobody can tell."""
        with self._lock:
            since_s, before = self._open.pop(request, (0.0, ()))
            is_shared = request in self._shared
            self._shared.discard(request)
        if not before or is_shared or self._clock() - since_s > LONGEST_S:
            return 0.0
        return joules_between(before, self._read()) or 0.0
