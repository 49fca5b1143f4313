"""PDF documents: their text, page by page, by PDFium."""

from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw

from inglenook.documents.frames import MOST_PART, Begun, Ended, Frame, Part, Refused, Why
from inglenook.documents.limits import MOST_PAGES, MOST_TEXT
from inglenook.documents.plain import with_plain_lines

MEDIA_TYPE = "application/pdf"
_ENOUGH_LETTERS = 4
"""A page of a scan may bear a number or a stamp."""


def pdf_frames(data: bytes) -> Iterator[Frame]:
    """Say what a PDF says."""
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        yield Refused(Why.LOCKED if is_locked else Why.DAMAGED)
        return
    if pages < 1:
        yield Refused(Why.EMPTY)
        return
    yield Begun(MEDIA_TYPE, pages)
    said = letters = broken = 0
    for number in range(min(pages, MOST_PAGES)):
        found = _page_text(document, number)
        text = found or ""
        broken += found is None
        letters += sum(map(str.isalnum, text[:100]))
        room = MOST_TEXT - said
        yield Part(text[: min(room, MOST_PART)], number + 1)
        said += len(text)
        if said > MOST_TEXT or len(text) > MOST_PART:
            yield Ended(is_cut=True)
            return
    if letters < _ENOUGH_LETTERS:
        yield Refused(Why.DAMAGED if broken else Why.ONLY_PICTURES)
        return
    yield Ended(is_cut=pages > MOST_PAGES)


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str | None:
    """Return the text of a page; None of one that is damaged."""
    try:
        page = document[number]
        words = page.get_textpage()
        text = words.get_text_range(0, min(words.count_chars(), MOST_PART + 1))
        words.close()
        page.close()
    except (pypdfium2.PdfiumError, ValueError):
        return None
    # PDFium marks a hyphen at the end of a line by U+FFFE and puts U+FFFD for unknown letters.
    return with_plain_lines(text).replace("\ufffe", "-").strip()
