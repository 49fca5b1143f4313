"""Publish and subscribe: the services announce, faces listen."""

import threading
from collections.abc import Callable

from inglenook.services.events import Announcement

Listener = Callable[[Announcement], None]


class Bus:
    """Calls every listener, in the order they came, on the thread that publishes.

    Threads: any. A listener must return quickly and hand work to its own thread; it may
    subscribe, unsubscribe and publish from inside a call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener and return the function that takes it away again."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each != listener)

        return unsubscribe

    def publish(self, announcement: Announcement) -> None:
        """Tell every listener."""
        for listener in self._listeners:
            listener(announcement)
