"""An assistant travels as a small file; what is no such file is refused with a sentence."""

import json
from pathlib import Path

import pytest

from inglenook.chat.assistant import ICONS, PLAIN, Assistant, Tuning
from inglenook.core.errors import StorageError
from inglenook.storage.assistantfile import (
    MOST_BYTES,
    read_assistant,
    read_included,
    write_assistant,
)
from inglenook.storage.paths import resources

WHOLE = {"inglenook": "assistant", "version": 1, "name": "Coach"}


def written(path: Path, **fields: object) -> Path:
    path.write_text(json.dumps({**WHOLE, **fields}))
    return path


def test_what_is_written_can_be_read(tmp_path: Path):
    path = tmp_path / "coach.json"
    coach = Assistant(
        "A", "Coach", "globe", "Helps", "Say ü", "m.gguf", Tuning(0.3), "deep", "short"
    )
    write_assistant(path, coach)
    assert read_assistant(path) == Assistant("", *coach_fields(coach))


def coach_fields(coach: Assistant) -> tuple:
    texts = (coach.name, coach.icon, coach.about, coach.instructions)
    return (*texts, coach.model, coach.tuning, coach.effort, coach.thinking)


def test_paths_and_icons_from_outside_become_plain_names(tmp_path: Path):
    path = written(tmp_path / "a.json", icon="../../x", model="/etc/passwd", later=[1, 2])
    read = read_assistant(path)
    assert (read.icon, read.model) == ("chat", "passwd")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 10_000,
        b'{"inglenook": "chat", "version": 1, "name": "A"}',
        b'{"inglenook": "assistant", "version": 1, "name": "  "}',
        b'{"inglenook": "assistant", "version": 1, "name": "A", "tuning": {"temperature": 7}}',
        b'{"inglenook": "assistant", "version": 1, "name": "A", "instructions": 7}',
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_assistant_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(StorageError) as refused:
        read_assistant(path)
    assert refused.value.problem.title == "This file holds no assistant"


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path):
    with pytest.raises(StorageError):
        read_assistant(tmp_path / "none.json")


def test_the_included_ones_are_short_and_begin_with_the_plain_one():
    included = read_included(resources() / "assistants")
    assert included[0].id == PLAIN
    assert included[0].instructions == ""
    assert len({each.id for each in included}) == len(included) >= 6
    for each in included:
        assert each.icon in ICONS
        assert len(each.instructions) < 600  # small models lose the thread of longer ones
