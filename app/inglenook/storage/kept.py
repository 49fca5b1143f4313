"""Small values by key in one file: what can be measured or asked again if it is lost."""

from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from inglenook.core.errors import StorageError
from inglenook.storage.files import private_folder, write_whole

Value = TypeVar("Value")

_MOST_ENTRIES = 1000
_MOST_BYTES = 4 * 1024 * 1024


class KeptValues(Generic[Value]):
    """Values by key; what cannot be read is forgotten.

    Threads: one at a time. Of two programs that write, the last one wins.
    """

    def __init__(self, path: Path, kind: type[Value]) -> None:
        """Know the file; it is read when something is asked for.

        Args:
            path: The file; may be missing.
            kind: Of the values; others in the file make all of it unreadable.
        """
        self._path, self._kind = path, kind
        self._known: dict[str, Value] | None = None
        self._is_new = False

    def find(self, key: str) -> Value | None:
        """Return what is known under a key."""
        return self._read().get(key)

    def keep(self, key: str, value: Value) -> None:
        """Remember a value; it is written by ``save``."""
        self._read()[key] = value
        self._is_new = True

    def save(self) -> None:
        """Write what is new, the oldest left out; what cannot be written is asked again."""
        if not self._is_new or self._known is None:
            return
        self._is_new = False
        while len(self._known) > _MOST_ENTRIES:
            del self._known[next(iter(self._known))]
        with suppress(StorageError):
            private_folder(self._path.parent)
            write_whole(self._path, msgspec.json.encode(self._known))

    def _read(self) -> dict[str, Value]:
        if self._known is None:
            self._known = {}
            with suppress(OSError, msgspec.DecodeError, ValueError, RecursionError):
                if self._path.stat().st_size <= _MOST_BYTES:
                    content = self._path.read_bytes()
                    self._known = msgspec.json.decode(content, type=dict[str, self._kind])  # type: ignore[name-defined]
        return self._known
