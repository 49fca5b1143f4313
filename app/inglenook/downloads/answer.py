"""What a server's answer means for the bytes that are there already."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from inglenook.core.errors import (
    BusyHubError,
    DownloadError,
    GatedError,
    GoneError,
    NetworkError,
)

_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)")
_UNSATISFIED = re.compile(r"bytes \*/(\d{1,19})")
_LONGEST_ETAG = 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer.

    Attributes:
        headers: By lower-case name.
        is_first_origin: The Hub itself said it, not a store it redirected to.
        now_s: Seconds since 1970 when it came.
    """

    status: int
    headers: Mapping[str, str]
    is_first_origin: bool = True
    now_s: float = 0.0

    @property
    def etag(self) -> str:
        """The version of the file; empty if there is none that names it exactly."""
        etag = self.headers.get("etag", "")
        is_exact = etag.startswith('"') and etag.isascii() and len(etag) <= _LONGEST_ETAG
        return etag if is_exact else ""


@dataclass(frozen=True, slots=True)
class Body:
    """How to take the body that follows.

    Attributes:
        skip_bytes: At its start, which are there already.
        anew: What is there is of another version, and goes.
        etag: Of the version that comes.
        length: Bytes of the body; None if the server does not say.
    """

    skip_bytes: int
    anew: bool
    etag: str
    length: int | None


class OddAnswerError(NetworkError):
    """The answer does not fit the question: ask again, the second time without a range."""


class OtherSizeError(NetworkError):
    """The file is longer or shorter there than the Hub describes it."""


class OtherVersionError(NetworkError):
    """What would come cannot be put behind what is there: start anew."""


def read_answer(
    answer: Answer, *, have_bytes: int, etag: str, size_bytes: int, is_hashed: bool
) -> Body:
    """Say how to take an answer's body.

    Args:
        answer: As it came.
        have_bytes: There already; asked for what follows them if that is more than 0.
        etag: Of the version that they belong to.
        size_bytes: Of the whole file, as the Hub describes it.
        is_hashed: Its hash is known, so that a mixture would be noticed at the end.

    Raises:
        OddAnswerError: it is not what was asked for.
        OtherSizeError: the file has another size there.
        OtherVersionError: it goes on with another version.
        DownloadError: there is no body; says why.
    """
    if answer.status == 200:
        return _whole(answer, have_bytes, etag, size_bytes)
    if answer.status == 206:
        return _part(answer, have_bytes, etag, size_bytes, is_hashed)
    if answer.status == 416:
        raise _unsatisfied(answer, size_bytes)
    raise _refusal(answer)


def _whole(answer: Answer, have_bytes: int, etag: str, size_bytes: int) -> Body:
    _require_plain(answer)
    length = _length(answer)
    if length is not None and length != size_bytes:
        raise _other_size(length, size_bytes)
    is_same = bool(etag) and answer.etag == etag
    # The same version from its first byte on: a server that knows no ranges.
    skip = have_bytes if is_same else 0
    return Body(skip, not is_same and have_bytes > 0, answer.etag, length)


def _part(answer: Answer, have_bytes: int, etag: str, size_bytes: int, is_hashed: bool) -> Body:
    _require_plain(answer)
    match = _RANGE.fullmatch(answer.headers.get("content-range", ""))
    if match is None or have_bytes == 0:
        raise _odd("a part that does not say which, or that nobody asked for")
    start, end = int(match[1]), int(match[2])
    if match[3] != "*" and int(match[3]) != size_bytes:
        raise _other_size(int(match[3]), size_bytes)
    if start != have_bytes or not start <= end < size_bytes:
        raise _odd("another part than was asked for")
    length = _length(answer)
    if length is not None and length != end + 1 - start:
        raise _odd("a part of another length than it says")
    if answer.etag != etag and (answer.etag or not is_hashed):
        raise OtherVersionError(
            "The file has changed on the server", "It is fetched anew by itself."
        )
    return Body(0, anew=False, etag=etag, length=end + 1 - start)


def _unsatisfied(answer: Answer, size_bytes: int) -> DownloadError:
    match = _UNSATISFIED.fullmatch(answer.headers.get("content-range", ""))
    if match is not None and int(match[1]) != size_bytes:
        return _other_size(int(match[1]), size_bytes)
    return _odd("a refusal of the part that was asked for")


def _require_plain(answer: Answer) -> None:
    if answer.headers.get("content-encoding", "identity").lower() not in {"identity", ""}:
        raise _odd("a packed answer that nobody asked for")


def _length(answer: Answer) -> int | None:
    said = answer.headers.get("content-length", "")
    return int(said) if said.isdecimal() and len(said) < 20 else None


def _odd(what: str) -> OddAnswerError:
    return OddAnswerError(
        "The server gave an answer that makes no sense", "Try again later.", answer=what
    )


def _other_size(found_bytes: int, size_bytes: int) -> OtherSizeError:
    return OtherSizeError(
        "The file has another size on the server",
        "Look at the model's page again; it may have been replaced.",
        found_bytes=found_bytes,
        expected_bytes=size_bytes,
    )


# --- answers without a file ---


def _refusal(answer: Answer) -> DownloadError:
    status = answer.status
    if status in {429, 503}:
        return BusyHubError(
            "The server asks to wait",
            "The download goes on by itself later.",
            wait_s=_asked_s(answer),
            status=status,
        )
    if status in {401, 403} and answer.is_first_origin:
        return _closed(answer)
    if status in {404, 410} and answer.is_first_origin:
        return GoneError(
            "This file is not on the Hub any more",
            "Look at the model's page for another one.",
            status=status,
        )
    # A store refuses links that have run out, each in its own way; a new link may help.
    return NetworkError("The server could not send the file", "Try again later.", status=status)


def _closed(answer: Answer) -> DownloadError:
    code = answer.headers.get("x-error-code", "")
    if code == "RepoNotFound":
        return GoneError(
            "This model is gone, or closed to you",
            "Look at its page; it may need a token of yours.",
            status=answer.status,
        )
    return GatedError(
        "This model wants to know who asks",
        "Agree to its terms on its page, and put a token into the settings.",
        status=answer.status,
        code=code[:40],
    )


def _asked_s(answer: Answer) -> float:
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return min(float(said[:9]), 86400.0)
    try:
        due_s = parsedate_to_datetime(said).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(due_s - answer.now_s, 0.0), 86400.0)
