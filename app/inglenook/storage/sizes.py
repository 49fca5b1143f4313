"""Sizes that the engine has worked out before, kept in one small file."""

from pathlib import Path
from typing import TypeAlias

from inglenook.models.memory import MemoryPart
from inglenook.storage.kept import KeptValues

Sizes: TypeAlias = tuple[MemoryPart, ...]


class SizesFile(KeptValues[Sizes]):
    """Sizes by key; losing them costs a second of asking again.

    A plan asks for some ten; a thousand are years of models in a quarter of a megabyte.

    Threads: one at a time.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, tuple[MemoryPart, ...])
