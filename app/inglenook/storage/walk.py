"""Looks through folders of anybody's making, read-only and within bounds."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES_OF_TEXT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a look goes.

    Attributes:
        depth: Folders inside each other.
        entries: Files and folders in all.
        seconds: Then it ends with what it has: a network drive may take for ever.
    """

    depth: int = 8
    entries: int = 100_000
    seconds: float = 10.0


USUAL = Bounds()


def files_below(folder: Path, bounds: Bounds = USUAL) -> Iterator[Path]:
    """Yield every file, in the order of their names; folders behind links are not entered.

    What cannot be read is passed over.
    """
    ends_s = time.monotonic() + bounds.seconds
    waiting, seen = [(folder, 0)], 0
    while waiting:
        here, depth = waiting.pop()
        folders = []
        for entry in _entries(here):
            seen += 1
            if seen > bounds.entries or time.monotonic() > ends_s:
                return
            if _is_folder(entry):
                folders.append((Path(entry.path), depth + 1))
            else:
                yield Path(entry.path)
        waiting += reversed(folders if depth < bounds.depth else [])


def small_text(path: Path) -> str:
    """Return the text of a small file; "" if it is none, or cannot be read."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES_OF_TEXT:
            return ""
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
