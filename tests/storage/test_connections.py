"""The last lines are kept, for the owner alone, and a broken file stops nobody."""

from pathlib import Path

import pytest

from inglenook.core.errors import StorageError
from inglenook.downloads.connections import Connection
from inglenook.storage.connections import LineFile


def line(number: int) -> Connection:
    return Connection(number, "hub.example", "search", 100, 200)


def test_the_last_lines_are_kept_privately(tmp_path: Path):
    file = LineFile(tmp_path / "logs" / "c.jsonl", most_lines=3)
    for number in range(8):
        file.add(line(number))
    assert [each.at_ms for each in file.read(Connection)] == [5, 6, 7]
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert len(file.path.read_bytes().splitlines()) <= 6
    again = LineFile(file.path, most_lines=3)
    again.add(line(9))
    assert [each.at_ms for each in again.read(Connection)] == [6, 7, 9]


def test_lines_that_make_no_sense_are_left_out(tmp_path: Path):
    file = LineFile(tmp_path / "c.jsonl")
    file.add(line(1))
    file.path.write_bytes(file.path.read_bytes() + b"\xff{\n[]\n")
    file.add(line(2))
    assert [each.at_ms for each in file.read(Connection)] == [1, 2]


def test_it_can_be_cleared(tmp_path: Path):
    file = LineFile(tmp_path / "c.jsonl")
    file.add(line(1))
    file.clear()
    assert file.read(Connection) == ()
    assert not file.path.exists()


def test_what_the_disk_does_not_take_stops_nobody(tmp_path: Path):
    (tmp_path / "c.jsonl").mkdir()
    file = LineFile(tmp_path / "c.jsonl")
    file.add(line(1))
    assert file.read(Connection) == ()
    with pytest.raises(StorageError):
        file.clear()
