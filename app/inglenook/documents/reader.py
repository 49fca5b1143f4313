"""Documents read in a child process, which is ended when it takes too long or too much."""

import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import psutil

from inglenook.chat.document import Document
from inglenook.core.errors import DocumentError
from inglenook.documents.frames import (
    MOST_LINE_BYTES,
    MOST_PARTS,
    Begun,
    Ended,
    Part,
    Refused,
    from_line,
)
from inglenook.documents.limits import (
    LONGEST_S,
    LONGEST_SILENCE_S,
    MOST_FILE_BYTES,
    MOST_MEMORY_BYTES,
    MOST_TEXT,
)
from inglenook.documents.refusal import (
    cancelled,
    died,
    not_there,
    refusal,
    too_large,
    too_slow,
    unfit,
    unfit_kind,
)
from inglenook.models.runtime import with_our_code

_LOOK_EVERY_S = 0.1
_KEPT = (
    "LANG",
    "LD_LIBRARY_PATH",
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "WINDIR",
    "VIRTUAL_ENV",
)


def reader_command() -> tuple[str, ...]:
    """Return the command that reads a document, in a checkout and in a bundle."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--document-reader")
    return (sys.executable, "-m", "inglenook.documents.child")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a child may take, in seconds.

    Attributes:
        silence_s: Between two frames.
        whole_s: In all.
    """

    silence_s: float = LONGEST_SILENCE_S
    whole_s: float = LONGEST_S


class DocumentReader:
    """Reads one document at a time.

    Threads: ``read`` on one; ``cancel`` on any.
    """

    def __init__(
        self, command: Sequence[str] | None = None, patience: Patience | None = None
    ) -> None:
        """Start nothing yet.

        Args:
            command: Reads a document from its input; the usual one if None.
            patience: How long to wait for it; the usual time if None.
        """
        self._command = command or reader_command()
        self._patience = patience or Patience()
        self._watch: _Watch | None = None
        self._lock = threading.Lock()

    def read(
        self,
        path: str,
        *,
        is_wanted: Callable[[], bool] = lambda: True,
        progress: Callable[[int, int], None] = lambda _page, _pages: None,
    ) -> Document:
        """Return what a document says.

        Args:
            path: Anything a person may drop on a window.
            is_wanted: Asked ten times a second; when it is not, the child is ended.
            progress: Told after each page which it was, and how many there are.

        Raises:
            DocumentError: it cannot be read, says nothing, or is not wanted any more.
        """
        with _opened(path) as file:
            size_bytes = os.fstat(file.fileno()).st_size
            child = self._start(file)
        with child, _Watch(child, self._patience, is_wanted) as watch:
            found = _Found(watch, progress)
            found.listen(cast("IO[bytes]", child.stdout))
        if watch.ended_for is not None:
            raise watch.ended_for()
        return found.document(Path(path).name, size_bytes)

    def _start(self, file: IO[bytes]) -> "subprocess.Popen[bytes]":
        kept = {name: value for name, value in os.environ.items() if name.upper() in _KEPT}
        try:
            return subprocess.Popen(
                self._command,
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=with_our_code({**kept, "PYTHONUTF8": "1"}),
                cwd=Path(sys.executable).anchor,
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as cause:
            raise died() from cause


class _Found:
    """What a child has said so far.

    Threads: one.
    """

    def __init__(self, watch: "_Watch", progress: Callable[[int, int], None]) -> None:
        self._watch, self._progress = watch, progress
        self._begun = Begun("text/plain")
        self._parts: list[str] = []
        self._length = 0
        self._end: Ended | Refused | None = None

    def listen(self, stream: IO[bytes]) -> None:
        """Take frames until the end; a child that says something else is ended."""
        while self._end is None and (line := stream.readline(MOST_LINE_BYTES)):
            self._watch.heard()
            match from_line(line):
                case Begun() as begun:
                    self._begun = begun
                case Part() as part if self._has_room(part):
                    self._parts.append(part.text)
                    self._progress(part.page, self._begun.pages)
                case Ended() | Refused() as end:
                    self._end = end
                case _:
                    return

    def document(self, name: str, size_bytes: int) -> Document:
        """Return it as a document.

        Raises:
            DocumentError: the child refused it, or died.
        """
        if self._end is None:
            raise died()
        if isinstance(self._end, Refused):
            raise refusal(self._end.why)
        begun, pages = self._begun, self._begun.pages
        parts = tuple(self._parts) if pages else ("".join(self._parts).strip("\n"),)
        return Document(name, begun.media_type, size_bytes, parts, pages, self._end.is_cut)

    def _has_room(self, part: Part) -> bool:
        self._length += len(part.text)
        return self._length <= MOST_TEXT and len(self._parts) < MOST_PARTS


class _Watch:
    """Ends a child that is late, big or not wanted any more.

    Attributes:
        ended_for: Makes the error that says why; None if it was not ended.

    Threads: its own looks; ``heard`` is called by the one that listens.
    """

    def __init__(
        self,
        child: "subprocess.Popen[bytes]",
        patience: Patience,
        is_wanted: Callable[[], bool],
    ) -> None:
        self.ended_for: Callable[[], DocumentError] | None = None
        self._child, self._patience, self._is_wanted = child, patience, is_wanted
        self._begun_s = self._heard_s = time.monotonic()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="document watch", daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._kill()

    def heard(self) -> None:
        """Know that it has just said something."""
        self._heard_s = time.monotonic()

    def _look(self) -> None:
        while self.ended_for is None and not self._is_over.wait(_LOOK_EVERY_S):
            self.ended_for = self._why_not()
        if self.ended_for is not None:
            self._kill()

    def _why_not(self) -> Callable[[], DocumentError] | None:
        now_s = time.monotonic()
        if not self._is_wanted():
            return cancelled
        silence = now_s - self._heard_s > self._patience.silence_s
        if silence or now_s - self._begun_s > self._patience.whole_s:
            return too_slow
        with suppress(psutil.Error):
            if psutil.Process(self._child.pid).memory_info().rss > MOST_MEMORY_BYTES:
                return unfit
        return None

    def _kill(self) -> None:
        with suppress(OSError):  # it has ended by itself
            self._child.kill()


def _opened(path: str) -> IO[bytes]:
    """Open a file that is one, of a bearable size; nothing here ever waits for a writer.

    Raises:
        DocumentError: it is none, cannot be opened, or is too large.
    """
    try:
        _check(os.stat(path))  # noqa: PTH116  (devices may act when they are opened)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        file = os.fdopen(os.open(path, flags), "rb")
    except (OSError, ValueError) as cause:
        raise not_there(cause) from cause
    try:
        _check(os.fstat(file.fileno()))  # it may have become another one
    except DocumentError:
        file.close()
        raise
    return file


def _check(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise unfit_kind(found.st_mode)
    if found.st_size > MOST_FILE_BYTES:
        raise too_large(found.st_size)
