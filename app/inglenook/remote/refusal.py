"""Why an engine elsewhere gives no answer, in words that say what to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx2

from inglenook.core.errors import BadArgumentError, RemoteError
from inglenook.remote.chunk import read_object
from inglenook.remote.text import in_a_line

_MOST_SAID = 300
_TOO_LONG = ("context length", "context size", "context_length", "maximum context", "too long")


@contextmanager
def line_errors(host: str) -> Iterator[None]:
    """Turn what a line fails with into words of ours.

    Raises:
        RemoteError: the line failed.
    """
    try:
        yield
    except httpx2.TransportError as cause:
        raise _broken(cause, host) from cause
    except (httpx2.InvalidURL, httpx2.HTTPError, ValueError, OSError) as cause:
        raise RemoteError(
            "The connection to the engine broke",
            "Try again.",
            host=host,
            reason=type(cause).__name__,
        ) from cause


def no_proxy(cause: Exception) -> BadArgumentError:
    """Return the error for a proxy that cannot be one."""
    return BadArgumentError(
        "There is no such proxy", "Write it as http://name:port.", reason=type(cause).__name__
    )


def refusal(status: int, body: bytes, host: str, *, has_key: bool) -> RemoteError:
    """Return what an HTTP status means.

    Args:
        status: Not one of success.
        body: Its beginning, for the other side's own words.
        host: Who says it.
        has_key: A key was sent along.
    """
    said = _words_in(body)
    facts: dict[str, object] = {"status": status, "host": host}
    if said:
        facts["said"] = said
    if 300 <= status < 400:
        return RemoteError(
            "The engine sends us elsewhere",
            "Write the address that it really has; nothing is followed unseen.",
            **facts,
        )
    if any(each in said.lower() for each in _TOO_LONG) and status in {400, 413, 422}:
        return RemoteError(
            "The chat is too long for this engine",
            "Start a new chat, or send less with the question.",
            **facts,
        )
    if status in {401, 403} and has_key:
        return RemoteError(
            "The engine does not accept the key",
            "Put the right key into the settings.",
            **facts,
        )
    if status in {401, 403}:
        return RemoteError(
            "The engine wants a key",
            "Ask whoever runs it, and put it into the settings.",
            **facts,
        )
    return _other_refusal(status, facts)


def _other_refusal(status: int, facts: Mapping[str, object]) -> RemoteError:
    if status == 404:
        return RemoteError(
            "The engine does not know this model",
            "Test it in the settings, and choose one of the models it has.",
            **facts,
        )
    if status == 429:
        return RemoteError("The engine has too much to do", "Try again in a moment.", **facts)
    if status in {502, 503, 504}:
        return RemoteError(
            "The engine is not ready",
            "It may still be starting; try again in a moment.",
            **facts,
        )
    if status >= 500:
        return RemoteError(
            "The engine has trouble of its own", "Try again, or tell whoever runs it.", **facts
        )
    return RemoteError(
        "The engine refused this question", "See what it says under Details.", **facts
    )


def _words_in(body: bytes) -> str:
    try:
        told = read_object(body)
    except RemoteError:
        return ""
    error = told.get("error", told)
    words = error.get("message", error.get("detail", "")) if isinstance(error, dict) else error
    return in_a_line(words, _MOST_SAID) if isinstance(words, str) else ""


def _broken(cause: httpx2.TransportError, host: str) -> RemoteError:
    facts = {"host": host, "reason": type(cause).__name__}
    if isinstance(cause, httpx2.ProxyError):
        return RemoteError(
            "The proxy does not let this through", "Check the proxy's settings.", **facts
        )
    if isinstance(cause, httpx2.ConnectError) and _is_about_certificates(cause):
        return RemoteError(
            "The connection to the engine is not safe",
            "Its certificate is not one that this computer trusts; tell whoever runs it.",
            **facts,
        )
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
        return RemoteError(
            "The engine cannot be reached",
            "Check that it is running, and that this computer is on its network.",
            **facts,
        )
    if isinstance(cause, httpx2.TimeoutException):
        return silent(host)
    return RemoteError("The connection to the engine broke", "Try again.", **facts)


def silent(host: str) -> RemoteError:
    """Return the error for an engine from which nothing came for too long."""
    return RemoteError(
        "The engine has fallen silent", "Try again, or see how it does over there.", host=host
    )


def _is_about_certificates(cause: Exception) -> bool:
    found: BaseException | None = cause
    while found is not None:
        if type(found).__name__.startswith("SSL") or "CERTIFICATE" in str(found).upper():
            return True
        found = found.__cause__ or found.__context__
    return False
