"""One window at a time for the same data: a second start gives way to the first."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from inglenook.core.errors import InglenookError, Problem
from inglenook.storage.doorbell import LONGEST, Doorbell, ring
from inglenook.storage.files import private_folder
from inglenook.storage.lock import FileLock

LOCK = "window.lock"
NOT_ANSWERING = Problem(
    "Inglenook is open but does not answer",
    "Wait a moment and start it again, or end it in the system's list of programs.",
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a start was asked for.

    Attributes:
        models: Whole paths of model files to open.
        new_chat: Begin a new chat.
        activation: What the desktop gave, so that a window may come forward; or ``""``.
    """

    models: tuple[str, ...] = ()
    new_chat: bool = False
    activation: str = ""


Heard = Callable[[Request], None]


class Instance:
    """The right to open the window for a folder, and an ear for those who come later.

    The right is a lock that the system lets go by itself when the process dies, so nobody is
    ever locked out by a window that is gone. What is asked before ``serve`` waits for it.

    Threads: made and closed on one; ``serve`` tells on a thread of its own.
    """

    def __init__(self, lock: FileLock, bell: Doorbell) -> None:
        self._lock, self._bell = lock, bell
        self._guard = threading.Lock()
        self._waiting: list[Request] = []
        self._heard: Heard | None = None
        self._is_deaf = False
        self._thread = threading.Thread(
            target=bell.listen, args=(self._hear,), name="instance", daemon=True
        )
        self._thread.start()

    @classmethod
    def claim(cls, folder: Path) -> "Instance | None":
        """Take the right; None if another process has it.

        Args:
            folder: Where the data is; created if needed.

        Raises:
            StorageError: the folder cannot be written.
        """
        private_folder(folder)
        lock = FileLock.take(folder / LOCK)
        if lock is None:
            return None
        try:
            return cls(lock, Doorbell(folder))
        except InglenookError:
            lock.release(remove=True)
            raise

    def serve(self, heard: Heard) -> None:
        """Tell what other starts ask for, from now on and what has come before.

        Args:
            heard: Called on the listening thread, or on this one for what has waited.
        """
        with self._guard:
            waiting, self._waiting = self._waiting, []
            self._heard = heard
        for request in waiting:
            heard(request)

    def stop_listening(self) -> None:
        """Take nothing more, since the window closes: who comes now waits for the right."""
        if not self._is_deaf:
            self._is_deaf = True
            self._bell.close()
            self._thread.join(1.0)

    def close(self) -> None:
        """Give the right back: the database must be closed by now."""
        self.stop_listening()
        self._lock.release(remove=True)

    def _hear(self, message: bytes) -> None:
        with suppress(msgspec.DecodeError):  # of another version: it brings nothing forward
            self._take(msgspec.json.decode(message, type=Request))

    def _take(self, request: Request) -> None:
        with self._guard:
            heard = self._heard
            if heard is None:
                self._waiting.append(request)
        if heard is not None:
            heard(request)


def hand_over(folder: Path, request: Request) -> bool:
    """Ask the window that is open to do it; tell whether it heard."""
    message = json.dumps(asdict(request)).encode()
    if len(message) > LONGEST - 100:
        message = json.dumps(asdict(Request(activation=request.activation))).encode()
    return ring(folder, message)
