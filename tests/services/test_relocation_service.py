"""Our models move: the files, the list, the settings and what is still being downloaded."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.services.household import GGUF, Household, names

from inglenook.core.errors import (
    BadArgumentError,
    BusyDatabaseError,
    DiskFullError,
    StorageError,
)
from inglenook.downloads.lock import PartLock
from inglenook.services import relocation as relocation_module
from inglenook.services.events import ModelsChanged
from inglenook.services.relocation import elsewhere
from inglenook.storage.lock import FileLock
from inglenook.storage.relocation import MoveStoppedError, Moving, Step, copy_all


@pytest.fixture
def house(home):
    made = Household(home)
    yield made
    made.close()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "elsewhere" / "models"


@pytest.fixture(params=["one disk", "two disks"])
def disks(request, monkeypatch):
    if request.param == "two disks":
        monkeypatch.setattr(relocation_module, "can_rename", lambda *_: False)
    return request.param


def move(house, target, stop=bool):
    return house.services.relocation.run(str(target), lambda _done, _size: None, stop)


def test_all_moves_and_the_list_knows(house, target, disks, tmp_path):
    one = house.keep("org/one/One-1B.gguf")
    house.put("org/one/mmproj-F16.gguf")
    house.put("org/two/Two-1B.gguf.part", b"half")
    house.put("org/two/Two-1B.gguf.part.json", b"{}")
    theirs = house.keep("Three-1B.gguf", tmp_path / "theirs")
    house.services.settings.set_last_model(one)
    before = names(house.models)
    assert move(house, target) == house.models
    assert names(target) == before
    assert not house.models.exists()
    new = str(target / "org/one/One-1B.gguf")
    assert house.listed() == {new: True, theirs: True}
    assert house.services.library.find(new).is_ours
    assert house.services.settings.now.last_model == new
    assert house.services.settings.now.models_folder == str(target)
    assert not house.services.folders.move_note.exists()
    assert house.ear.wait(ModelsChanged)


def test_back_at_the_usual_place_nothing_is_chosen(house, target, disks):
    house.keep("One-1B.gguf")
    move(house, target)
    move(house, house.models)
    assert house.services.settings.now.models_folder == ""
    assert house.listed() == {str(house.models / "One-1B.gguf"): True}


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_a_link_stays_with_its_place_on_the_list(house, target, tmp_path, disks):
    real = house.put("Real-1B.gguf", folder=tmp_path / "theirs")
    link = house.models / "Link-1B.gguf"
    link.symlink_to(real)
    house.services.models.keep(str(link))
    way = tmp_path / "way"
    way.symlink_to(house.models)
    house.put("One-1B.gguf")
    house.services.models.keep(str(way / "One-1B.gguf"))
    move(house, target)
    assert house.listed() == {str(link): True, str(target / "One-1B.gguf"): True}


def test_a_file_that_had_changed_has_still_changed(house, target, disks):
    path = Path(house.keep("One-1B.gguf"))
    os.utime(path, ns=(5, 5))
    gone = Path(house.keep("Two-1B.gguf"))
    gone.unlink()
    move(house, target)
    assert house.listed() == {
        str(target / "One-1B.gguf"): False, str(target / "Two-1B.gguf"): False,
    }  # fmt: skip


def test_a_disk_that_keeps_times_less_exactly_changes_no_model(house, target, monkeypatch):
    monkeypatch.setattr(relocation_module, "can_rename", lambda *_: False)

    def coarse(source, to, on_bytes, stop):
        copy_all(source, to, on_bytes, stop)
        for name in names(to):
            os.utime(to / name, ns=(10**18, 10**18))

    monkeypatch.setattr(relocation_module, "copy_all", coarse)
    house.keep("One-1B.gguf")
    move(house, target)
    assert house.listed() == {str(target / "One-1B.gguf"): True}


# --- refusals ---


def refused(house, target, kind) -> str:
    before = names(house.models), house.listed()
    with pytest.raises(kind) as refusal:
        move(house, target)
    assert (names(house.models), house.listed()) == before
    assert not house.services.folders.move_note.exists()
    return refusal.value.problem.in_words()


def test_places_that_cannot_be_are_refused_in_words(house, tmp_path):
    house.keep("org/One-1B.gguf")
    for target in (house.models, tmp_path / "home" / ".." / "home" / "models"):
        assert "there already" in refused(house, target, BadArgumentError)
    assert "inside the present one" in refused(house, house.models / "org", BadArgumentError)
    assert "whole path" in refused(house, "models", BadArgumentError)
    assert "\udcff" not in refused(house, "/\udcff", BadArgumentError)
    (tmp_path / "file").touch()
    refused(house, tmp_path / "file" / "models", StorageError)


@pytest.mark.parametrize("name", ["org/One-1B.gguf", "Tax return.pdf", "photos/.2019/a.jpg"])
def test_a_folder_of_something_else_is_refused_and_its_files_are_named(house, target, name):
    house.keep("org/One-1B.gguf")
    house.put(name, b"another", target)
    assert Path(name).name in refused(house, target, StorageError)
    assert (target / name).read_bytes() == b"another"


def test_of_a_whole_disk_only_a_few_files_are_looked_at_and_named(house, target):
    house.keep("One-1B.gguf")
    for number in range(9):
        house.put(f"letter {number}.txt", b"", target)
    words = refused(house, target, StorageError)
    assert (words.count("letter"), words.endswith(", and more.")) == (3, True)


def test_what_a_file_browser_leaves_makes_no_folder_full(house, target):
    house.keep("One-1B.gguf")
    house.put(".DS_Store", b"", target)
    move(house, target)
    assert names(target) == [".DS_Store", "One-1B.gguf"]


def test_too_little_room_is_told_before_anything_is_copied(house, target, monkeypatch):
    monkeypatch.setattr(relocation_module, "can_rename", lambda *_: False)
    full = replace(relocation_module.USUAL, reserve_bytes=1 << 60)
    monkeypatch.setattr(relocation_module, "USUAL", full)
    house.keep("org/One-1B.gguf")
    assert str(target) in refused(house, target, DiskFullError)
    assert names(target) == []


def test_a_folder_that_is_not_plugged_in_cannot_move(house, target, tmp_path):
    house.services.settings.set_models_folder(str(tmp_path / "unplugged"))
    with pytest.raises(StorageError):
        move(house, target)


def test_what_another_program_downloads_is_waited_for(house, target):
    house.put("org/One-1B.gguf.part", b"half")
    lock = PartLock.take(house.models / "org/One-1B.gguf.part.lock")
    assert "Another Inglenook" in refused(house, target, StorageError)
    lock.release()
    move(house, target)
    assert names(target) == ["org/One-1B.gguf.part"]


def test_one_move_at_a_time(house, target):
    lock = FileLock.take(house.services.folders.data / "moving.lock")
    refused(house, target, BusyDatabaseError)
    lock.release()


def test_a_copy_that_is_stopped_or_fails_leaves_no_trace(house, target, monkeypatch):
    monkeypatch.setattr(relocation_module, "can_rename", lambda *_: False)
    house.keep("org/One-1B.gguf")
    with pytest.raises(MoveStoppedError):
        move(house, target, stop=lambda: True)
    assert names(target) == []
    assert house.services.settings.now.models_folder == ""
    move(house, target)


def test_a_name_that_cannot_be_given_brings_all_back(house, target, monkeypatch):
    house.keep("org/One-1B.gguf")
    house.keep("org/Two-1B.gguf")
    rename = Path.rename

    def refuse(self, to):
        if self.name == "Two-1B.gguf" and target in Path(to).parents:
            raise PermissionError(13, "in use")
        return rename(self, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refuse)
        refused(house, target, StorageError)
    move(house, target)


def test_a_list_that_cannot_be_changed_brings_all_back(house, target, monkeypatch, disks):
    house.keep("org/One-1B.gguf")

    def refuse(self, moved):
        raise StorageError("The disk reported an error", "Check it.")

    with monkeypatch.context() as patched:
        patched.setattr("inglenook.storage.library.Library.move", refuse)
        refused(house, target, StorageError)
    assert names(target) == []
    move(house, target)


# --- crashes ---


def crash(house, target, step) -> None:
    """Write the note of a move that has ended in the middle."""
    note = house.services.relocation._note
    note.write(Moving(str(house.models), str(target), step))


def test_a_crash_while_copying_leaves_the_old_ones(house, target):
    path = house.keep("org/One-1B.gguf")
    house.put("org/One-1B.gguf", GGUF[:50], target)
    crash(house, target, Step.COPYING)
    house.services.relocation.recover()
    assert house.listed() == {path: True}
    assert names(target) == []
    house.services.relocation.recover()


def test_a_crash_while_renaming_goes_on(house, target):
    house.keep("org/One-1B.gguf")
    house.keep("org/Two-1B.gguf")
    (target / "org").mkdir(parents=True)
    (house.models / "org/One-1B.gguf").rename(target / "org/One-1B.gguf")
    crash(house, target, Step.RENAMING)
    house.services.relocation.recover()
    assert list(house.listed().values()) == [True, True]
    assert names(target) == ["org/One-1B.gguf", "org/Two-1B.gguf"]
    crash(house, target, Step.RENAMING)
    house.services.relocation.recover()  # the old folder is gone by now


def test_a_crash_after_copying_goes_on(house, target):
    house.keep("org/One-1B.gguf")
    house.put("org/One-1B.gguf", folder=target)
    crash(house, target, Step.SWITCHING)
    move(house, target.with_name("third"))
    assert house.listed() == {str(target.with_name("third") / "org/One-1B.gguf"): True}
    assert names(target) == []


def test_a_disk_that_was_unplugged_meanwhile_is_waited_for(house, target):
    path = house.keep("org/One-1B.gguf")
    gone = house.keep("org/Two-1B.gguf")
    Path(gone).unlink()
    crash(house, target, Step.SWITCHING)
    house.services.relocation.recover()
    assert house.listed() == {path: True, str(target / "org/Two-1B.gguf"): False}
    assert house.services.folders.move_note.exists()
    house.put("org/One-1B.gguf", folder=target)
    house.put("org/Two-1B.gguf", folder=target)
    house.services.relocation.recover()
    assert names(house.models) == []
    assert not house.services.folders.move_note.exists()
    assert len(house.listed()) == 2


def test_a_move_under_way_is_not_recovered_by_another_program(house, target):
    path = house.keep("org/One-1B.gguf")
    crash(house, target, Step.RENAMING)
    lock = FileLock.take(house.services.folders.data / "moving.lock")
    house.services.relocation.recover()
    assert house.listed() == {path: True}
    lock.release()


def test_other_paths_lead_nowhere_else(tmp_path):
    assert elsewhere(tmp_path / "a" / "x", tmp_path / "b", tmp_path / "c") is None
