"""What has come of files that are not whole: how much, and how it is removed."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from inglenook.core.errors import UnsafeNameError
from inglenook.downloads.disk import in_words
from inglenook.downloads.part import Part, stored_bytes
from inglenook.downloads.place import place_of
from inglenook.downloads.source import RemoteFile


def come_bytes(files: Sequence[RemoteFile], folder: Path) -> int:
    """Return how much of files is there, without reading them; 0 for what cannot be had."""
    with suppress(UnsafeNameError):
        return sum(stored_bytes(place_of(file, folder), file) for file in files)
    return 0


def discard_all(files: Sequence[RemoteFile], folder: Path) -> None:
    """Remove what has come of files that nobody wants any more.

    What another program fetches at the moment stays; it removes it itself. Whole files stay.
    """
    for file in files:
        try:
            target = place_of(file, folder)
        except UnsafeNameError:  # nothing of it can be there
            continue
        with in_words(folder), suppress(FileNotFoundError):
            part = Part.take(target, file)
            if part is not None:
                part.discard()
                part.release()
        _remove_empty(target.parent, folder)


def _remove_empty(inner: Path, folder: Path) -> None:
    while inner != folder:
        try:
            inner.rmdir()
        except OSError:
            return
        inner = inner.parent
