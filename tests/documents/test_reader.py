"""Documents read by a real child, honest and hostile ones, and files that are none."""

import os
import socket
import sys
import time
from pathlib import Path

import papers
import pytest
from tests.data.engines import children_with

from inglenook.core.errors import DocumentError
from inglenook.documents.reader import DocumentReader, Patience


@pytest.fixture
def write(tmp_path: Path):
    def write_(data: bytes, name: str = "paper.bin") -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write_


def refused(path: str, reader: DocumentReader | None = None) -> str:
    with pytest.raises(DocumentError) as caught:
        (reader or DocumentReader()).read(path)
    problem = caught.value.problem
    assert problem.advice.endswith(".")
    assert len(problem.title.split()) <= 9
    return problem.title


def script(code: str, **patience: float) -> DocumentReader:
    """Return a reader whose child runs other code."""
    return DocumentReader((sys.executable, "-c", code), Patience(**patience))


def test_a_pdf_is_read_page_by_page(write) -> None:
    seen = []
    path = write(papers.pdf("First page", "Second page"), "named wrongly.txt")
    document = DocumentReader().read(path, progress=lambda *page: seen.append(page))
    assert document.parts == ("First page", "Second page")
    assert (document.name, document.pages) == ("named wrongly.txt", 2)
    assert seen == [(1, 2), (2, 2)]


def test_a_word_document_gives_its_words_and_none_of_the_deleted(write) -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Bread</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>Salt &amp; flour</w:t><w:br/><w:tab/><w:t>twice</w:t></w:r>"
        "<w:del><w:r><w:t>no</w:t><w:delText>no</w:delText></w:r></w:del></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    document = DocumentReader().read(write(papers.docx(body)))
    assert document.text == "## Bread\n\nSalt & flour\n\ttwice\n\na \tb \t"


@pytest.mark.parametrize(
    ("make", "title"),
    [
        (lambda: papers.pdf("", ""), "This PDF has no text, only pictures of pages"),
        (
            lambda: papers.pdf("x", trailer=papers.LOCKED),
            "This document is locked with a password",
        ),
        (lambda: papers.pdf("Hello")[:150], "This document is damaged"),
        (lambda: papers.deep_pdf(20_000), "This document is damaged"),
        (
            lambda: papers.docx("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", head=papers.LAUGHS),
            "This document is damaged",
        ),
        (lambda: papers.docx("<w:p><w:r>")[:-40], "This document is damaged"),
        (
            lambda: papers.claiming(2_000_000_000),
            "This document is far larger inside than outside",
        ),
        (
            lambda: papers.zipped({"a.zip": papers.zipped({"b": b"0"})}),
            "This file is an archive",
        ),
        (
            lambda: papers.zipped({"xl/workbook.xml": b""}),
            "This kind of office file cannot be read",
        ),
    ],
    ids=["scan", "locked", "cut", "circle", "laughs", "cut docx", "bomb", "nested", "sheet"],
)
def test_a_document_without_text_says_why_in_a_sentence(write, make, title: str) -> None:
    assert refused(write(make())) == title


def test_sixty_thousand_idle_objects_do_not_hide_the_text(write) -> None:
    document = DocumentReader().read(write(papers.many_objects_pdf(60_000)))
    assert document.parts == ("Found it",)


def test_a_long_text_is_cut_and_says_so(write) -> None:
    document = DocumentReader().read(write(b"bread\n" * 1_000_000))
    assert document.is_cut
    assert len(document.text) == pytest.approx(4 * 1024 * 1024, abs=10)


def test_what_is_no_file_is_never_waited_for(tmp_path: Path, write) -> None:
    os.mkfifo(tmp_path / "pipe")
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(tmp_path / "door"))
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "link").symlink_to(write(b"Linked words"))
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(500 * 1024 * 1024)
    titles = {
        each: refused(str(tmp_path / each)) for each in ("pipe", "door", "lost", "zero", "huge")
    }
    door.close()
    assert titles == {
        "pipe": "This is a pipe, not a file",
        "door": "This is a socket, not a file",
        "lost": "This file cannot be opened",
        "zero": "This is a device, not a file",
        "huge": "This file is too large to attach",
    }
    assert refused(str(tmp_path)) == "This is a folder"
    assert refused("\0") == "This file cannot be opened"
    assert DocumentReader().read(str(tmp_path / "link")).text == "Linked words"


def test_a_child_can_open_no_file_no_socket_and_start_nothing(write) -> None:
    code = """
import os, socket, sys
from inglenook.documents.frames import Begun, Ended, Part, to_line
from inglenook.documents.limits import lock_down
lock_down()
told = []
for attempt in (lambda: open("/etc/passwd"), lambda: open("/tmp/written", "w"), socket.socket):
    try:
        attempt()
        told.append("did")
    except OSError as error:
        told.append("refused")
try:
    block = bytearray(2 * 1024 ** 3)
    told.append("did")
except MemoryError:
    told.append("refused")
for frame in (Begun("text/plain"), Part(" ".join(told)), Ended()):
    os.write(1, to_line(frame))
"""
    assert script(code).read(write(b"x")).text == "refused refused refused refused"


def test_a_child_that_hangs_is_killed_and_so_is_one_nobody_waits_for(write) -> None:
    path = write(b"x")
    code = "import os\nos.write(1, b'')\nwhile True: pass"
    begun = time.monotonic()
    assert refused(path, script(code, silence_s=0.3)) == "Reading this document takes too long"
    assert time.monotonic() - begun < 5
    looks = iter([True, False])
    with pytest.raises(DocumentError, match="Reading was stopped"):
        script(code).read(path, is_wanted=lambda: next(looks, False))
    code = 'print(\'{"type":"begun","media_type":"x"}\', flush=True)\nwhile True: pass'
    assert refused(path, script(code, whole_s=0.3)) == "Reading this document takes too long"
    assert children_with("while True") == []


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "print('no frame at all')",
        'print(\'{"type":"begun","media_type":"x"}\')',
        'print(\'{"type":"part","text":"\' + \'x\' * 300000 + \'"}\')',
    ],
)
def test_a_child_that_dies_or_talks_nonsense_is_told_as_unreadable(write, code: str) -> None:
    assert refused(write(b"x"), script(code)) == "This document cannot be read"


def test_a_reader_that_cannot_be_started_is_told(write) -> None:
    assert (
        refused(write(b"x"), DocumentReader(("/no/such/program",)))
        == "This document cannot be read"
    )


def test_the_application_itself_reads_a_document_when_it_is_told_to(write) -> None:
    reader = DocumentReader((sys.executable, "-m", "inglenook", "--document-reader"))
    assert reader.read(write(papers.pdf("Hello"))).parts == ("Hello",)
