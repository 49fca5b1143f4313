"""What a program calls itself, by the name it sends with each request."""

import re

MOST_LETTERS = 40

_ASIDE = re.compile(r"\([^()]*\)")
_PRODUCT = re.compile(r"[A-Za-z][A-Za-z0-9._+-]*(?:/[A-Za-z0-9._+-]+)?", re.ASCII)
_VERSION = re.compile(r"/v?\d.*$")
_EVERYBODYS = frozenset(
    {"Mozilla", "AppleWebKit", "Gecko", "Chrome", "Electron", "Safari", "Firefox", "Version"}
)
"""Names that browsers send, and programs that are built of one beside their own."""


def program_of(user_agent: str) -> str:
    """Return the name of a program; ``""`` if it does not say.

    Args:
        user_agent: The header, whatever somebody wrote into it.

    Returns:
        40 letters, digits and ``._+-/`` at most, without the version.
    """
    words = _ASIDE.sub(" ", user_agent[:1000]).split()
    products = [each for each in words if _PRODUCT.fullmatch(each)]
    names = [_VERSION.sub("", each) for each in products]
    own = [each for each in names if each not in _EVERYBODYS]
    return next(iter((*own, *names[-1:])), "")[:MOST_LETTERS]
