"""Why a document cannot be attached, in words."""

import errno
import stat

from inglenook.core.errors import DocumentError
from inglenook.core.units import bytes_in_words
from inglenook.documents.frames import Why
from inglenook.documents.limits import LONGEST_S, MOST_FILE_BYTES

_WORDS = {
    Why.EMPTY: (
        "This file has no text",
        "Attach a file that has some.",
    ),
    Why.BINARY: (
        "This file is not text",
        "Attach a text file, source code, a PDF or a Word document.",
    ),
    Why.PICTURE: (
        "This file is a picture",
        "Give it a name that ends in .png or .jpg if that is what it is, and attach it again.",
    ),
    Why.ARCHIVE: (
        "This file is an archive",
        "Unpack it and attach the files you need.",
    ),
    Why.OLD_OFFICE: (
        "This is a file of an old office program",
        "Save it as a PDF or a .docx file and attach that.",
    ),
    Why.OTHER_OFFICE: (
        "This kind of office file cannot be read",
        "Save it as a PDF, or as CSV or text, and attach that.",
    ),
    Why.LOCKED: (
        "This document is locked with a password",
        "Save a copy without a password and attach that.",
    ),
    Why.ONLY_PICTURES: (
        "This PDF has no text, only pictures of pages",
        "Run text recognition on it first, or paste the words you need.",
    ),
    Why.DAMAGED: (
        "This document is damaged",
        "Open it in its own program, save it again and attach that.",
    ),
    Why.TOO_BIG_INSIDE: (
        "This document is far larger inside than outside",
        "Attach only documents you trust, or paste the words you need.",
    ),
    Why.TOO_MUCH_MEMORY: (
        "This document takes too much memory",
        "Attach a part of it, or paste the words you need.",
    ),
}
_KINDS = (
    (stat.S_ISDIR, "This is a folder", "Attach the files in it that you need."),
    (stat.S_ISFIFO, "This is a pipe, not a file", "Save what comes from it and attach that."),
    (stat.S_ISSOCK, "This is a socket, not a file", "Attach a file instead."),
)


def refusal(why: Why) -> DocumentError:
    """Return the error for what a document turned out to be."""
    title, advice = _WORDS[why]
    return DocumentError(title, advice, why=why)


def unfit_kind(mode: int) -> DocumentError:
    """Return the error for something in a folder that is no file."""
    for is_it, title, advice in _KINDS:
        if is_it(mode):
            return DocumentError(title, advice)
    return DocumentError("This is a device, not a file", "Attach a file instead.")


def too_large(size_bytes: int) -> DocumentError:
    """Return the error for a file that is not even opened."""
    return DocumentError(
        "This file is too large to attach",
        f"Attach a part of it; the most is {bytes_in_words(MOST_FILE_BYTES)}.",
        size_bytes=size_bytes,
    )


def not_there(cause: Exception) -> DocumentError:
    """Return the error for a file that cannot be opened."""
    number = getattr(cause, "errno", None)
    if number in {errno.EACCES, errno.EPERM}:
        return DocumentError(
            "This file may not be read", "Change its permissions or attach a copy."
        )
    return DocumentError(
        "This file cannot be opened",
        "It may have been moved or deleted; choose it again.",
        reason=getattr(cause, "strerror", None) or type(cause).__name__,
    )


def too_slow() -> DocumentError:
    """Return the error for a document that was not read in time."""
    return DocumentError(
        "Reading this document takes too long",
        "Attach a part of it, or paste the words you need.",
        most_s=LONGEST_S,
    )


def unfit() -> DocumentError:
    """Return the error for a document that takes too much memory."""
    return refusal(Why.TOO_MUCH_MEMORY)


def died() -> DocumentError:
    """Return the error for a reader that ended without a word."""
    return DocumentError(
        "This document cannot be read",
        "Save it anew in its own program, or paste the words you need.",
    )


def cancelled() -> DocumentError:
    """Return what is told of a document that nobody wants any more."""
    return DocumentError("Reading was stopped", "Attach the file again to read it.")
