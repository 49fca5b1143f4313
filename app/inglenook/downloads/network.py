"""The one HTTP client of all transfers, and following redirects by our own rules."""

import ipaddress
from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from inglenook.core.errors import BadArgumentError, NetworkError
from inglenook.downloads.limits import Limits
from inglenook.downloads.source import Link
from inglenook.downloads.watched import Tell, WatchedClient

_USER_AGENT = "inglenook"
_REDIRECTS = {301, 302, 303, 307, 308}
_CONNECTIONS = 16


def open_client(
    proxy: str = "", limits: Limits | None = None, tell: Tell | None = None
) -> httpx2.Client:
    """Return a client for transfers: HTTP/1.1, no cookies, redirects left to us.

    Args:
        proxy: Address of a proxy; empty for what the environment says (``HTTPS_PROXY``,
            ``NO_PROXY`` and so on). Certificates are checked against the system's.
        limits: How patient it is.
        tell: Told of every request when it is over; None to tell nobody.

    Raises:
        BadArgumentError: there can be no such proxy.
    """
    patience = limits or Limits()
    try:
        client = WatchedClient(
            proxy=proxy or None,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            headers={"User-Agent": _USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
            timeout=httpx2.Timeout(patience.stall_s, connect=patience.connect_s),
            limits=httpx2.Limits(max_connections=_CONNECTIONS),
        )
    except (ValueError, httpx2.InvalidURL) as cause:
        raise BadArgumentError(
            "There is no such proxy", "Write it as http://name:port.", reason=cause
        ) from cause
    client.tell = tell
    return client


def open_answer(
    client: httpx2.Client, link: Link, asked: Iterable[tuple[str, str]], limits: Limits
) -> tuple[httpx2.Response, bool]:
    """Ask for a file and follow where it leads; tell whether the first origin answered.

    What is only for the first origin (authorisation) is not sent to any other, nor ever
    again once another was asked.

    Raises:
        NetworkError: it leads nowhere, in circles, or from https to http.
        httpx2.HTTPError: the line failed.
    """
    url = _address(link.url)
    own: tuple[tuple[str, str], ...] = link.headers
    is_first = True
    for _ in range(limits.redirects + 1):
        request = client.build_request("GET", url, headers=[*asked, *own])
        response = client.send(request, stream=True, auth=None)
        if response.status_code not in _REDIRECTS:
            return response, is_first
        location = response.headers.get("location", "")
        response.close()
        following = _following(url, location)
        if _origin(following) != _origin(url):
            own, is_first = (), False
        url = following
    raise _astray("more redirects than make sense")


def _following(url: httpx2.URL, location: str) -> httpx2.URL:
    """Return where a redirect leads, if that is allowed."""
    if not location:
        raise _astray("a redirect to nowhere")
    following = _address(url, location)
    if url.scheme == "https" and following.scheme == "http" and not is_loopback(following.host):
        raise _astray("a redirect from https to http")
    return following


def _address(*parts: httpx2.URL | str) -> httpx2.URL:
    try:
        url = httpx2.URL(parts[0])
        for part in parts[1:]:
            url = url.join(part)
    except (httpx2.InvalidURL, ValueError) as cause:
        raise _astray("an address that is none") from cause
    if url.scheme not in {"http", "https"} or not url.host:
        raise _astray("an address that is not of the web")
    return url.copy_with(userinfo=b"")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _astray(what: str) -> NetworkError:
    return NetworkError(
        "The server sent the download astray",
        "Try again later, or choose another address of the Hub.",
        redirect=what,
    )
