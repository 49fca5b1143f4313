"""Which addresses in an answer may be opened, and what a person is shown of them."""

import re
from urllib.parse import unquote, urlsplit

LONGEST = 4_000
_SCHEMES = frozenset({"http", "https", "mailto"})
_BARE = re.compile(r"https?://[^\s<>\"'`|\\\x00-\x1f]{1,2000}", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


def openable(address: str) -> str:
    """Return the address if it may be offered to a person, else ``""``.

    Only web pages and mail are: no files, no network shares, no scripts, no data, and
    nothing with invisible characters or with a user name that could pose as the host.
    """
    if len(address) > LONGEST or _UNSEEN.search(address) or "\\" in address:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES:
        return ""
    if parts.scheme.lower() == "mailto":
        return address if "@" in unquote(parts.path) and not parts.netloc else ""
    return address if host and "@" not in parts.netloc else ""


def host_of(address: str) -> str:
    """Return the host as the network will see it, foreign letters spelt out as ``xn--``."""
    parts = urlsplit(address)
    if parts.scheme.lower() == "mailto":
        return unquote(parts.path)
    host = parts.hostname or ""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host.encode("ascii", "backslashreplace").decode("ascii")


def bare_addresses(text: str) -> list[tuple[int, int]]:
    """Return where web addresses stand in running text, as (start, end)."""
    found = []
    for match in _BARE.finditer(text):
        end = match.end()
        while end > match.start() and text[end - 1] in ".,;:!?*_~)]}":
            if text[end - 1] == ")" and text.count("(", match.start(), end) >= text.count(
                ")", match.start(), end
            ):
                break
            end -= 1
        if openable(text[match.start() : end]):
            found.append((match.start(), end))
    return found
