"""An HTTP client that tells of every request it makes, once it is over."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

from inglenook.downloads.connections import Connection, purpose_of

Tell = Callable[[Connection], None]


class WatchedClient(httpx2.Client):
    """Counts what comes; a request that fails is told of as well.

    Threads: any; ``tell`` is called on whichever made the request or closed its answer.
    """

    tell: Tell | None = None

    def send(self, request: httpx2.Request, **how: Any) -> httpx2.Response:  # noqa: ANN401
        """Send a request; see ``httpx2.Client.send``."""
        tally = _Tally(request, self.tell)
        is_answered = False
        try:
            response = super().send(request, **how)
            is_answered = True
        finally:
            if not is_answered:
                tally.end()
        if response.is_closed:
            tally.take(response.num_bytes_downloaded)
            tally.end(response.status_code)
            return response
        response.stream = _CountedBody(response.stream, tally, response.status_code)  # type: ignore[arg-type]
        if "network_stream" in response.extensions:
            line = response.extensions["network_stream"]
            response.extensions["network_stream"] = _CountedLine(line, tally)
        return response


class _Tally:
    """Counts one answer, and tells of it once."""

    def __init__(self, request: httpx2.Request, tell: Tell | None) -> None:
        self._tell, self._received = tell, 0
        self._at_ms = int(time.time() * 1000)
        self._host = request.url.netloc.decode("ascii")
        self._purpose = purpose_of(request.url.path)

    def take(self, count: int) -> None:
        """So many bytes more have come."""
        self._received += count

    def end(self, status: int = 0) -> None:
        """The answer is over, or none came."""
        tell, self._tell = self._tell, None
        if tell is not None:
            tell(Connection(self._at_ms, self._host, self._purpose, self._received, status))


class _CountedBody(httpx2.SyncByteStream):
    """The body of an answer, counted as it is read."""

    def __init__(self, body: httpx2.SyncByteStream, tally: _Tally, status: int) -> None:
        self._body, self._tally, self._status = body, tally, status

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            self._tally.take(len(piece))
            yield piece

    def close(self) -> None:
        """Let the connection go."""
        try:
            self._body.close()
        finally:
            self._tally.end(self._status)


class _CountedLine:
    """The connection below an answer, for those who read it directly."""

    def __init__(self, line: Any, tally: _Tally) -> None:  # noqa: ANN401 (httpcore's own)
        self._line, self._tally = line, tally

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (all else is the line's)
        return getattr(self._line, name)

    def read(self, most_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came next; see ``httpcore2.NetworkStream.read``."""
        piece: bytes = self._line.read(most_bytes, timeout=timeout)
        self._tally.take(len(piece))
        return piece
