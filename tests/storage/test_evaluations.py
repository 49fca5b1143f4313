"""The journal of an evaluation survives a crash at any byte, and is never mistaken."""

import sys
from dataclasses import replace

import msgspec
import pytest

from inglenook.core.errors import StorageError
from inglenook.effort.trials import Sample, Trial
from inglenook.storage import evaluations
from inglenook.storage.evaluations import VERSION, Heading, Journal, Kept, Paced, Searched

HEADING = Heading(VERSION, "model.gguf", 100, 0.7, 2)
TRIAL = Trial(
    "q1",
    "5",
    Sample("5", 3),
    (
        Sample("5", 3, -1.5, mean=-0.5, self_certainty=9.5, tail=4.0),
        Sample("", 4, None, is_whole=False),
    ),
)
LINES = [
    Kept("sums", TRIAL, 40),
    Searched(
        "sums", "q1", "Search", "5", is_right=True, tokens=9, judged_tokens=0, spent_s=1.0
    ),
    Paced("sums", "q1", 4, 30, 2.0),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new folder" / "journal.jsonl"


@pytest.fixture
def written(path):
    journal = Journal(path, HEADING)
    for line in LINES:
        journal.append(line)
    return path


def test_what_was_written_is_there_again(written):
    assert Journal(written, HEADING).lines == LINES


def test_a_new_journal_is_for_its_owner_only(written):
    assert written.stat().st_mode & 0o077 == 0


def test_a_journal_cut_anywhere_has_all_lines_before_and_can_be_gone_on_with(written):
    content = written.read_bytes()
    ends = [at for at in range(len(content)) if content[at : at + 1] == b"\n"]
    near = {end + step for end in ends for step in (-1, 0, 1, 2)}
    for size in sorted({*range(0, len(content), 31), *near} - {len(content) + 1}):
        written.write_bytes(content[:size])
        journal = Journal(written, HEADING)
        assert journal.lines == LINES[: len(journal.lines)]
        assert len(journal.lines) == max(0, content[:size].count(b"\n") - 1)
        journal.append(LINES[2])
        assert Journal(written, HEADING).lines == [*journal.lines]


@pytest.mark.parametrize(
    "other",
    [
        msgspec.structs.replace(HEADING, model="other.gguf"),
        msgspec.structs.replace(HEADING, temperature=0.6),
    ],
)
def test_a_journal_of_something_else_is_left_alone(written, other):
    before = written.read_bytes()
    with pytest.raises(StorageError, match="another evaluation"):
        Journal(written, other)
    assert written.read_bytes() == before


def test_a_journal_of_another_version_is_left_alone_and_named_so(written):
    before = written.read_bytes()
    with pytest.raises(StorageError, match="Another version") as told:
        Journal(written, msgspec.structs.replace(HEADING, version=VERSION + 1))
    assert told.value.problem.facts["version"] == str(VERSION)
    assert written.read_bytes() == before


@pytest.mark.parametrize(
    "content",
    [
        b"a letter to somebody",
        b"a letter\nto somebody",
        b'{"line":"evaluation"}\nto somebody\n',
        b'{"line":"evaluation"}\n',
        b'{"line":"pace","set":"x"}\n',
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_file_that_is_no_journal_is_left_alone(tmp_path, content):
    path = tmp_path / "mine.txt"
    path.write_bytes(content)
    with pytest.raises(StorageError):
        Journal(path, HEADING)
    assert path.read_bytes() == content


def test_a_line_that_makes_no_sense_is_told_with_its_number(written):
    content = written.read_bytes().splitlines(keepends=True)
    written.write_bytes(b"".join([*content[:2], b"{}\n", *content[2:]]))
    with pytest.raises(StorageError, match="no journal") as told:
        Journal(written, HEADING)
    assert told.value.problem.facts["where"] == "line 3"


def test_a_second_heading_is_overlooked(written):
    content = written.read_bytes()
    written.write_bytes(content + content.splitlines(keepends=True)[0])
    assert Journal(written, HEADING).lines == LINES


def test_a_file_that_is_far_too_large_is_not_read(written, monkeypatch):
    monkeypatch.setattr(evaluations, "MOST_BYTES", 10)
    with pytest.raises(StorageError, match="no journal"):
        Journal(written, HEADING)


def test_a_disk_that_is_full_costs_the_line_and_not_the_journal(written, monkeypatch):
    journal = Journal(written, HEADING)

    def full(_descriptor):
        raise OSError(28, "no room")

    monkeypatch.setattr(evaluations.os, "fsync", full)
    with pytest.raises(StorageError, match="No room"):
        journal.append(LINES[0])
    monkeypatch.undo()
    assert journal.lines == LINES
    assert Journal(written, HEADING).lines == LINES


def test_a_trial_keeps_what_it_had():
    assert replace(TRIAL, right="6") != TRIAL


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_a_disk_that_is_full_in_the_middle_of_a_line_leaves_the_journal_as_it_was(path):
    import resource  # noqa: PLC0415 (not on Windows)

    journal = Journal(path, HEADING)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        with pytest.raises(StorageError):
            journal.append(LINES[0])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    journal.append(LINES[0])
    assert Journal(path, HEADING).lines == LINES[:1]
