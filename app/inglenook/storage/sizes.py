"""Sizes that the engine has worked out before, kept in one small file."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from inglenook.core.errors import StorageError
from inglenook.models.memory import MemoryPart
from inglenook.storage.files import private_folder, write_whole

Sizes: TypeAlias = tuple[MemoryPart, ...]

# A plan asks for some ten; this is years of models in a quarter of a megabyte.
_MOST_ENTRIES = 1000
_MOST_BYTES = 4 * 1024 * 1024


class SizesFile:
    """Sizes by key; losing them costs a second of asking again.

    Threads: one at a time. Of two programs that write, the last one wins.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Sizes] | None = None
        self._is_new = False

    def find(self, key: str) -> Sizes | None:
        """Return what is known under a key."""
        return self._read().get(key)

    def keep(self, key: str, sizes: Sizes) -> None:
        """Remember sizes; they are written by ``save``."""
        self._read()[key] = sizes
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

    def _read(self) -> dict[str, Sizes]:
        if self._known is None:
            self._known = {}
            with suppress(OSError, msgspec.DecodeError, ValueError, RecursionError):
                if self._path.stat().st_size <= _MOST_BYTES:
                    content = json.loads(self._path.read_bytes())
                    self._known = msgspec.convert(content, dict[str, Sizes])
        return self._known
