"""The beginning of a remote file as a stream, of which no more is fetched than is read."""

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

import httpx2

from inglenook.core.errors import DownloadError, NetworkError
from inglenook.core.units import MIB

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# The largest header in circulation has 15 MB; what is longer is not read from afar.
MOST_BYTES = 32 * MIB
# What a server has sent before it learns that nobody reads on is lost: up to some megabytes
# on a fast line. So a little is asked for first, which is all that small vocabularies need.
_FIRST_BYTES = MIB
_NEXT_BYTES = 4 * MIB
_TRIES = 3
# The usual header of 6 MB on a line of 50 KB/s; a server that drips must not hold us for ever.
LONGEST_S = 120.0
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")

Ask = Callable[[int, int], AbstractContextManager[httpx2.Response]]
"""Opens a request for the bytes from a place up to another, that one not included."""


class RangedStream(io.RawIOBase):
    """Reads forward through a remote file, by stretches; goes on where the line broke.

    Nothing is asked for before the first read, and what is not read stays on the server: a
    server that ignores ranges and begins to send gigabytes is hung up on.

    Threads: the one that made it.

    Attributes:
        fetched_bytes: How much has come over the line.
    """

    def __init__(
        self,
        ask: Ask,
        size_bytes: int,
        most_bytes: int = MOST_BYTES,
        longest_s: float = LONGEST_S,
    ) -> None:
        """Know whom to ask.

        Args:
            ask: Opens a request for a stretch of the file.
            size_bytes: Of the whole file, as the Hub lists it.
            most_bytes: In all.
            longest_s: From now on.
        """
        self.fetched_bytes = 0
        self._ask, self._size_bytes, self._most_bytes = ask, size_bytes, most_bytes
        self._ends_s = time.monotonic() + longest_s
        self._at = 0
        self._begun_at = 0
        self._rest = b""
        self._open: AbstractContextManager[httpx2.Response] | None = None
        self._parts: Iterator[bytes] = iter(())
        self._tries = 0

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read some bytes.

        Raises:
            DownloadError: or the kind of it that fits; or too much was asked for.
        """
        view = memoryview(buffer).cast("B")
        if not self._rest:
            self._rest = self._next()
        taken = min(len(view), len(self._rest))
        view[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        self._at += taken
        return taken

    def close(self) -> None:
        """Hang up."""
        self._hang_up()
        super().close()

    def _next(self) -> bytes:
        """Return the next bytes; none at the end of the file."""
        while True:
            try:
                part = self._part()
            except (httpx2.TransportError, NetworkError) as cause:
                self._hang_up()
                self._tries += 1
                if self._tries >= _TRIES:
                    raise _broke(cause) from cause
                continue
            if part or self._is_at_end:
                self._count(len(part))
                return part
            if self._at == self._begun_at:
                raise _odd("it is empty")
            self._hang_up()

    def _part(self) -> bytes:
        """Return what has come, or nothing at the end of a stretch."""
        if self._is_at_end:
            return b""
        if self._open is None:
            self._begin()
        return next(self._parts, b"")

    @property
    def _is_at_end(self) -> bool:
        return self._at >= self._size_bytes

    def _count(self, length: int) -> None:
        self.fetched_bytes += length
        if self.fetched_bytes > self._most_bytes:
            self._hang_up()
            raise DownloadError(
                "The beginning of this file is too long",
                "Choose another file of this model.",
                most_bytes=self._most_bytes,
            )

        if time.monotonic() > self._ends_s:
            self._hang_up()
            raise NetworkError(
                "The Hub is very slow", "Check the connection, or try again later."
            )

    def _begin(self) -> None:
        stretch = _NEXT_BYTES if self._at else _FIRST_BYTES
        self._open = self._ask(self._at, self._at + stretch)
        response = self._open.__enter__()
        if response.headers.get("content-encoding", "identity") != "identity":
            raise _odd("it is packed, unasked")
        if response.status_code not in {200, 206}:
            raise _odd(f"its status is {response.status_code}")
        if not self._is_asked_part(response):
            raise _odd("it is another part than was asked for")
        self._begun_at = self._at
        self._parts = response.iter_raw()

    def _is_asked_part(self, response: httpx2.Response) -> bool:
        if response.status_code == 200:
            return self._at == 0
        found = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        return found is not None and int(found[1]) == self._at

    def _hang_up(self) -> None:
        opened, self._open = self._open, None
        self._parts = iter(())
        if opened is not None:
            opened.__exit__(None, None, None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _odd(what: str) -> DownloadError:
    return DownloadError("The Hub's answer makes no sense", "Try again later.", found=what)


def _broke(cause: Exception) -> NetworkError:
    if isinstance(cause, NetworkError):
        return cause
    return NetworkError(
        "The connection to the Hub broke", "Try again.", reason=type(cause).__name__
    )
