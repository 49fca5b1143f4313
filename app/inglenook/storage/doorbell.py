"""How a second start reaches the first one on the same data: a private socket and its note.

The socket (a named pipe on Windows) is in the data folder, which is its owner's alone (0700),
or in a fresh private folder where that path would be too long for a socket. A note beside the
lock says where it is, with a word that only those who can read the note know.
"""

import hmac
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from inglenook.core.errors import StorageError
from inglenook.storage.files import disk_errors, write_whole

NOTE = "window.door"
LONGEST = 65_536
"""Bytes of a message."""
_LONGEST_PATH = 90
"""Bytes: macOS takes 104 for a socket's path, Linux 108 (``sun_path`` in sys/un.h)."""
_PATIENCE_S = 5.0
"""Whoever rings writes at once."""
_HEARD = b"heard"
_FAMILY = "AF_PIPE" if sys.platform == "win32" else "AF_UNIX"


class Doorbell:
    """Listens for other starts; held by the one process that has the folder's lock.

    Threads: ``listen`` on one; ``close`` on any other, once.
    """

    def __init__(self, folder: Path) -> None:
        """Listen, and write the note.

        Args:
            folder: Where the data is. What an earlier process left there is removed.

        Raises:
            StorageError: nothing can be made there.
        """
        self._folder, self._word = folder, secrets.token_hex(16)
        self._own_folder: Path | None = None
        _sweep(folder)
        with disk_errors(folder):
            self._listener = Listener(self._address(), _FAMILY, backlog=64)
        note = {"address": str(self._listener.address), "word": self._word}
        try:
            write_whole(folder / NOTE, json.dumps(note).encode())
        except StorageError:
            self._put_away()
            raise

    def listen(self, take: Callable[[bytes], None]) -> None:
        """Take messages until ``close``; who rings is told only when it was taken."""
        while True:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError):
                return
            with connection:
                message = self._read(connection)
                if message:
                    take(message)
                if message is not None:
                    with suppress(OSError):
                        connection.send_bytes(_HEARD)
                if message == b"":
                    return

    def close(self) -> None:
        """Stop listening; the thread that waits is let go."""
        _ring(self._folder, b"")
        with suppress(OSError):
            (self._folder / NOTE).unlink()
        self._put_away()

    def _put_away(self) -> None:
        self._listener.close()
        if self._own_folder is not None:
            shutil.rmtree(self._own_folder, ignore_errors=True)

    def _address(self) -> str | None:
        if sys.platform == "win32":  # pragma: no cover - another system
            return None  # a name of its own is chosen
        name = f"window-{secrets.token_hex(4)}.sock"
        path = self._folder / name
        if len(os.fsencode(path)) > _LONGEST_PATH:
            self._own_folder = Path(tempfile.mkdtemp(prefix="inglenook-"))  # 0700
            path = self._own_folder / name
        return str(path)

    def _read(self, connection: Connection) -> bytes | None:
        """Return a message that has the right word; empty for the last one; None for others."""
        with suppress(OSError, EOFError, ValueError):
            if connection.poll(_PATIENCE_S):
                word, _, message = connection.recv_bytes(LONGEST).partition(b"\n")
                if hmac.compare_digest(word, self._word.encode()):
                    return message
        return None


def ring(folder: Path, message: bytes) -> bool:
    """Give a message to whoever listens for this folder; tell whether it was heard.

    Args:
        folder: Where the data is.
        message: 1 to 60,000 bytes.
    """
    return bool(message) and _ring(folder, message)


def _ring(folder: Path, message: bytes) -> bool:
    try:
        with (folder / NOTE).open("rb") as file:
            note = json.loads(file.read(LONGEST))
        address, word = str(note["address"]), str(note["word"])
        with Client(address, _FAMILY) as connection:
            connection.send_bytes(word.encode() + b"\n" + message)
            return connection.poll(_PATIENCE_S) and connection.recv_bytes(64) == _HEARD
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return False  # nobody is there, or not yet, or no more


def _sweep(folder: Path) -> None:
    """Remove the sockets of processes that died."""
    with disk_errors(folder):
        for left in folder.glob("window-*.sock"):
            left.unlink(missing_ok=True)
