"""SHA-256 beside the writing: hashing a gigabyte takes as long as receiving it."""

import hashlib
import queue
import threading

_MOST_WAITING = 16
"""Chunks of half a megabyte at most; they are on the disk already."""


class Digest:
    """A hash that is fed by one thread and counted on another.

    Threads: the one that fetches; its own thread ends with ``close``.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._room = threading.Semaphore(_MOST_WAITING)
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def update(self, chunk: bytes) -> None:
        """Take the next bytes; they must not change afterwards."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="digest", daemon=True)
            self._thread.start()
        self._room.acquire()
        self._waiting.put(chunk)

    def hexdigest(self) -> str:
        """Wait for all that was given, and return the hash of it."""
        self.close()
        return self._hash.hexdigest()

    def close(self) -> None:
        """End the thread once it is through; a second time does nothing."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (chunk := self._waiting.get()) is not None:
            self._hash.update(chunk)
            self._room.release()
