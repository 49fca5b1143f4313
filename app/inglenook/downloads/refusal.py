"""What servers and lines refuse with, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from inglenook.core.errors import (
    BusyHubError,
    DownloadError,
    GatedError,
    GoneError,
    NetworkError,
)
from inglenook.core.units import seconds_in_words
from inglenook.downloads.lib import HubLibrary

# A server that asks for more is not waited for; a person may try again whenever they like.
LONGEST_WAIT_S = 3600.0
_BUSY = {429, 500, 502, 503, 504}


@contextmanager
def connection_errors(host: str) -> Iterator[None]:
    """Turn every fault of the connection inside into one of ours.

    Args:
        host: For the log.

    Raises:
        NetworkError: always then.
    """
    try:
        yield
    except httpx2.TransportError as cause:
        raise _broken(cause, host) from cause
    except httpx2.InvalidURL as cause:
        raise DownloadError(
            "The Hub's answer makes no sense", "Try again later.", host=host
        ) from cause


def refuse(library: HubLibrary, response: httpx2.Response, page: str, *, known: bool) -> None:
    """Raise what a refusal means; returns if the response is none.

    Args:
        library: Knows the Hub's codes.
        response: Its body is not looked at, for anybody may have written it.
        page: The web address where a person can agree to terms.
        known: A token was sent.

    Raises:
        DownloadError: or the kind of it that fits.
    """
    if response.status_code < 400:
        return
    bare = httpx2.Response(
        response.status_code, headers=_few(response.headers), request=response.request
    )
    facts = {"status": response.status_code, "host": response.request.url.host}
    try:
        library.raise_for(bare)
    except library.errors.GatedRepoError as cause:
        raise _gated(page, known=known, **facts) from cause
    except library.errors.HfHubHTTPError as cause:
        raise _other(library, cause, page, known=known, **facts) from cause


def asked_wait_s(headers: httpx2.Headers) -> float:
    """Return how long a server asks to wait; 0 if it does not say in seconds."""
    text = headers.get("retry-after", "").strip()
    if not text:
        fields = headers.get("ratelimit", "").replace(" ", "").split(";")
        text = next((field[2:] for field in fields if field.startswith("t=")), "")
    return min(float(text), LONGEST_WAIT_S) if text.isdecimal() and len(text) < 10 else 0.0


def _few(headers: httpx2.Headers) -> dict[str, str]:
    """Return the headers that say why, without a body's and without warnings to print."""
    wanted = ("x-error-code", "x-error-message", "retry-after", "ratelimit")
    return {name: headers[name] for name in wanted if name in headers}


def _gated(page: str, *, known: bool, **facts: object) -> GatedError:
    if known:
        return GatedError(
            "Your token does not open this model yet",
            f"Open {page} with the account of your token, agree to the terms, and try again.",
            **facts,
        )
    return GatedError(
        "This model asks who you are",
        f"Open {page}, agree to the terms, then give Inglenook a token of your account.",
        **facts,
    )


def _other(
    library: HubLibrary, cause: Exception, page: str, *, known: bool, **facts: object
) -> DownloadError:
    errors, status = library.errors, facts["status"]
    if status in _BUSY:
        return _busy(cause, **facts)
    if isinstance(cause, errors.DisabledRepoError):
        return GoneError("The Hub has closed this model", "Choose another one.", **facts)
    if isinstance(cause, errors.RevisionNotFoundError | errors.RemoteEntryNotFoundError):
        return GoneError(
            "This file is not on the Hub any more",
            "Look at the model's page again: its files may have been replaced.",
            **facts,
        )
    if isinstance(cause, errors.RepositoryNotFoundError) or status in {404, 410}:
        return GoneError(
            "There is no such model on the Hub",
            "Check its name; a private one needs an access token.",
            **facts,
        )
    if status == 401 and known:
        return GatedError(
            "The Hub does not accept your token",
            "Make a new one in the settings of your account there, and give it to Inglenook.",
            **facts,
        )
    if status in {401, 403}:
        return _gated(page, known=known, **facts)
    return DownloadError(
        "The Hub refused this request", "Try again later, or choose another file.", **facts
    )


def _busy(cause: Exception, **facts: object) -> BusyHubError:
    wait_s = asked_wait_s(cause.response.headers) if hasattr(cause, "response") else 0.0
    when = f"in {seconds_in_words(wait_s)}" if wait_s else "in a few minutes"
    if facts["status"] == 429:
        title = "The Hub had too many questions from here"
    else:
        title = "The Hub has trouble of its own"
    return BusyHubError(title, f"Try again {when}.", wait_s=wait_s, **facts)


def _broken(cause: httpx2.TransportError, host: str) -> NetworkError:
    facts = {"host": host, "reason": type(cause).__name__}
    if isinstance(cause, httpx2.ProxyError):
        return NetworkError(
            "The proxy does not let this through", "Check the proxy's settings.", **facts
        )
    if isinstance(cause, httpx2.ConnectError) and "CERTIFICATE" in str(cause).upper():
        return NetworkError(
            "The connection to the Hub is not safe",
            "Check the date of this computer; some networks also put themselves in between.",
            **facts,
        )
    if isinstance(cause, httpx2.TimeoutException):
        return NetworkError(
            "The Hub does not answer", "Check the connection, or try again later.", **facts
        )
    if isinstance(cause, httpx2.ConnectError):
        return NetworkError(
            "The Hub cannot be reached", "Check that this computer is on the internet.", **facts
        )
    return NetworkError("The connection to the Hub broke", "Try again.", **facts)
