"""Models read from end to end, one after another, with their progress told."""

import threading
from functools import partial

from inglenook.core.errors import Problem
from inglenook.services.bus import Bus
from inglenook.services.library import LibraryService
from inglenook.services.modelnews import ModelVerified
from inglenook.services.seldom import seldom
from inglenook.services.tasks import Worker


class Verifying:
    """Compares models with their hashes; see ``ModelVerified``.

    Threads: any; every method but ``close`` returns at once.
    """

    def __init__(self, bus: Bus, library: LibraryService) -> None:
        self._bus, self._library = bus, library
        self._worker = Worker("verify", _ignore)
        self._lock = threading.Lock()
        self._stops: dict[str, threading.Event] = {}

    def start(self, path: str) -> None:
        """Read a model after those asked for before; not twice at once."""
        stop = threading.Event()
        with self._lock:
            if path in self._stops:
                return
            self._stops[path] = stop
        self._worker.post(partial(self._verify, path, stop), partial(self._fail, path))

    def stop(self, path: str) -> None:
        """Give up reading a model; harmless if nobody reads it."""
        with self._lock:
            stop = self._stops.get(path)
        if stop is not None:
            stop.set()

    def close(self) -> None:
        """Give up all, and end the thread."""
        with self._lock:
            for stop in self._stops.values():
                stop.set()
        self._worker.close()

    # --- on the worker ---

    def _verify(self, path: str, stop: threading.Event) -> None:
        try:
            verified = self._library.verify(
                path, seldom(partial(self._count, path)), stop.is_set
            )
        finally:
            with self._lock:
                del self._stops[path]
        size = verified.model.size_bytes
        self._bus.publish(ModelVerified(path, size, size, verified))

    def _fail(self, path: str, problem: Problem) -> None:
        self._bus.publish(ModelVerified(path, 0, 0, problem=problem))

    def _count(self, path: str, done: int, size: int) -> None:
        self._bus.publish(ModelVerified(path, done, size))


def _ignore(_problem: Problem) -> None:
    """Every reading tells of its own end."""
