"""The journal of an evaluation: an answer a line, so that a crash loses one at most."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from inglenook.core.errors import StorageError
from inglenook.effort.trials import Trial
from inglenook.storage.files import disk_errors, private_file, private_folder, shown

VERSION = 2
"""1 kept only one score of each draft."""
MOST_BYTES = 1024**3


class Heading(msgspec.Struct, frozen=True, tag_field="line", tag="evaluation"):
    """What everything in a journal was written by.

    Attributes:
        version: Of the journal's form.
        model: Name of the model's file.
        model_bytes: Its size.
        temperature: Of the drafts.
        drafts: Kept of each question, besides the greedy one.
    """

    version: int
    model: str
    model_bytes: int
    temperature: float
    drafts: int


class Kept(msgspec.Struct, frozen=True, tag_field="line", tag="drafts"):
    """All that was written to one question, to be chosen among later.

    Attributes:
        set: Of questions.
        trial: The drafts.
        prompt_tokens: Of the question and what came before it.
    """

    set: str
    trial: Trial
    prompt_tokens: int


class Searched(msgspec.Struct, frozen=True, tag_field="line", tag="answer"):
    """What a strategy that cannot be computed from kept drafts answered to one question.

    Attributes:
        set: Of questions.
        question: Its name.
        strategy: As the evaluation calls it.
        answer: What was found; ``""`` for nothing.
        is_right: Whether it has the right value.
        tokens: Written by all drafts.
        judged_tokens: Read only to score.
        spent_s: From the question to the choice.
    """

    set: str
    question: str
    strategy: str
    answer: str
    is_right: bool
    tokens: int
    judged_tokens: int
    spent_s: float


class Paced(msgspec.Struct, frozen=True, tag_field="line", tag="pace"):
    """How long so many drafts of one question took side by side.

    Attributes:
        set: Of questions.
        question: Its name.
        drafts: So many.
        tokens: Written by them.
        spent_s: From the question to the choice.
    """

    set: str
    question: str
    drafts: int
    tokens: int
    spent_s: float


_BEGINS = b'{"line":"evaluation"'

Line: TypeAlias = Kept | Searched | Paced

_decoder: msgspec.json.Decoder[Heading | Line] = msgspec.json.Decoder(Heading | Line)
_encoder = msgspec.json.Encoder()


class Journal:
    """One file of lines, the heading first; each line is on the disk before the next begins.

    Threads: one at a time.

    Attributes:
        lines: All that are whole, in the order in which they were written.
    """

    def __init__(self, path: Path, heading: Heading) -> None:
        """Open a journal to go on with, or begin one.

        A last line that was not finished is cut off: its question is asked again.

        Args:
            path: The file; may be missing.
            heading: What will be written; a journal of something else is left alone.

        Raises:
            StorageError: it cannot be read or written, or is no journal of this evaluation.
        """
        self.lines: list[Line] = []
        self._path = path
        private_folder(path.absolute().parent)
        private_file(path)
        content = self._whole_lines()
        if not content:
            self._append(heading)
            return
        first, *others = self._decoded(content)
        if isinstance(first, Heading) and first.version != heading.version:
            raise _outdated(path, first)
        if first != heading:
            raise _other(path, first)
        self.lines = [each for each in others if not isinstance(each, Heading)]

    def append(self, line: Line) -> None:
        """Write a line to the disk.

        Raises:
            StorageError: it could not be written; the journal is as it was.
        """
        self._append(line)
        self.lines.append(line)

    def _append(self, line: Heading | Line) -> None:
        # Without a buffer, which would be written at the end all the same, after the cut.
        with disk_errors(self._path), self._path.open("ab", buffering=0) as file:
            before = file.tell()
            try:
                rest = memoryview(_encoder.encode(line) + b"\n")
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except OSError:
                os.truncate(self._path, before)
                raise

    def _whole_lines(self) -> Sequence[bytes]:
        with disk_errors(self._path):
            size = self._path.stat().st_size
            if size > MOST_BYTES:
                raise _not_ours(self._path, f"{size} bytes")
            content = self._path.read_bytes()
            whole = content.rfind(b"\n") + 1
            if content[: len(_BEGINS)] != _BEGINS[: len(content)]:
                raise _not_ours(self._path, "line 1")
            if whole < len(content):
                os.truncate(self._path, whole)
        return content[:whole].splitlines()

    def _decoded(self, lines: Sequence[bytes]) -> list[Heading | Line]:
        found = []
        for number, line in enumerate(lines, 1):
            try:
                found.append(_decoder.decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
                raise _not_ours(self._path, f"line {number}") from cause
        return found


def _not_ours(path: Path, where: str) -> StorageError:
    return StorageError(
        "This file is no journal of an evaluation",
        f"Choose another place than {shown(path)}; it was left as it is.",
        where=where,
    )


def _outdated(path: Path, heading: Heading) -> StorageError:
    return StorageError(
        "Another version kept this journal",
        f"It lacks what is reported now: choose another place than {shown(path)}, or remove "
        "it to ask its questions again.",
        version=heading.version,
    )


def _other(path: Path, heading: Heading | Line) -> StorageError:
    return StorageError(
        "This journal belongs to another evaluation",
        f"Choose another place than {shown(path)}, or the model and settings it began with.",
        heading=_encoder.encode(heading).decode(),
    )
