"""Addresses of engines elsewhere: what a person typed, made into one that can be asked."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from inglenook.core.errors import BadArgumentError

MOST_CHARS = 300
_VERSION = re.compile(r"/v\d{1,2}$")
_ROUTES = ("/chat/completions", "/completions", "/responses", "/embeddings", "/models")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?\.?")
_PRIVATE_ENDINGS = (".local", ".lan", ".home.arpa", ".internal", ".localhost", ".home")
"""Names of private networks: RFC 6762, RFC 8375, ICANN's ``internal``, and usual ones."""
_SHARED = ipaddress.ip_network("100.64.0.0/10")
"""Of carriers and of private networks laid over others: RFC 6598."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an engine is.

    Attributes:
        base: What routes are appended to, without a slash at the end:
            ``"http://box:8000/v1"``.
        host: With the port where it is no usual one, as people are shown it. Names outside
            ASCII are spelled as the network does, so that no letter passes for another.
        is_private: On this computer or a private network, as far as the name tells.
        is_encrypted: Nobody on the way can read what is sent.
        is_here: It is this computer itself.
    """

    base: str
    host: str
    is_private: bool
    is_encrypted: bool
    is_here: bool = False


def address_from(typed: str) -> Address:
    """Read an address as people write it: with or without ``http://`` and ``/v1``.

    Raises:
        BadArgumentError: it is none.
    """
    text = typed.strip()
    if not text or len(text) > MOST_CHARS or not text.isprintable() or " " in text:
        raise _no_address()
    if "://" not in text:
        text = _with_scheme(text)
    parts = _split(text)
    host = _host(parts)
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    if parts.port not in {None, usual}:
        shown = f"{shown}:{parts.port}"
    base = f"{parts.scheme}://{shown}{_path(parts.path)}"
    is_here = is_this_computer(host)
    return Address(base, shown, is_private(host), parts.scheme == "https" or is_here, is_here)


def is_private(host: str) -> bool:
    """Tell whether a host is on this computer or on a private network.

    A name without a dot is one of the network at hand.
    """
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        name = host.rstrip(".")
        return "." not in name or name.endswith(_PRIVATE_ENDINGS)
    if found.version == 4 and found in _SHARED:
        return True
    return found.is_private or found.is_link_local or found.is_loopback


def is_this_computer(host: str) -> bool:
    """Tell whether a host is the computer that we run on."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        name = host.rstrip(".")
        return name == "localhost" or name.endswith(".localhost")


def _with_scheme(text: str) -> str:
    """Assume what servers speak: plain on private networks, else encrypted."""
    try:
        host = urlsplit(f"http://{text}").hostname or ""
    except ValueError:
        raise _no_address() from None
    return f"{'http' if is_private(host) else 'https'}://{text}"


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in {"http", "https"} or port == 0:
        raise _no_address()
    if parts.username is not None or parts.password is not None:
        raise BadArgumentError(
            "An address cannot hold a password", "Write the key into its own field."
        )
    if parts.query or parts.fragment:
        raise _no_address()
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    try:
        return str(ipaddress.ip_address(host)) if "%" not in host else _refuse()
    except ValueError:
        pass
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise _no_address() from None
    if not _NAME.fullmatch(name) or ".." in name or _is_number(name):
        raise _no_address()
    return name


def _is_number(name: str) -> bool:
    """Tell whether resolvers take a name for a number: ``2130706433``, ``0x7f.1``."""
    last = name.rstrip(".").rpartition(".")[2]
    return last.isdecimal() or last.startswith("0x")


def _path(path: str) -> str:
    """Return where the routes are: what was typed, without a route, with a version."""
    path = path.rstrip("/")
    for route in _ROUTES:
        path = path.removesuffix(route)
    return path if _VERSION.search(path) else f"{path}/v1"


def _refuse() -> str:
    raise _no_address()


def _no_address() -> BadArgumentError:
    return BadArgumentError("This is no address of an engine", "Write it like http://box:8000.")
