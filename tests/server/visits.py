"""Requests as attackers and honest programs send them, and what each has to be told.

The matrix of promise A1: every Host with every Origin, every way to show the key, every method
and every kind of content.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

BODY = b'{"model":"default","messages":[{"role":"user","content":"/echo text=hi"}]}'

# Written with the port of the server in place of PORT; None leaves the header out.
GOOD_HOSTS = ("127.0.0.1:PORT", "localhost:PORT", "[::1]:PORT", "LocalHost:PORT")
BAD_HOSTS = (
    None,
    "",
    "evil.example",
    "evil.example:PORT",
    "127.0.0.1",
    "127.0.0.1:1",
    "localhost",
    "localhost.evil.example:PORT",
    "127.0.0.1.evil.example:PORT",
    "127.0.0.1.nip.io:PORT",
    "2130706433:PORT",  # 127.0.0.1 as one number
    "0x7f.1:PORT",
    "127.1:PORT",
    "0.0.0.0:PORT",
    "[::]:PORT",
    "[::ffff:127.0.0.1]:PORT",
    "localhost.:PORT",
    "127.0.0.1:PORT@evil.example",
    "evil.example, 127.0.0.1:PORT",
    "127.0.0.1:PORT/",
)
GOOD_ORIGINS = (None, "http://localhost:3000", "http://127.0.0.1:PORT", "https://[::1]:8443")
BAD_ORIGINS = (
    "null",
    "https://evil.example",
    "http://localhost.evil.example",
    "http://evil.example:PORT",
    "http://127.0.0.1.evil.example",
    "http://localhost@evil.example",
    "file://",
    "chrome-extension://abcdef",
    "http://0.0.0.0:PORT",
    "http://192.168.0.2",
    "http://localhost:3000, https://evil.example",
    "",
)
GOOD_KEYS = ("Bearer KEY", "bearer KEY")
BAD_KEYS = (
    None, "", "Bearer", "Bearer ", "Bearer x", "KEY", "Basic KEY", "Bearer KEYx",
    "Bearer KEY KEY", "Token KEY",
)  # fmt: skip
GOOD_KINDS = ("application/json", "application/json; charset=utf-8", "Application/JSON")
BAD_KINDS = (
    None,
    "",
    "text/plain",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/jsonp",
)
GOOD_METHODS = ("POST",)
BAD_METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND")


@dataclass(frozen=True)
class Case:
    """One request.

    Attributes:
        expected: Status that it has to have.
    """

    host: str | None
    origin: str | None
    key: str | None
    method: str
    kind: str | None
    expected: int

    def lines(self, port: int, secret: str) -> list[str]:
        """Return the first line and the headers."""
        given = {
            "Host": self.host,
            "Origin": self.origin,
            "Authorization": self.key,
            "Content-Type": self.kind,
        }
        headers = [
            f"{name}: {value.replace('PORT', str(port)).replace('KEY', secret)}"
            for name, value in given.items()
            if value is not None
        ]
        length = f"Content-Length: {len(BODY)}"
        return [f"{self.method} /v1/chat/completions", *headers, length, "Connection: close"]


def matrix() -> Iterator[Case]:
    """Return all cases: each wrong thing with several right ones, and wrong ones together."""
    good = (GOOD_HOSTS[0], None, GOOD_KEYS[0], "POST", GOOD_KINDS[0])
    for host, origin in product(GOOD_HOSTS, GOOD_ORIGINS):
        yield Case(host, origin, *good[2:], 200)
    for key, kind in product(GOOD_KEYS, GOOD_KINDS):
        yield Case(*good[:2], key, "POST", kind, 200)
    for host, origin in product(BAD_HOSTS, (None, "http://localhost:3000", "null")):
        # Without a Host, or with a strange one, h11 does not even read the request.
        yield Case(host, origin, *good[2:], 400 if host is None else 403)
    for host, key in product(BAD_HOSTS[1:], (None, "Bearer x")):
        yield Case(host, None, key, "POST", good[4], 403)
    for origin, host in product(BAD_ORIGINS, GOOD_HOSTS[:3]):
        yield Case(host, origin, *good[2:], 403)
    for key, origin in product(BAD_KEYS, GOOD_ORIGINS):
        yield Case(good[0], origin, key, "POST", good[4], 401)
    for method, key in product(BAD_METHODS, (*GOOD_KEYS[:1], None)):
        yield Case(*good[:2], key, method, good[4], 405)
    for kind, origin in product(BAD_KINDS, (None, "http://localhost:3000")):
        yield Case(good[0], origin, good[2], "POST", kind, 415)
    for kind in BAD_KINDS:
        yield Case(good[0], "https://evil.example", None, "POST", kind, 403)
    for origin in BAD_ORIGINS:
        yield Case(good[0], origin, good[2], "OPTIONS", None, 403)
    for origin in GOOD_ORIGINS:
        yield Case(good[0], origin, None, "OPTIONS", None, 204)


def broken(case: Case, answer: bytes) -> str:
    """Return what is wrong with the answer to a case; ``""`` for nothing."""
    head = answer.partition(b"\r\n\r\n")[0].lower().decode("latin-1")
    found = int(head.split(" ", 2)[1]) if head.startswith("http/1.1 ") else 0
    allowed = [line for line in head.split("\r\n") if line.startswith("access-control-allow")]
    if found != case.expected:
        return f"{case}: {found}"
    if any("*" in line for line in allowed):
        return f"{case}: {allowed}"
    if allowed and (case.origin in {None, *BAD_ORIGINS} or found == 403):
        return f"{case}: {allowed}"
    if found != 200 and b"chat.completion" in answer:
        return f"{case}: an answer"
    return ""
