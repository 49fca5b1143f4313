"""What is told of each connection: whom we asked, what for, how much came, how it ended."""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a request is for, as far as its address tells without its words."""

    SEARCH = "search"
    MODEL = "model"
    FILE = "file"
    ENGINE = "engine"
    """A question to an engine elsewhere, or what models it has."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One request and its end; never what was searched for, a name of a file, or a token.

    Attributes:
        at_ms: When it was sent, milliseconds since 1970.
        host: Whom we asked, with the port where it is no usual one.
        purpose: As Purpose.
        received_bytes: Of the answer's body.
        status: The answer's HTTP status; 0 if none came.
    """

    at_ms: int
    host: str
    purpose: str
    received_bytes: int
    status: int


def purpose_of(path: str) -> Purpose:
    """Tell what a request is for by the path of its address.

    The Hub's API has lists at ``/api/models`` and all about one model below it; everything
    else is a file, there or where the Hub sends us for it.
    """
    if path.rstrip("/") == "/api/models":
        return Purpose.SEARCH
    return Purpose.MODEL if path.startswith("/api/") else Purpose.FILE
