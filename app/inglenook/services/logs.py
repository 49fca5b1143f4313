"""The log file: what happened, never what was said."""

import faulthandler
import logging
import logging.handlers
import os
import traceback
from pathlib import Path
from types import TracebackType

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

_BYTES = 512 * 1024
_KEPT = 3
CRASHES = "crashes.txt"
_MOST_CRASH_BYTES = 64 * 1024


def to_file(folder: Path) -> None:
    """Send the log of this process to a rotating file, readable by its owner only.

    Prompts, answers and titles are never given to a logger; errors are logged by title and
    facts, and exceptions by type and place. Where no log can be written there is none: that is
    no reason not to start.
    """
    root = logging.getLogger("inglenook")
    path = folder / "inglenook.log"
    if any(getattr(each, "baseFilename", "") == str(path) for each in root.handlers):
        return
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.propagate = False
    try:
        path.touch(mode=0o600)
        handler = _LogFile(path, maxBytes=_BYTES, backupCount=_KEPT, encoding="utf-8")
    except OSError:
        root.addHandler(logging.NullHandler())
        return
    handler.setFormatter(_WithoutWords("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def watch_crashes(folder: Path) -> None:
    """Have the places in our code written down when this process is killed by a fault.

    Python writes them, by file and line: a crash in Qt or a library leaves no other trace.
    Where nothing can be written, nothing is: that is no reason not to start.
    """
    path = folder / CRASHES
    try:
        if path.exists() and path.stat().st_size > _MOST_CRASH_BYTES:
            path.unlink()
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    except OSError:
        return
    faulthandler.enable(descriptor, all_threads=True)  # it keeps the descriptor


def leave() -> None:
    """Write no more into the file, so that it can be removed."""
    root = logging.getLogger("inglenook")
    for old in list(root.handlers):
        root.removeHandler(old)
        old.close()
    root.addHandler(logging.NullHandler())


class _LogFile(logging.handlers.RotatingFileHandler):
    """Drops a line that the disk does not take; the usual handler prints a traceback."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the name is logging's)
        pass


class _WithoutWords(logging.Formatter):
    """Leaves the text of exceptions out: it may quote a message or a file name."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 (the name is logging's)
        kind, _, trace = ei
        places = [
            f"  {Path(frame.f_code.co_filename).name}:{line} {frame.f_code.co_name}"
            for frame, line in traceback.walk_tb(trace)
        ]
        return "\n".join((f"{kind.__name__ if kind else 'error'} at", *places))
