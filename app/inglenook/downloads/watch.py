"""Notices a line that has gone silent, or drips."""

from inglenook.core.errors import NetworkError
from inglenook.downloads.limits import Limits


class Watch:
    """Counts the time spent waiting for bytes; our own speed limit does not count.

    Threads: the one that fetches.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._silent_s = self._waited_s = 0.0
        self._received = 0

    def waited(self, duration_s: float, received: int) -> None:
        """Count one waiting, and the bytes that ended it; 0 if none came.

        Raises:
            NetworkError: the line counts as broken.
        """
        self._silent_s = 0.0 if received else self._silent_s + duration_s
        self._waited_s += duration_s
        self._received += received
        if self._silent_s >= self._limits.stall_s:
            raise silent()
        if self._waited_s >= self._limits.slow_s:
            if self._received < self._limits.slow_bytes:
                raise silent()
            self._waited_s, self._received = 0.0, 0


def silent() -> NetworkError:
    """Return the error for a server that says nothing."""
    return NetworkError(
        "The server has gone silent",
        "Check that this computer is online; the download goes on where it stopped.",
    )
