"""Pieces on their way from the thread that receives to the thread that writes."""

import threading
from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Flow(Generic[Item]):
    """A bounded queue that either end can close.

    Threads: one puts, one gets.
    """

    def __init__(self, most: int) -> None:
        """Start empty.

        Args:
            most: Items that may wait; whoever puts one more waits itself.
        """
        self._most = most
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._is_closed = False

    def put(self, item: Item) -> bool:
        """Add an item, waiting for room; False once nobody wants any."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or len(self._items) < self._most)
            if self._is_closed:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def get(self, timeout_s: float) -> Item | None:
        """Return the next item; None if there is none in time, or ever again."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._is_closed, timeout_s)
            if not self._items:
                return None
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def close(self) -> None:
        """Take no more; what waits can still be taken out."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
