"""What an answer means for the bytes that are there: taken, skipped, refused, never mixed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.errors import (
    BusyHubError,
    DownloadError,
    GatedError,
    GoneError,
    NetworkError,
)
from inglenook.downloads.answer import (
    Answer,
    Body,
    OddAnswerError,
    OtherSizeError,
    OtherVersionError,
    read_answer,
)

SIZE = 1000


def read(status, have=0, etag='"1"', *, is_hashed=True, first=True, now_s=0.0, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named["etag"] = named.pop("said-etag", "")
    answer = Answer(status, named, first, now_s)
    return read_answer(answer, have_bytes=have, etag=etag, size_bytes=SIZE, is_hashed=is_hashed)


def test_a_whole_file_is_taken():
    body = read(200, content_length="1000", etag="", said_etag='"1"')
    assert body == Body(0, anew=False, etag='"1"', length=1000)


def test_the_rest_is_taken():
    body = read(206, 400, content_range="bytes 400-999/1000", said_etag='"1"')
    assert body == Body(0, anew=False, etag='"1"', length=600)


def test_a_rest_in_pieces_is_taken_piece_by_piece():
    assert read(206, 400, content_range="bytes 400-499/*", content_length="100").length == 100


def test_the_whole_file_instead_of_the_rest_is_skipped_over():
    answer = Answer(200, {"etag": '"1"'})
    body = read_answer(answer, have_bytes=400, etag='"1"', size_bytes=SIZE, is_hashed=True)
    assert (body.skip_bytes, body.anew) == (400, False)


@pytest.mark.parametrize("theirs", ["", 'W/"1"', '"2"', '"' + "x" * 2000])
def test_the_whole_file_of_another_version_is_taken_anew(theirs):
    answer = Answer(200, {"etag": theirs})
    body = read_answer(answer, have_bytes=400, etag='"1"', size_bytes=SIZE, is_hashed=True)
    assert (body.skip_bytes, body.anew) == (0, True)


def part(etag, *, have=400, is_hashed=True):
    answer = Answer(206, {"content-range": f"bytes {have}-999/1000", "etag": etag})
    return read_answer(
        answer, have_bytes=have, etag='"1"', size_bytes=SIZE, is_hashed=is_hashed
    )


def test_a_rest_of_another_version_is_never_taken():
    with pytest.raises(OtherVersionError):
        part('"2"')
    with pytest.raises(OtherVersionError):
        part("", is_hashed=False)
    assert part("").length == 600


@pytest.mark.parametrize(
    "said",
    [
        "bytes 0-999/1000",
        "bytes 401-999/1000",
        "bytes 400-399/1000",
        "bytes 400-1000/1000",
        "x",
    ],
)
def test_another_part_than_asked_for_is_odd(said):
    with pytest.raises(OddAnswerError):
        read(206, 400, content_range=said)


def test_a_part_that_nobody_asked_for_is_odd():
    with pytest.raises(OddAnswerError):
        read(206, 0, content_range="bytes 0-999/1000")


def test_a_part_of_another_length_than_it_says_is_odd():
    with pytest.raises(OddAnswerError):
        read(206, 400, content_range="bytes 400-999/1000", content_length="7")


def test_packed_bodies_are_odd():
    for status in (200, 206):
        with pytest.raises(OddAnswerError):
            read(status, 400, content_encoding="gzip", content_range="bytes 400-999/1000")


def test_another_size_is_told():
    with pytest.raises(OtherSizeError):
        read(200, content_length="999")
    with pytest.raises(OtherSizeError):
        read(206, 400, content_range="bytes 400-999/1001")
    with pytest.raises(OtherSizeError):
        read(416, 400, content_range="bytes */300")
    with pytest.raises(OddAnswerError):
        read(416, 400, content_range="bytes */1000")


@pytest.mark.parametrize(
    ("status", "first", "code", "kind"),
    [
        (401, True, "GatedRepo", GatedError),
        (403, True, "", GatedError),
        (401, True, "RepoNotFound", GoneError),
        (404, True, "", GoneError),
        (404, False, "", NetworkError),
        (403, False, "", NetworkError),
        (500, True, "", NetworkError),
        (204, True, "", NetworkError),
    ],
)
def test_refusals_have_their_kind(status, first, code, kind):
    with pytest.raises(kind):
        read(status, first=first, x_error_code=code)


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("120", 120),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
        ("9" * 30, 86400),
    ],
)
def test_how_long_to_wait_is_read_in_both_forms(said, wait_s):
    with pytest.raises(BusyHubError) as told:
        read(429, retry_after=said, now_s=10.0)
    assert told.value.wait_s == wait_s


HEADERS = st.dictionaries(
    st.sampled_from(
        ["content-range", "content-length", "etag", "content-encoding", "retry-after"]
    ),
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(['"1"', "bytes 400-999/1000", "bytes 0-999/1000", "1000", "600"]),
    ),
)


@given(st.integers(100, 599), HEADERS, st.sampled_from([0, 400]), st.booleans())
def test_whatever_comes_is_taken_safely_or_refused_in_words(status, headers, have, is_hashed):
    answer = Answer(status, headers, now_s=1.0)
    try:
        body = read_answer(
            answer, have_bytes=have, etag='"1"', size_bytes=SIZE, is_hashed=is_hashed
        )
    except DownloadError:
        return
    assert status in {200, 206}
    assert body.skip_bytes in {0, have}
    if status == 200 and have and answer.etag != '"1"':
        assert body.anew
