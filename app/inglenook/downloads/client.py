"""Asks the Hub questions: every answer bounded in time and size, nothing followed blindly."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from inglenook.core.errors import (
    BadArgumentError,
    DownloadError,
    InglenookError,
    NetworkError,
    OfflineError,
)
from inglenook.core.units import MIB
from inglenook.downloads.lib import HubLibrary, open_library
from inglenook.downloads.limits import Limits
from inglenook.downloads.network import is_loopback, open_client
from inglenook.downloads.refusal import connection_errors, refuse
from inglenook.downloads.watched import Tell


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how much; tests choose smaller numbers.

    Attributes:
        connect_s: Until a connection stands.
        quiet_s: Without a single byte.
        whole_s: For a whole answer: a server that drips must not hold us for ever.
        answer_bytes: Of a JSON answer; a page of 100 results has some 100 KB.
        redirects: How many in a row are followed.
    """

    connect_s: float = 10.0
    quiet_s: float = 15.0
    whole_s: float = 60.0
    answer_bytes: int = 16 * MIB
    redirects: int = 5


Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer.

    Attributes:
        next_url: The following page of a list; "" if there is none.
        cut: It was longer than asked for.
    """

    body: bytes
    next_url: str = ""
    cut: bool = False


class HubClient:
    """One Hub, or a mirror of it, as this person sees it.

    Threads: any; connections are shared.

    Attributes:
        endpoint: Its address without a slash at the end.
        patience: See there.
    """

    def __init__(
        self,
        endpoint: str,
        cache: Path,
        *,
        token: Callable[[], str] = str,
        is_offline: Callable[[], bool] = bool,
        proxy: Callable[[], str] = str,
        patience: Patience = Patience(),
        tell: Tell | None = None,
    ) -> None:
        """Know whom to ask; nothing is imported or sent yet.

        Args:
            endpoint: ``"https://…"``.
            cache: A folder that may be emptied at any time.
            token: Asked for before each question; "" to stay unknown.
            is_offline: Asked before each request.
            proxy: Asked for once; "" for what the environment says.
            patience: How long and how much.
            tell: Told of every request when it is over; None to tell nobody.

        Raises:
            BadArgumentError: the endpoint is no web address.
        """
        self.endpoint = _checked(endpoint)
        self.patience = patience
        self._cache, self._token = cache, token
        self._is_offline, self._proxy, self._tell = is_offline, proxy, tell
        self._closed: set[str] = set()
        self._library: HubLibrary | None = None
        self._client: httpx2.Client | None = None

    @property
    def library(self) -> HubLibrary:
        """The Hub's own library."""
        if self._library is None:
            self._library = open_library(self._cache)
        return self._library

    def page(self, repo: str) -> str:
        """Return the web page of a repository, for people."""
        return f"{self.endpoint}/{repo}"

    def authorisation(self, url: str, repo: str) -> tuple[tuple[str, str], ...]:
        """Return the header for a request; none where nobody asks who we are.

        The token goes to the Hub itself, over lines that nobody can read, and only for
        repositories that were closed without it: searches stay anonymous.
        """
        if repo not in self._closed or not self.is_ours(url) or not _is_private(url):
            return ()
        token = self._token()
        return (("authorization", f"Bearer {token}"),) if token else ()

    def get(
        self,
        path: str,
        params: Params = (),
        *,
        repo: str = "",
        most_bytes: int = 0,
        stop: Callable[[], bool] = bool,
    ) -> Answer:
        """Ask for a whole answer.

        Args:
            path: Below the endpoint, or an address there.
            params: Of the query.
            repo: The repository it is about, for words.
            most_bytes: Read no more and cut there; 0 to refuse what is longer than usual.
            stop: Asked while reading.

        Raises:
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        url = str(httpx2.URL(self._below(path)).copy_merge_params(list(params)))
        with self.stream(url, repo=repo) as response:
            body, cut = self._read(response, most_bytes, stop)
            following = response.links.get("next", {}).get("url", "")
        return Answer(body, following if self.is_ours(following) else "", cut)

    def is_ours(self, url: str) -> bool:
        """Tell whether an address is on the Hub itself."""
        return origin(url) == origin(self.endpoint)

    @contextmanager
    def stream(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: tuple[tuple[str, str], ...] = (),
        repo: str = "",
        follow_away: bool = True,
    ) -> Iterator[httpx2.Response]:
        """Give the answer to a request, redirects followed, its body not yet read.

        Args:
            url: Where to.
            method: ``"GET"`` or ``"HEAD"``.
            headers: More than the usual ones.
            repo: The repository it is about, for words.
            follow_away: Follow redirects to other places; False to see where they lead.

        Raises:
            DownloadError: or the kind of it that fits.
            OfflineError: the network is switched off.
        """
        host = urlsplit(self.endpoint).hostname or ""
        with connection_errors(host):
            response = self._follow(url, method, headers, repo, follow_away=follow_away)
            if self._knocks_again(response, repo):
                response.close()
                response = self._follow(url, method, headers, repo, follow_away=follow_away)
            try:
                known = "authorization" in response.request.headers
                refuse(self.library, response, self.page(repo), known=known)
                yield response
            finally:
                response.close()

    def close(self) -> None:
        """Close the connections; a later question opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _below(self, path: str) -> str:
        return path if "://" in path else f"{self.endpoint}{path}"

    def _knocks_again(self, response: httpx2.Response, repo: str) -> bool:
        """Tell whether to ask once more, with the token this time."""
        if response.status_code not in {401, 403} or not repo or repo in self._closed:
            return False
        self._closed.add(repo)
        return bool(self.authorisation(str(response.url), repo))

    def _follow(
        self,
        url: str,
        method: str,
        headers: tuple[tuple[str, str], ...],
        repo: str,
        *,
        follow_away: bool,
    ) -> httpx2.Response:
        for _ in range(self.patience.redirects + 1):
            response = self._send(url, method, headers, repo)
            if not response.has_redirect_location:
                return response
            target = str(response.url.join(response.headers["location"]))
            if not _may_follow(url, target):
                response.close()
                raise DownloadError(
                    "The Hub sends us to an unsafe place",
                    "Try again later; if it stays, check the address of your mirror.",
                    to=urlsplit(target).hostname,
                )
            if not follow_away and not self.is_ours(target):
                return response
            response.close()
            url = target
        raise NetworkError(
            "The Hub sends us round in circles", "Try again later.", host=urlsplit(url).hostname
        )

    def _send(
        self, url: str, method: str, headers: tuple[tuple[str, str], ...], repo: str
    ) -> httpx2.Response:
        if self._is_offline():
            raise OfflineError(
                "The network is switched off",
                "Allow it in the settings to search and to download.",
            )
        client = self._connections()
        everything = {**dict(headers), **dict(self.authorisation(url, repo))}
        return client.send(client.build_request(method, url, headers=everything), stream=True)

    def _connections(self) -> httpx2.Client:
        if self._client is None:
            limits = Limits(connect_s=self.patience.connect_s, stall_s=self.patience.quiet_s)
            self._client = open_client(self._proxy(), limits, self._tell)
        return self._client

    def _read(
        self, response: httpx2.Response, most_bytes: int, stop: Callable[[], bool]
    ) -> tuple[bytes, bool]:
        """Return the body and whether it goes on."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise senseless("it is packed, unasked")
        limit = most_bytes or self.patience.answer_bytes
        parts, have, ends_s = [], 0, time.monotonic() + self.patience.whole_s
        # As it comes: a size given here would wait until so much has come.
        for part in response.iter_raw():
            parts.append(part)
            have += len(part)
            if have > limit and most_bytes:
                return b"".join(parts)[:limit], True
            if have > limit:
                raise senseless("it is far too long")
            if stop():
                raise Cancelled("This was cancelled", "Start it again when you like.")
            if time.monotonic() > ends_s:
                raise NetworkError(
                    "The Hub is very slow", "Check the connection, or try again later."
                )
        return b"".join(parts), False


class Cancelled(InglenookError):  # noqa: N818 (it is no fault)
    """Nobody waits for this answer any more."""


def senseless(what: str) -> DownloadError:
    """Return the error for an answer that cannot be used."""
    return DownloadError("The Hub's answer makes no sense", "Try again later.", found=what)


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port; what is no address has an origin of its own kind."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
        return parts.scheme, (parts.hostname or "").lower(), port
    except ValueError:
        return "", url, 0


def _checked(endpoint: str) -> str:
    scheme, host, _ = origin(endpoint)
    parts = urlsplit(endpoint) if host and scheme else None
    if scheme not in {"http", "https"} or parts is None or parts.query or parts.username:
        raise BadArgumentError(
            "The address of the Hub makes no sense",
            "HF_ENDPOINT must look like https://example.org, or be left out.",
        )
    return endpoint.rstrip("/")


def _may_follow(url: str, target: str) -> bool:
    scheme, host, _ = origin(target)
    return scheme == "https" or (scheme == "http" and bool(host) and origin(url)[0] == "http")


def _is_private(url: str) -> bool:
    """Tell whether nobody on the way can read what is sent there."""
    scheme, host, _ = origin(url)
    return scheme == "https" or is_loopback(host)
