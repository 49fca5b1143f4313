"""The clock and the dice: moments and ids for new things."""

import secrets
import time

from inglenook.core.ids import RANDOM_BITS, made_at_ms, sortable_id

_LATEST_MS = 1 << 47
"""The year 6429: an id from later is none of ours, and must not push ours out of range."""


class Stamps:
    """Ids that keep growing even when the system clock jumps back.

    Threads: each owner has its own.
    """

    def __init__(self) -> None:
        self._last_ms = 0
        self._last_bits = 0

    def now_ms(self) -> int:
        """Return milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def follow(self, an_id: str) -> None:
        """Let every new id sort after one that is stored, whatever the clock says now.

        What is no id of ours is ignored.
        """
        try:
            made_ms = made_at_ms(an_id)
        except ValueError:
            return
        if self._last_ms <= made_ms < _LATEST_MS:
            # New dice: another program that follows the same id must not give out the same.
            self._last_ms, self._last_bits = made_ms + 1, _dice()

    def new_id(self) -> str:
        """Return an id that sorts after every earlier one of this object."""
        now = self.now_ms()
        if now > self._last_ms:
            self._last_ms, self._last_bits = now, _dice()
        else:
            self._last_bits += 1
        return sortable_id(self._last_ms, self._last_bits)


def _dice() -> int:
    # The top bit stays free, so that counting up within a millisecond cannot overflow.
    return secrets.randbits(RANDOM_BITS - 1)
