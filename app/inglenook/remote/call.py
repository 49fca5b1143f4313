"""One request to an engine elsewhere: watched, bounded, and ended from any thread."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any

import httpx2

from inglenook.core.errors import InglenookError, RemoteError
from inglenook.remote.address import Address
from inglenook.remote.offline import switched_off
from inglenook.remote.patience import USUAL, Patience
from inglenook.remote.refusal import line_errors, no_proxy, refusal, silent

_AGENT = "inglenook"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is over; never what was in it.

    Attributes:
        at_ms: When it was sent, milliseconds since 1970.
        received_bytes: Of the answer's body.
        status: The answer's HTTP status; 0 if none came.
    """

    at_ms: int
    host: str
    received_bytes: int
    status: int


@dataclass(frozen=True, slots=True)
class Way:
    """How requests leave this computer.

    Attributes:
        is_offline: Asked before each request.
        proxy: Asked for what people have set; "" for what the environment says. Private
            addresses are asked directly: what is around the corner is not asked for far away.
        tell: Told of every request when it is over.
        patience: See there.
    """

    is_offline: Callable[[], bool] = bool
    proxy: Callable[[], str] = str
    tell: Callable[[Asked], None] = lambda _asked: None
    patience: Patience = USUAL


class StoppedCall(Exception):  # noqa: N818  (it is no fault)
    """The person wants no more of this."""


class Call:
    """One connection of its own for one request, so that to end it is to close it.

    Used as a context manager around ``send`` and ``portions``.

    Threads: the one that made it; ``hang_up`` on any.
    """

    def __init__(self, way: Way, address: Address, key: str = "") -> None:
        """Connect to nobody yet.

        Args:
            way: How requests leave.
            address: Whom to ask.
            key: Sent along; "" for none.
        """
        self._way, self._address, self._key = way, address, key
        self._at_ms = int(time.time() * 1000)
        self._received, self._status = 0, 0
        self._was_sent = False
        self._client: httpx2.Client | None = None
        self._response: httpx2.Response | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        # The lock guards what follows.
        self._why: Exception | None = None
        self._socket: socket.socket | None = None
        self._due_s: float | None = None
        self._watch: threading.Thread | None = None

    def __enter__(self) -> "Call":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        with suppress(httpx2.HTTPError, OSError):
            if self._response is not None:
                self._response.close()
            if self._client is not None:
                self._client.close()
        if self._was_sent:
            asked = Asked(self._at_ms, self._address.host, self._received, self._status)
            self._way.tell(asked)

    def send(
        self, method: str, route: str, body: bytes | None = None, *, within_s: float
    ) -> Mapping[str, str]:
        """Send the request and return the head of a good answer, by lower-case names.

        Args:
            method: ``"GET"`` or ``"POST"``.
            route: Behind the address: ``"/models"``.
            body: JSON.
            within_s: So long may pass until ``wait`` is called, connecting not counted.

        Raises:
            OfflineError: the network is switched off; nothing was opened.
            RemoteError: there is no good answer.
            StoppedCall: it was hung up.
        """
        if self._way.is_offline():
            raise switched_off()
        connect_s = self._way.patience.connect_s
        self.wait(connect_s + within_s)
        with self._own_words():
            self._client = client = self._open_client(connect_s, within_s)
            headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
            if body is not None:
                headers["Content-Type"] = "application/json"
            request = client.build_request(
                method, f"{self._address.base}{route}", headers=headers, content=body
            )
            request.extensions["trace"] = self._hear_line
            self._was_sent = True
            self._response = response = client.send(request, stream=True, auth=None)
        self._status = response.status_code
        if not response.is_success:
            with self._own_words():
                said = self._beginning()
            raise refusal(self._status, said, self._address.host, has_key=bool(self._key))
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise RemoteError(
                "The engine's answer makes no sense",
                "Check that the address leads to an engine.",
                found="it is packed, unasked",
            )
        return response.headers

    def portions(self, most_bytes: int) -> Iterator[bytes]:
        """Give the body as it comes.

        Raises:
            RemoteError: it broke, or is longer than makes sense.
            StoppedCall: it was hung up.
        """
        assert self._response is not None
        with self._own_words():
            for portion in self._response.iter_raw():
                self._received += len(portion)
                if self._received > most_bytes:
                    raise RemoteError(
                        "The engine's answer is far too long",
                        "Check that the address leads to an engine.",
                        received_bytes=self._received,
                    )
                yield portion

    def wait(self, for_s: float) -> None:
        """Let the other side be silent for so long from now on, and hang up then."""
        with self._lock:
            self._due_s = time.monotonic() + for_s
            if self._watch is None:
                name = "remote watch"
                self._watch = threading.Thread(target=self._keep_watch, name=name, daemon=True)
                self._watch.start()

    def hang_up(self, why: Exception | None = None) -> None:
        """End the request, whatever it waits for; the first reason is the one told.

        Args:
            why: Raised where it waits; None for a person who wants no more.
        """
        with self._lock:
            self._why = self._why or why or StoppedCall()
            line = self._socket
        self._over.set()
        if line is not None:
            with suppress(OSError):  # it is closed already
                line.shutdown(socket.SHUT_RDWR)

    @property
    def host(self) -> str:
        """Whom we ask."""
        return self._address.host

    # --- inside ---

    def _open_client(self, connect_s: float, within_s: float) -> httpx2.Client:
        is_private = self._address.is_private
        proxy = None if is_private else self._way.proxy() or None
        try:
            return httpx2.Client(
                proxy=proxy,
                trust_env=not is_private,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                follow_redirects=False,
                headers={
                    "User-Agent": _AGENT,
                    "Accept": "text/event-stream, application/json",
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                },
                timeout=httpx2.Timeout(
                    max(within_s, self._way.patience.quiet_s), connect=connect_s
                ),
            )
        except (ValueError, httpx2.InvalidURL) as cause:
            raise no_proxy(cause) from cause

    def _hear_line(self, event: str, told: Mapping[str, Any]) -> None:
        """Take the line as soon as it stands: an engine may be silent for minutes on it."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            stream = told["return_value"]
            with self._lock:
                self._socket = stream.get_extra_info("socket")
                why = self._why
            if why is not None:
                stream.close()  # nobody else knows of it yet
                raise why

    def _beginning(self) -> bytes:
        assert self._response is not None
        found = b""
        for portion in self._response.iter_raw():
            found += portion
            self._received += len(portion)
            if len(found) >= self._way.patience.refusal_bytes:
                break
        return found

    @contextmanager
    def _own_words(self) -> Iterator[None]:
        """Say of a line that was cut why we cut it, and of any other why it broke."""
        try:
            self._require_going()
            with line_errors(self._address.host):
                yield
            self._require_going()  # a line that was cut may look as if it had ended
        except InglenookError:
            self._require_going()
            raise

    def _require_going(self) -> None:
        with self._lock:
            why = self._why
        if why is not None:
            raise why

    # --- on the watching thread ---

    def _keep_watch(self) -> None:
        while True:
            with self._lock:
                left_s = (self._due_s or 0.0) - time.monotonic()
            if left_s <= 0:
                self.hang_up(silent(self._address.host))
                return
            if self._over.wait(left_s):
                return
