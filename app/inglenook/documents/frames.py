"""What the process that reads documents says: frames of JSON, one a line."""

from enum import StrEnum
from typing import Annotated

import msgspec

MOST_PART = 256 * 1024
"""Characters of one part; each may take six bytes in JSON."""
MOST_LINE_BYTES = 8 * MOST_PART
MOST_PARTS = 20_000


class Why(StrEnum):
    """Why a document gives no text."""

    EMPTY = "empty"
    BINARY = "binary"
    PICTURE = "picture"
    ARCHIVE = "archive"
    OLD_OFFICE = "old office"
    OTHER_OFFICE = "other office"
    LOCKED = "locked"
    ONLY_PICTURES = "only pictures"
    DAMAGED = "damaged"
    TOO_BIG_INSIDE = "too big inside"
    TOO_MUCH_MEMORY = "too much memory"


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    """The kind of the document is known.

    Attributes:
        pages: How many it has; 0 for a document without pages.
    """

    media_type: Annotated[str, msgspec.Meta(max_length=100)]
    pages: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0


class Part(msgspec.Struct, frozen=True, tag="part"):
    """A page, or a piece of a document without pages; in order."""

    text: Annotated[str, msgspec.Meta(max_length=MOST_PART)]
    page: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """All that can be had was said; ``is_cut`` if the document goes on."""

    is_cut: bool = False


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """There is no text to be had."""

    why: Why


Frame = Begun | Part | Ended | Refused

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)


def to_line(frame: Frame) -> bytes:
    """Return a frame as one line."""
    return _encoder.encode(frame) + b"\n"


def from_line(line: bytes) -> Frame | None:
    """Return what a line says; None if it is no frame."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
