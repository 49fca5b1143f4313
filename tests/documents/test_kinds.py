"""What a file is, whatever it is called; and how text is decoded."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.documents.docx import docx_frames
from inglenook.documents.frames import (
    MOST_PART,
    Begun,
    Ended,
    Part,
    Refused,
    Why,
    from_line,
    to_line,
)
from inglenook.documents.kinds import kind_of
from inglenook.documents.page import page_frames
from inglenook.documents.plain import decoded, plain_frames


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (b"junk before\n%PDF-1.4", "pdf"),
        (b"PK\x03\x04rest", "docx"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Why.PICTURE),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\xff\x00", Why.PICTURE),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", Why.PICTURE),
        (b"BM is how this text begins", "text"),
        (b"BZh is no archive here", "text"),
        (b"\x1f\x8b\x08\x00\x00", Why.ARCHIVE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", Why.OLD_OFFICE),
        (rb"{\rtf1\ansi Bread}", Why.OTHER_OFFICE),
        (b"\n<!DOCTYPE html>\n<p>Bread", "page"),
        (b"<html lang=en>", "page"),
        (b"<svg>", "text"),
        (b"", Why.EMPTY),
        (b"\0\0 \n", Why.EMPTY),
        (b"a,b\n1,2", "text"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        "Grüße, 世界".encode(),
        "Grüße, 世界".encode("utf-8-sig"),
        "Grüße, 世界".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Grüße, 世界".encode("utf-16-be"),
        "Grüße, 世界".encode("utf-32"),
    ],
)
def test_text_is_read_in_the_encoding_that_it_has(data: bytes) -> None:
    assert decoded(data) == "Grüße, 世界"


def test_text_without_a_mark_is_guessed() -> None:
    assert decoded("“Grüße” – 5 €".encode("cp1252")) == "“Grüße” – 5 €"
    assert decoded("plain words".encode("utf-16-le")) == "plain words"
    assert decoded("Grüße an alle".encode("utf-16-be")) == "Grüße an alle"


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 8, b"\x7fELF\x02\x01\x01\0\0\0" * 9, b"\xff\xfe" + b"\x01\x00" * 99],
)
def test_what_is_no_text_is_told_apart(data: bytes) -> None:
    assert decoded(data) is None
    assert list(plain_frames(data)) == [Refused(Why.BINARY)]


def test_lines_end_alike_and_long_texts_come_in_parts() -> None:
    assert list(plain_frames(b"a\r\nb\rc")) == [Begun("text/plain"), Part("a\nb\nc"), Ended()]
    parts = [each for each in plain_frames(b"x" * (MOST_PART + 5)) if isinstance(each, Part)]
    assert [len(each.text) for each in parts] == [MOST_PART, 5]
    assert list(plain_frames(b" \n\t")) == [Refused(Why.EMPTY)]


def test_a_web_page_is_told_without_its_markup() -> None:
    source = (
        "<html><head><title>No</title><style>p {}</style></head><body><h2>Rye  bread</h2>"
        "<p>Salt &amp; <b>flour</b>.</p><script>no()</script><ul><li>one<li>two</ul>"
        "<pre>a\n  b</pre><table><tr><td>1<td>2</table></div></script></html>"
    )
    begun, part, end = page_frames(source.encode())
    assert begun == Begun("text/html")
    assert part.text == ("## Rye bread\n\nSalt & flour.\n\n- one\n- two\n\na\n  b\n\n\t1\t2")
    assert end == Ended()
    assert list(page_frames(b"<html><script>x</script>"))[-1] == Refused(Why.EMPTY)
    long = [*page_frames(b"<html>" + (b"<p>" + b"bread " * 1000) * 800)]
    assert long[-1] == Ended(is_cut=True)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything(data: bytes) -> None:
    for read in (plain_frames, docx_frames, page_frames):
        assert isinstance(list(read(data))[-1], Ended | Refused)
    kind_of(data)
    from_line(data)


def test_a_frame_survives_its_line() -> None:
    for frame in (
        Begun("text/plain", 3),
        Part("a\nb\u2028", 2),
        Ended(is_cut=True),
        Refused(Why.LOCKED),
    ):
        line = to_line(frame)
        assert line.count(b"\n") == 1
        assert from_line(line) == frame
