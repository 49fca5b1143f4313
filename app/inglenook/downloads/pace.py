"""A speed that all transfers together do not exceed."""

import threading
import time
from collections.abc import Callable

from inglenook.downloads.stopping import Stop

_SLICE_S = 0.1


class Pace:
    """Bytes per second, shared by all transfers.

    Threads: any.
    """

    def __init__(
        self, bytes_per_s: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Choose a speed; 0 for as fast as it goes."""
        self._clock = clock
        self._lock = threading.Lock()
        self._bytes_per_s = bytes_per_s
        self._free_at_s = 0.0

    def set(self, bytes_per_s: int) -> None:
        """Choose another speed, at once for transfers under way; 0 for no limit."""
        with self._lock:
            if bytes_per_s != self._bytes_per_s:
                self._bytes_per_s = bytes_per_s
                self._free_at_s = 0.0

    def wait(self, count: int, stop: Stop, tick: Callable[[], None] = lambda: None) -> None:
        """Wait until so many bytes are due, or until told to stop.

        Args:
            count: Bytes that have come.
            stop: Ends the waiting.
            tick: Called now and then meanwhile.
        """
        due_s = self._book(count)
        while (left := due_s - self._clock()) > 0 and self._bytes_per_s:
            if stop.wait(min(left, _SLICE_S)):
                return
            tick()

    def _book(self, count: int) -> float:
        """Return when these bytes are due; a pause before them earns nothing."""
        with self._lock:
            if not self._bytes_per_s:
                return 0.0
            start = max(self._free_at_s, self._clock())
            self._free_at_s = start + count / self._bytes_per_s
            return self._free_at_s
