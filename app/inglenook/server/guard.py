"""Who is let in: the Host, the Origin, the key and the kind of a request, before it is read.

A page in a browser is the enemy: it can send requests to this computer, under a name of its
own that leads here (DNS rebinding), or without asking first (plain forms). So a request must
name this computer by its own address, must not come from a page of another computer, must
show the key, and must be JSON, which no form can send.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.server.refusal import RefusedError
from inglenook.services.listening import Door

MOST_HEAD_BYTES = 16 * 1024
MOST_HEADERS = 64
MOST_BODY_BYTES = 32 * 1024 * 1024
METHODS = ("GET", "HEAD", "POST")
OPEN_PATHS = frozenset({"/health"})
"""What needs no key: it tells nothing."""
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LOCAL_PAGE = re.compile(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.ASCII)
_DIGITS = re.compile(r"\d{1,15}", re.ASCII)
_ALLOWED_METHODS = "GET, POST"
_ALLOWED_HEADERS = "authorization, content-type"

Headers = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request before its body is read.

    Attributes:
        target: Its path as it was sent.
        headers: Names in small letters.
        address: This computer's address on this connection, and the port.
    """

    method: str
    target: str
    headers: Headers
    address: tuple[str, int]

    def all(self, name: bytes) -> list[str]:
        """Return every header of this name."""
        return [value.decode("latin-1") for key, value in self.headers if key == name]

    def one(self, name: bytes) -> str:
        """Return the header of this name, ``""`` if there is none.

        Raises:
            RefusedError: there are several: who reads the first and who the last differ.
        """
        found = self.all(name)
        if len(found) > 1:
            raise RefusedError(400, f"There is more than one header {name.decode()}.")
        return found[0].strip() if found else ""


def check_place(visit: Visit, door: Door) -> None:
    """Let a request in that names this computer and comes from no page of another one.

    Raises:
        RefusedError: it is not let in.
    """
    check_target(visit)
    check_size(visit)
    check_host(visit, door)
    check_origin(visit)


def check_right(visit: Visit, door: Door) -> None:
    """Let a request in that may be made, by somebody who has the key.

    Raises:
        RefusedError: it is not let in.
    """
    if visit.method not in METHODS:
        allow = (("allow", "GET, HEAD, POST"),)
        raise RefusedError(405, "This method is not served.", headers=allow)
    if visit.target not in OPEN_PATHS:
        check_key(visit, door)
    check_body(visit)


def check_target(visit: Visit) -> None:
    """Refuse what is no plain path: a proxy's request, or one of this computer itself.

    Raises:
        RefusedError: it is none.
    """
    if not visit.target.startswith("/") or visit.target.startswith("//"):
        raise RefusedError(400, "The target of a request is a path here.")


def check_size(visit: Visit) -> None:
    """Refuse more headers than a program needs.

    Raises:
        RefusedError: there are more.
    """
    size = len(visit.target) + sum(len(name) + len(value) for name, value in visit.headers)
    if size > MOST_HEAD_BYTES or len(visit.headers) > MOST_HEADERS:
        raise RefusedError(431, "There are too many headers, or they are too long.")


def check_host(visit: Visit, door: Door) -> None:
    """Refuse a name that is not this computer's own.

    Raises:
        RefusedError: it is another one, or there is none.
    """
    host = visit.one(b"host").lower()
    if host not in _own_hosts(visit.address, door):
        advice = "Use the address that Inglenook shows, with its port."
        raise RefusedError(403, f"This is not a name of this server. {advice}", code="host")


def check_origin(visit: Visit) -> None:
    """Refuse pages of other computers, and pages that do not say where they are from.

    Raises:
        RefusedError: it is such a page.
    """
    origins = visit.all(b"origin")
    is_foreign = any(not _LOCAL_PAGE.fullmatch(each) for each in origins) or len(origins) > 1
    if is_foreign or "cross-site" in visit.all(b"sec-fetch-site"):
        raise RefusedError(403, "Pages in a browser are not served.", code="origin")


def check_key(visit: Visit, door: Door) -> None:
    """Refuse who does not show the key.

    Raises:
        RefusedError: there is none, or another one.
    """
    scheme, _, key = visit.one(b"authorization").partition(" ")
    shown = key.strip() if scheme.lower() == "bearer" else ""
    if not shown:
        raise _no_key("Show the key that Inglenook tells, as: Authorization: Bearer …")
    if not door.accepts(shown):
        raise _no_key("This is not the key. Copy it from Inglenook; it may have been renewed.")


def check_body(visit: Visit) -> None:
    """Refuse a body that is not plain JSON of a fair size, before it is read.

    Raises:
        RefusedError: it is not.
    """
    lengths, encodings = visit.all(b"content-length"), visit.all(b"transfer-encoding")
    if lengths and encodings:  # read by one as this long, by another as that long
        raise RefusedError(400, "A body has a length or comes in chunks, not both.")
    if visit.all(b"content-encoding"):
        raise RefusedError(415, "A body that is compressed is not read.")
    if any(not _DIGITS.fullmatch(each) for each in lengths):
        raise RefusedError(400, "The length of the body is no number.")
    if any(int(each) > MOST_BODY_BYTES for each in lengths):
        raise too_large()
    if visit.method == "POST" and not _is_json(visit.one(b"content-type")):
        raise RefusedError(415, "The body must be JSON: Content-Type: application/json.")


def too_large() -> RefusedError:
    """Return what refuses a body that is too large."""
    mib = MOST_BODY_BYTES // (1024 * 1024)
    return RefusedError(413, f"A request has at most {mib} MiB.", code="request_too_large")


def is_preflight(visit: Visit) -> bool:
    """Tell whether a browser asks what a page may ask."""
    return visit.method == "OPTIONS"


def preflight(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Return what a page of this computer is told that it may do; others are refused before."""
    if not visit.all(b"origin"):
        return ()
    return (
        ("access-control-allow-methods", _ALLOWED_METHODS),
        ("access-control-allow-headers", _ALLOWED_HEADERS),
        ("access-control-max-age", "600"),
    )


def for_pages(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Return what lets a page of this computer read the answer."""
    origins = visit.all(b"origin")
    if len(origins) != 1 or not _LOCAL_PAGE.fullmatch(origins[0]):
        return ()
    return (("access-control-allow-origin", origins[0]), ("vary", "Origin"))


def _own_hosts(address: tuple[str, int], door: Door) -> set[str]:
    own, port = address
    names = {*_LOOPBACK}
    if door.is_open_to_network:
        # The address that was connected to is ours, whatever network it is in.
        names |= {own, *door.names}
    return {f"{name}:{port}" for name in names}


def _no_key(message: str) -> RefusedError:
    return RefusedError(
        401, message, code="invalid_api_key", headers=(("www-authenticate", "Bearer"),)
    )


def _is_json(kind: str) -> bool:
    name, _, rest = kind.lower().partition(";")
    charset = rest.replace('"', "").replace(" ", "")
    return name.strip() == "application/json" and charset in {"", "charset=utf-8"}
