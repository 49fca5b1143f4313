"""Names that answers get, by which a program tells them apart."""

import secrets
import time

_BYTES = 16


def fresh(kind: str) -> str:
    """Return a new name: ``"chatcmpl-"`` and 32 digits, for ``kind`` ``"chatcmpl"``."""
    joint = "_" if kind == "call" else "-"
    return f"{kind}{joint}{key()}"


def key() -> str:
    """Return 32 new digits."""
    return secrets.token_hex(_BYTES)


def now() -> int:
    """Return seconds since 1970."""
    return int(time.time())
