"""What a transfer is told by the person who pauses it."""

from typing import Protocol

from inglenook.core.errors import StoppedError


class Stop(Protocol):
    """As ``threading.Event``."""

    def is_set(self) -> bool:
        """Tell whether to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until told to stop; tell whether that was so."""


def require_going(stop: Stop) -> None:
    """Go on unless told to stop.

    Raises:
        StoppedError: told to.
    """
    if stop.is_set():
        raise StoppedError("The download was stopped", "Resume it whenever you like.")
