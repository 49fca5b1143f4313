"""The last connections, a line of JSON each, in a file for the owner alone."""

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from inglenook.core.errors import StorageError
from inglenook.storage.files import disk_errors, private_folder, write_whole

Line = TypeVar("Line")
MOST_LINES = 1000
_MOST_BYTES = 4 * 1024 * 1024


class LineFile:
    """Appends values; of more than twice the most lines, the older ones go.

    Threads: any.
    """

    def __init__(self, path: Path, *, most_lines: int = MOST_LINES) -> None:
        self.path = path
        self._most_lines = most_lines
        self._lock = threading.Lock()
        self._count: int | None = None

    def add(self, value: object) -> None:
        """Append a value; where the disk does not take it, it is not kept."""
        with self._lock, suppress(OSError, StorageError):
            if self._count is None:
                self._count = len(self._lines())
            private_folder(self.path.parent)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(msgspec.json.encode(value) + b"\n")
            self._count += 1
            if self._count > 2 * self._most_lines:
                self._shorten()

    def read(self, kind: type[Line]) -> tuple[Line, ...]:
        """Return the last values, the oldest first; lines that make no sense are left out."""
        found: list[Line] = []
        with self._lock:
            for line in self._lines()[-self._most_lines :]:
                with suppress(msgspec.DecodeError, ValueError, RecursionError):
                    found.append(msgspec.json.decode(line, type=kind))
        return tuple(found)

    def clear(self) -> None:
        """Remove all of it.

        Raises:
            StorageError: the file cannot be removed.
        """
        with self._lock, disk_errors(self.path):
            self._count = 0
            self.path.unlink(missing_ok=True)

    # --- under the lock ---

    def _lines(self) -> list[bytes]:
        try:
            with self.path.open("rb") as file:
                return file.read(_MOST_BYTES).splitlines()
        except OSError:
            return []

    def _shorten(self) -> None:
        lines = self._lines()[-self._most_lines :]
        write_whole(self.path, b"".join(line + b"\n" for line in lines))
        self._count = len(lines)
