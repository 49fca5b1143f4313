"""One request for the rest of a file, on a thread of its own that can be left behind.

Looking up a name, connecting and reading can each block for long; nothing can interrupt all
of them. So the network has its own thread, and whoever fetches only ever waits for a flow,
and can turn away at any moment. The thread holds no file and no lock: it ends when its socket
is closed, or by its own time-outs at the latest.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import httpx2

from inglenook.core.errors import InglenookError, NetworkError
from inglenook.core.units import KIB
from inglenook.downloads.answer import Answer
from inglenook.downloads.flow import Flow
from inglenook.downloads.limits import Limits
from inglenook.downloads.network import open_answer
from inglenook.downloads.source import RemoteFile, Resolver

_CHUNK_BYTES = 256 * KIB
_CHUNKS = 2  # with the ones being gathered and written: under 1 MiB that a kill loses
_GATHER_S = 0.05


class Ended:
    """The body came to its end."""


ENDED: Final = Ended()
Item = Answer | bytes | Ended | InglenookError


class Arrival:
    """An answer as it comes: its head, its bytes, its end or what broke it.

    Threads: ``next`` and ``abandon`` on the one that fetches.
    """

    def __init__(
        self,
        client: httpx2.Client,
        resolver: Resolver,
        file: RemoteFile,
        asked: tuple[tuple[str, str], ...],
        limits: Limits,
    ) -> None:
        """Ask, on a new thread.

        Args:
            client: Of all transfers.
            resolver: Asked for a fresh link each time: links run out.
            file: Which one.
            asked: Headers: the range, and under which condition.
            limits: How patient to be.
        """
        self._client, self._resolver, self._file = client, resolver, file
        self._asked, self._limits = asked, limits
        self._flow: Flow[Item] = Flow(_CHUNKS)
        self._response: httpx2.Response | None = None
        self._is_abandoned = threading.Event()
        self._thread = threading.Thread(target=self._run, name="arrival", daemon=True)
        self._thread.start()

    def next(self, timeout_s: float) -> Item | None:
        """Return what came next; None if nothing came in time."""
        return self._flow.get(timeout_s)

    def abandon(self) -> None:
        """Turn away: the socket is closed; a second time does nothing."""
        self._is_abandoned.set()
        self._flow.close()
        response = self._response
        if response is not None:
            _hang_up(response)

    def _run(self) -> None:
        try:
            self._receive()
            self._flow.put(ENDED)
        except InglenookError as error:
            self._flow.put(error)
        # The last three: what a socket, a stream or a TLS layer raises that is closed from
        # another thread, or fed with nonsense.
        except (httpx2.HTTPError, httpx2.StreamError, OSError, ValueError) as error:
            self._flow.put(_broken(error))
        finally:
            self._flow.close()

    def _receive(self) -> None:
        link = self._resolver.link(self._file)
        if self._is_abandoned.is_set():
            return
        response, is_first = open_answer(self._client, link, self._asked, self._limits)
        self._response = response
        try:
            self._flow.put(
                Answer(response.status_code, _plain(response), is_first, time.time())
            )
            if response.status_code in {200, 206}:
                self._pass_on(response)
        finally:
            self._response = None  # a connection that is given back must not be closed
            with suppress(httpx2.HTTPError, OSError):
                response.close()

    def _pass_on(self, response: httpx2.Response) -> None:
        if self._is_abandoned.is_set():
            return
        for chunk in _gathered(response.iter_raw()):
            if not self._flow.put(chunk):
                return


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join pieces that come in quick succession; what came before a break is not lost."""
    waiting: list[bytes] = []
    size, since_s = 0, time.monotonic()
    try:
        for piece in pieces:
            waiting.append(piece)
            size += len(piece)
            now_s = time.monotonic()
            if size >= _CHUNK_BYTES or now_s - since_s >= _GATHER_S:
                yield b"".join(waiting)
                waiting, size, since_s = [], 0, now_s
    except (httpx2.HTTPError, OSError):
        if waiting:
            yield b"".join(waiting)
        raise
    if waiting:
        yield b"".join(waiting)


def _plain(response: httpx2.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _hang_up(response: httpx2.Response) -> None:
    """Close a socket that another thread may be reading, so that it wakes up."""
    stream = response.extensions.get("network_stream")
    socket = stream.get_extra_info("socket") if stream is not None else None
    if socket is not None:
        with suppress(OSError):
            socket.shutdown(2)


def _broken(error: Exception) -> NetworkError:
    return NetworkError(
        "The connection broke",
        "Check that this computer is online; the download goes on where it stopped.",
        reason=type(error).__name__,
    )
