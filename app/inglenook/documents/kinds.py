"""What a file is, by its first bytes: names may be wrong."""

import re

from inglenook.documents.frames import Why

PDF_WITHIN = 1024
"""Readers look for the mark of a PDF so far into the file."""

_REFUSED = (
    (b"\x89PNG\r\n\x1a\n", Why.PICTURE),
    (b"\xff\xd8\xff", Why.PICTURE),
    (b"GIF8", Why.PICTURE),
    (b"BM", Why.PICTURE),
    (b"II*\0", Why.PICTURE),
    (b"MM\0*", Why.PICTURE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Why.OLD_OFFICE),
    (b"\x1f\x8b", Why.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Why.ARCHIVE),
    (b"Rar!\x1a\x07", Why.ARCHIVE),
    (b"\xfd7zXZ\0", Why.ARCHIVE),
    (b"BZh", Why.ARCHIVE),
)
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)
_RICH_TEXT = b"{\\rtf"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def kind_of(data: bytes) -> str | Why:
    """Return ``"pdf"``, ``"docx"`` (any zip archive), ``"page"``, ``"text"``, or why not."""
    if not data.strip(b"\0\t\n\r "):
        return Why.EMPTY
    if b"%PDF-" in data[:PDF_WITHIN]:
        return "pdf"
    if data.startswith(_RICH_TEXT):
        return Why.OTHER_OFFICE
    if data.startswith(_ZIP):
        return "docx"
    for mark, why in _REFUSED:
        if data.startswith(mark) and _is_no_text(data):
            return why
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Why.PICTURE
    return "page" if _PAGE.match(data) else "text"


def _is_no_text(data: bytes) -> bool:
    """Tell apart a picture that begins with BM and a text that does."""
    try:
        return "\0" in data[:PDF_WITHIN].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start < PDF_WITHIN - 4
