"""Bytes on their way from the thread that receives to the thread that writes."""

import threading
from collections import deque
from typing import Generic, TypeVar

Mark = TypeVar("Mark")


class Flow(Generic[Mark]):
    """A bounded queue of bytes, with marks in between, that either end can close.

    Whoever takes gets all bytes that wait, joined: small pieces when it is idle, large ones
    when it is behind. So nothing is held back to be gathered.

    Threads: one puts, one gets.
    """

    def __init__(self, most_bytes: int) -> None:
        """Start empty.

        Args:
            most_bytes: As much may wait; whoever has more waits itself.
        """
        self._most_bytes = most_bytes
        self._waiting_bytes = 0
        self._items: deque[bytes | Mark] = deque()
        self._changed = threading.Condition()
        self._is_closed = False

    def put(self, item: bytes | Mark) -> bool:
        """Add bytes or a mark, waiting for room; False once nobody wants any."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_closed or self._waiting_bytes < self._most_bytes
            )
            if self._is_closed:
                return False
            self._items.append(item)
            if isinstance(item, bytes):
                self._waiting_bytes += len(item)
            self._changed.notify_all()
            return True

    def get(self, timeout_s: float) -> bytes | Mark | None:
        """Return all bytes up to the next mark, or the mark; None if nothing came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._is_closed, timeout_s)
            if not self._items:
                return None
            if not isinstance(self._items[0], bytes):
                return self._items.popleft()
            joined = self._bytes()
            self._changed.notify_all()
            return joined

    def _bytes(self) -> bytes:
        pieces = []
        while self._items and isinstance(piece := self._items[0], bytes):
            pieces.append(piece)
            self._items.popleft()
        self._waiting_bytes = 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def close(self) -> None:
        """Take no more; what waits can still be taken out."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
