"""Text files: which encoding they have, and whether they are text at all."""

import codecs
from collections.abc import Iterator

from inglenook.documents.frames import MOST_PART, Begun, Ended, Frame, Part, Refused, Why
from inglenook.documents.limits import MOST_TEXT

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CODECS = (
    "utf-8-sig", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le",
    "utf-32-be", "cp1252", "cp437",
)  # fmt: skip
"""All that may be needed: a reader that may open no file cannot import one later."""

_LOOKED_AT = 64 * 1024
_MOST_CONTROLS = 0.01
_TEXT_CONTROLS = frozenset("\t\n\r\f\x1b")
_ZEROS_OF_UTF16 = 0.3


def plain_frames(data: bytes) -> Iterator[Frame]:
    """Say what a text file says."""
    text = decoded(data)
    if text is None:
        yield Refused(Why.BINARY)
        return
    text = with_plain_lines(text)
    if not text.strip():
        yield Refused(Why.EMPTY)
        return
    yield Begun("text/plain")
    for start in range(0, min(len(text), MOST_TEXT), MOST_PART):
        yield Part(text[start : min(start + MOST_PART, MOST_TEXT)])
    yield Ended(is_cut=len(text) > MOST_TEXT)


def decoded(data: bytes) -> str | None:
    """Return the text of a file; None if it is not text.

    A mark at the beginning decides; else UTF-8, UTF-16 where every second byte is zero, and
    at last the Windows encoding of western Europe, in which nearly any bytes are letters.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _seemly(data.decode(encoding, "replace"))
    try:
        return _seemly(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    wide = _utf16_without_mark(data)
    if wide:
        return _seemly(data.decode(wide, "replace"))
    return None if b"\0" in data else _seemly(data.decode("cp1252", "replace"))


def with_plain_lines(text: str) -> str:
    """Return text whose lines end with a line feed and which has no zeros."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\ufeff")


def _utf16_without_mark(data: bytes) -> str:
    looked = data[:_LOOKED_AT]
    half = max(1, len(looked) // 2)
    even, odd = looked[0::2].count(0), looked[1::2].count(0)
    if odd > half * _ZEROS_OF_UTF16 and even < odd / 4:
        return "utf-16-le"
    return "utf-16-be" if even > half * _ZEROS_OF_UTF16 and odd < even / 4 else ""


def _seemly(text: str) -> str | None:
    """Return text unless it has the control characters of something else."""
    looked = text[:_LOOKED_AT]
    strange = sum(1 for sign in looked if sign < " " and sign not in _TEXT_CONTROLS)
    strange += looked.count("\ufffd")
    if "\0" in looked and _utf16_without_mark(text.encode("utf-8", "replace")):
        # Plain letters of UTF-16 are valid UTF-8 with zeros in between.
        raw = text.encode("utf-8", "replace")
        return raw.decode(_utf16_without_mark(raw), "replace")
    return None if strange > len(looked) * _MOST_CONTROLS else text
