"""Where the window stood last time: one small file, read before the first paint."""

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QStandardPaths

FILE = "window.place"
LOCK = "window.lock"
"""As in services.instance, which takes too long to import before the first paint."""
_LONGEST = 4096
_END = b"\n"

# Imported before the first paint, so it imports nothing of ours.


def data_folder() -> Path:
    """Return where data is kept, as storage.paths does."""
    home = os.environ.get("INGLENOOK_HOME", "").strip()
    place = QStandardPaths.StandardLocation.GenericDataLocation
    return Path(home) if home else Path(QStandardPaths.writableLocation(place)) / "inglenook"


def is_portable() -> bool:
    """Tell whether nothing may be kept elsewhere, as storage.beside does."""
    return bool(os.environ.get("INGLENOOK_PORTABLE"))


def remembered() -> QByteArray:
    """Return what was kept, for ``QWidget.restoreGeometry``; empty if there is nothing."""
    try:
        with (data_folder() / FILE).open("rb") as file:
            content = file.read(_LONGEST)
    except OSError:
        return QByteArray()
    # Of half a geometry Qt makes a tiny window: only a file with its end counts.
    return QByteArray.fromBase64(content) if content.endswith(_END) else QByteArray()


def remember(geometry: QByteArray) -> None:
    """Keep what ``QWidget.saveGeometry`` gave; where that is impossible, nothing is kept."""
    path = data_folder() / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(bytes(geometry.toBase64().data()) + _END)
