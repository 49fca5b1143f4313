"""What is said about a document: its kind, its length, its cost."""

from collections.abc import Sequence

from inglenook.chat.attachment import Attachment, Kind
from inglenook.chat.document import Document
from inglenook.chat.tokens import rounded
from inglenook.models.fit import Plan
from inglenook.ui.units import bytes_in_words, grouped
from inglenook.ui.words import one_line, tr, tr_n, tr_told

_LONGEST_ENDING = 6
_BY_TYPE = {"application/pdf": "PDF"}
_WORD_TYPE = "wordprocessingml"


def kind_words(name: str, media_type: str) -> str:
    """Return a short word for what a file is: ``"PDF"``, ``"Word"``, ``"PY"``."""
    if media_type in _BY_TYPE:
        return _BY_TYPE[media_type]
    if _WORD_TYPE in media_type:
        return "Word"
    _, dot, ending = name.rpartition(".")
    is_plain = dot and ending.isalnum() and len(ending) <= _LONGEST_ENDING
    return ending.upper() if is_plain else tr("Text")


def token_words(tokens: int) -> str:
    """Return an estimate as what it is."""
    return tr("about {count} tokens").format(count=grouped(rounded(tokens)))


def document_words(document: Document, given: Attachment, tokens: int) -> str:
    """Return the line below a document's name: kind, length, cost, and what part of it goes."""
    if document.pages:
        pages = tr_n("1 page", "{count} pages", document.pages)
        length = pages.format(count=grouped(document.pages))
    else:
        lines = tr_n("1 line", "{count} lines", document.lines)
        length = lines.format(count=grouped(document.lines))
    kind = kind_words(document.name, document.media_type)
    return " · ".join(
        e for e in (kind, tr_told(given.note) or length, token_words(tokens)) if e
    )


def picture_words(attachment: Attachment) -> str:
    """Return the line below a picture's name: its measures and its size."""
    size = bytes_in_words(attachment.size_bytes)
    return " · ".join(
        each for each in (tr("Picture"), one_line(attachment.note, 20), size) if each
    )


def unseen_words(plan: Plan | None) -> tuple[str, str]:
    """Return why the model cannot be shown pictures, and what a button could do about it."""
    projector = plan.projector if plan is not None else None
    if projector is None:
        said = tr("This model cannot see pictures: no projector (mmproj) lies beside it.")
        return said, tr("Choose another model")
    said = tr("This model can see pictures with {name} ({size}).")
    size = bytes_in_words(projector.total_bytes)
    return said.format(name=one_line(projector.name, 60), size=size), tr("Use it")


def sent_words(attachment: Attachment) -> str:
    """Return the line below the name of what was sent."""
    if attachment.kind is Kind.IMAGE:
        return picture_words(attachment)
    kind = kind_words(attachment.name, attachment.media_type)
    size = bytes_in_words(attachment.size_bytes) if attachment.size_bytes else ""
    return " · ".join(
        each for each in (kind, tr_told(one_line(attachment.note, 60)) or size) if each
    )


def too_long_words(tokens: int, room: int, count: int) -> str:
    """Return what is wrong when documents do not fit."""
    one = tr("This document takes {tokens}. The model has room for {room}.")
    many = tr("These documents take {tokens}. The model has room for {room}.")
    said = one if count == 1 else many
    return said.format(tokens=token_words(tokens), room=token_words(room))


def names_of(paths: Sequence[str]) -> str:
    """Return the first file's name, and how many more there are."""
    first = one_line(paths[0].replace("\\", "/").rpartition("/")[2], 60)
    if len(paths) == 1:
        return first
    return tr("{name} and {count} more").format(name=first, count=len(paths) - 1)
