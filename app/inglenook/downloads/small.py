"""Fetches one small file from an address that a person has typed."""

import time
from collections.abc import Callable
from contextlib import closing

import httpx2

from inglenook.core.errors import BadArgumentError, DownloadError, NetworkError, OfflineError
from inglenook.downloads.limits import Limits
from inglenook.downloads.network import is_loopback, open_answer, open_client
from inglenook.downloads.source import Link
from inglenook.downloads.watched import Tell

_LIMITS = Limits()
_OK = 200


def fetch_small(
    url: str,
    most_bytes: int,
    *,
    is_offline: Callable[[], bool] = bool,
    proxy: str = "",
    tell: Tell | None = None,
    whole_s: float = 60.0,
) -> bytes:
    """Return the content of a file, which the network's log then tells of.

    Args:
        url: ``https://…``; ``http`` to this computer alone.
        most_bytes: Not more is read; what is longer is returned with one byte more.
        is_offline: Asked before anything is sent.
        proxy: As for ``network.open_client``.
        tell: Told of every request when it is over.
        whole_s: For the whole answer: a server that drips must not hold us for ever.

    Raises:
        BadArgumentError: it is no such address.
        OfflineError: the network is switched off.
        NetworkError: the server cannot be reached, or the line broke.
        DownloadError: the server refuses.
    """
    _check(url)
    if is_offline():
        raise OfflineError(
            "The network is switched off", "Allow it in the settings, or choose a file."
        )
    with open_client(proxy, _LIMITS, tell) as client:
        try:
            response, _ = open_answer(client, Link(url), (), _LIMITS)
            with closing(response):
                return _read(response, most_bytes, time.monotonic() + whole_s)
        except httpx2.TransportError as cause:
            raise NetworkError(
                "The server cannot be reached",
                "Check the address and the connection, then try again.",
                reason=type(cause).__name__,
            ) from cause


def _check(url: str) -> None:
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL:
        parts = httpx2.URL()
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.host))
    if not parts.host or not is_safe:
        raise BadArgumentError(
            "This is no address that can be asked", "It begins with https:// and a name."
        )


def _read(response: httpx2.Response, most_bytes: int, ends_s: float) -> bytes:
    if response.status_code != _OK:
        raise DownloadError(
            "The server does not have this file",
            "Check the address.",
            status=response.status_code,
        )
    found = b""
    for part in response.iter_raw():
        found += part
        if len(found) > most_bytes:
            return found[: most_bytes + 1]
        if time.monotonic() > ends_s:
            raise NetworkError(
                "The server is very slow", "Check the connection, or try again later."
            )
    return found
