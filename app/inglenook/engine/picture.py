"""One picture as the model reads it: places in the prompt that no token of text can have."""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inglenook.core.errors import PictureError
from inglenook.core.units import MIB
from inglenook.engine.model import Ids, Model

MOST_BYTES = 20 * MIB
MOST_SIDE = 4096
"""Pixels; the window never sends more than half of it."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended and progressive
_BARE_MARKERS = {0x01, 0xFF, *range(0xD0, 0xD9)}
_LAST_ID = -2  # -1 means "no token" elsewhere


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a prompt that a projector makes: embeddings instead of tokens.

    Attributes:
        picture: Digest of the picture that it shows, or shows a part of.
        part: Which of llama.cpp's chunks of that picture it is.
        ids: What stands for the embeddings in the tables, shape (n,), all negative: the same
            for the same picture and projector in every process, and for no other.
        looks_ahead: All of it must be decoded at once.
    """

    picture: bytes
    part: int
    ids: Ids
    looks_ahead: bool


def stand_ins(seed: bytes, count: int) -> Ids:
    """Return what stands for embeddings, shape (count,): drawn from a digest, all below -1.

    So a prompt with a picture is compared, shared, forked and kept like any other.
    """
    drawn = hashlib.shake_256(seed).digest(4 * count)
    ids: Ids = (np.frombuffer(drawn, "<i4") | np.int32(-(2**31))).astype(np.int32)
    ids[ids > _LAST_ID] = _LAST_ID
    return ids


def is_of_picture(token: int) -> bool:
    """Tell whether an id stands for a part of a picture."""
    return token <= _LAST_ID


def run_length(ids: Ids) -> int:
    """Return how many of the first ids are of one kind, text or picture; 0 for none at all."""
    if not len(ids):
        return 0
    kinds = ids <= _LAST_ID
    other = np.flatnonzero(kinds != kinds[0])
    return int(other[0]) if len(other) else len(ids)


def spelled(model: Model, ids: Ids) -> Iterator[bytes]:
    """Yield how a prompt is spelled, control tokens too, with a note where a picture is."""
    at = 0
    while at < len(ids):
        count = run_length(ids[at:])
        if is_of_picture(int(ids[at])):
            yield f"[{count} tokens of a picture]".encode()
        else:
            yield from (model.piece(int(each), special=True) for each in ids[at : at + count])
        at += count


def checked_picture(data: bytes) -> bytes:
    """Return the bytes of a picture whose size is known to be harmless.

    What unpacks it would take the memory of any size that the header claims.

    Raises:
        PictureError: it is neither PNG nor JPEG, or too large.
    """
    if len(data) > MOST_BYTES:
        raise _too_large(size_bytes=len(data))
    width, height = _size_of(data)
    if not (width and height):
        raise PictureError(
            "This picture cannot be read",
            "Open it in another program, save it as PNG or JPEG, and attach that.",
        )
    if max(width, height) > MOST_SIDE:
        raise _too_large(width=width, height=height)
    return data


def _too_large(**facts: int) -> PictureError:
    return PictureError("This picture is too large", "Attach a smaller copy of it.", **facts)


def _size_of(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels as the file's header tells them; zeros for neither."""
    if data.startswith(_PNG) and len(data) >= 24:
        width, height = struct.unpack_from(">II", data, 16)
        return width, height
    return _jpeg_size(data) if data.startswith(_JPEG) else (0, 0)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        if marker in _BARE_MARKERS:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return 0, 0
