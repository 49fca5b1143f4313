"""Files come to another folder whole, by a new name or by a copy that is checked."""

import errno
import os
from pathlib import Path

import pytest

from inglenook.core.errors import StorageError
from inglenook.storage import relocation
from inglenook.storage.relocation import (
    MoveNote,
    MoveStoppedError,
    Moving,
    Step,
    can_rename,
    copy_all,
    files_below,
    remove_copies,
    remove_moved,
    rename_all,
    rename_back,
)

NAMES = ["a/b/one.gguf", "a/two.gguf", "two.gguf.part"]


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source"
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode() * 1000)
        os.utime(folder / name, ns=(10**18, 10**18 + 1))
    return folder


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def there(folder) -> list[str]:
    return [place.as_posix() for place in files_below(folder)]


def silent(_done, _size):
    pass


def test_locks_what_is_set_aside_and_links_are_no_files_of_the_folder(source):
    (source / "x.part.lock").touch()
    (source / ".inglenook-removed/ab").mkdir(parents=True)
    (source / ".inglenook-removed/ab/0").touch()
    if os.name != "nt":
        (source / "link.gguf").symlink_to(source / "a/two.gguf")
    assert there(source) == NAMES


def test_a_copy_is_as_the_file_was_with_its_time_and_progress(source, target):
    seen = []
    copy_all(source, target, lambda done, size: seen.append((done, size)))
    assert there(target) == NAMES
    for name in NAMES:
        assert (target / name).read_bytes() == (source / name).read_bytes()
        assert (target / name).stat().st_mtime_ns == 10**18 + 1
    size = sum((source / name).stat().st_size for name in NAMES)
    assert seen[-1] == (size, size)
    assert seen == sorted(seen)


def test_a_copy_that_is_another_is_noticed(source, target, monkeypatch):
    class Lying:
        def __init__(self, file):
            self.file = file

        def write(self, chunk):
            return self.file.write(b"x" * len(chunk))

        def fileno(self):
            return self.file.fileno()

    pour = relocation._pour
    monkeypatch.setattr(
        relocation, "_pour", lambda old, new, count: pour(old, new and Lying(new), count)
    )
    with pytest.raises(StorageError) as refusal:
        copy_all(source, target, silent)
    assert refusal.value.problem.title == "A copy is not what was read"


def test_copying_stops_when_told(source, target):
    with pytest.raises(MoveStoppedError):
        copy_all(source, target, silent, stop=lambda: True)
    remove_copies(source, target)
    assert list(target.iterdir()) == []
    assert there(source) == NAMES


def test_a_file_of_this_name_is_never_overwritten(source, target):
    (target / "two.gguf.part").write_bytes(b"mine")
    with pytest.raises(StorageError) as refusal:
        copy_all(source, target, silent)
    assert str(target) in refusal.value.problem.advice
    assert (target / "two.gguf.part").read_bytes() == b"mine"


def test_old_files_go_only_where_the_new_ones_are_whole(source, target):
    copy_all(source, target, silent)
    (target / "a/two.gguf").write_bytes(b"cut")
    assert remove_moved(source, target)
    assert there(source) == ["a/two.gguf"]
    (target / "a/two.gguf").unlink()
    assert not remove_moved(source, target)
    (source / "a/two.gguf").unlink()
    assert remove_moved(source, target)
    assert not source.exists()
    assert remove_moved(source, target)


def test_renaming_goes_on_and_can_be_undone(source, target):
    places = files_below(source)
    (target / "other.txt").touch()
    (target / "a").mkdir()
    (source / "a/two.gguf").rename(target / "a/two.gguf")
    rename_all(source, target)
    assert there(source) == []
    rename_back(places, source, target)
    assert there(source) == NAMES
    assert there(target) == ["other.txt"]


def test_copies_of_an_unplugged_disk_are_nobodys_concern(source, tmp_path):
    remove_copies(source, tmp_path / "gone")
    remove_copies(tmp_path / "gone", source)
    assert there(source) == NAMES


def test_one_disk_is_told_from_two(source, target, monkeypatch):
    assert can_rename(source, target)

    def refuse(self, _target):
        raise OSError(errno.EXDEV, "another disk")

    monkeypatch.setattr(Path, "rename", refuse)
    assert not can_rename(source, target)
    assert there(target) == []
    assert there(source) == NAMES


def test_a_folder_that_cannot_be_written_is_refused(source, target, monkeypatch):
    def refuse(self, **_):
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(StorageError):
        can_rename(source, target)


def test_the_note_says_what_is_under_way(tmp_path):
    note = MoveNote(tmp_path / "moving.json")
    assert note.read() is None
    moving = Moving("/a", "/b", Step.COPYING)
    note.write(moving)
    assert MoveNote(tmp_path / "moving.json").read() == moving
    note.clear()
    assert note.read() is None
    (tmp_path / "moving.json").write_bytes(b"\xff{")
    with pytest.raises(StorageError) as refusal:
        note.read()
    assert "moving.json" in refusal.value.problem.advice
