"""The shelf as the window uses it: all at once, all told, nothing lost."""

import threading
from pathlib import Path

import pytest
from tests.services.ear import WAIT_S
from tests.services.household import GGUF, HASH, Household, model_at, names

from inglenook.core.errors import StorageError
from inglenook.services.events import (
    EnginePhase,
    EngineState,
    ModelRemoved,
    ModelsScanned,
    ModelVerified,
    ProblemArose,
    ShelfChanged,
)
from inglenook.services.provenance import Provenance
from inglenook.storage.relocation import Moving, Step


@pytest.fixture
def open_house(home):
    houses = []

    def open_():
        houses.append(Household(home))
        return houses[-1]

    yield open_
    for each in houses:
        each.close()


@pytest.fixture
def house(open_house):
    return open_house()


def shelved(house) -> ShelfChanged:
    house.shelf.refresh()
    return house.ear.wait(ShelfChanged)


def settle(house) -> None:
    assert house.shelf._worker.settle(WAIT_S)


# --- what is there ---


def test_the_shelf_is_told_with_the_room_that_is_left(house):
    path = house.keep("org/One-1B.gguf")
    told = shelved(house)
    assert [one.model.path for one in told.models if not one.model.starter] == [path]
    assert told.free_bytes > 0
    assert told.folder == str(house.models)


def test_a_disk_that_is_not_there_has_no_room(house, tmp_path):
    house.services.settings.set_models_folder(str(tmp_path / "unplugged"))
    assert shelved(house).free_bytes == 0


def test_from_then_on_every_change_is_told(house):
    house.keep("One-1B.gguf")
    settle(house)
    assert not any(isinstance(each, ShelfChanged) for each in house.ear.all)
    shelved(house)
    house.keep("Two-1B.gguf")
    told = house.ear.wait(ShelfChanged)
    assert len([one for one in told.models if not one.model.starter]) == 2


# --- removing ---


def test_a_removed_model_is_off_the_list_at_once_and_erased_after_a_minute(house):
    path = house.keep("org/One-1B.gguf")
    house.shelf.remove(path)
    told = house.ear.wait(ModelRemoved)
    assert told == ModelRemoved(path, "One 1B", len(GGUF))
    assert house.listed() == {}
    assert house.alarms.due == [60.0]
    assert names(house.models) != []
    shelved(house)
    house.alarms.ring()
    house.ear.wait(ShelfChanged)
    assert names(house.models) == []
    house.shelf.restore(path)
    assert "any more" in house.ear.wait(ProblemArose).problem.title


def test_a_removed_model_comes_back(house):
    path = house.keep("org/One-1B.gguf")
    house.shelf.remove(path)
    house.shelf.restore(path)
    settle(house)
    assert house.listed() == {path: True}
    assert house.alarms.due == []


def test_what_cannot_come_back_now_can_come_back_later(house):
    path = house.keep("org/One-1B.gguf")
    house.shelf.remove(path)
    house.ear.wait(ModelRemoved)
    house.put("org/One-1B.gguf", b"another")
    house.shelf.restore(path)
    assert "its place" in house.ear.wait(ProblemArose).problem.title
    Path(path).unlink()
    house.shelf.restore(path)
    settle(house)
    assert house.listed() == {path: True}


def test_the_same_model_can_be_removed_twice(house):
    path = house.keep("One-1B.gguf")
    house.shelf.remove(path)
    house.ear.wait(ModelRemoved)
    house.keep("One-1B.gguf")
    house.shelf.remove(path)
    house.ear.wait(ModelRemoved)
    assert len(house.alarms.due) == 1
    house.shelf.restore(path)
    settle(house)
    assert house.listed() == {path: True}


def test_closing_makes_a_removal_final(house):
    house.shelf.remove(house.keep("One-1B.gguf"))
    house.ear.wait(ModelRemoved)
    house.close()
    assert names(house.models) == []


def test_a_crash_makes_a_removal_final_at_the_next_start(house, open_house):
    house.shelf.remove(house.keep("One-1B.gguf"))
    house.ear.wait(ModelRemoved)
    [(removed, _)] = house.shelf._removed.values()
    house.shelf._removed.clear()
    removed.aside.leave()
    house.close()
    assert names(house.models) != []
    again = open_house()
    again.shelf.start()
    settle(again)
    assert names(again.models) == []


def test_the_model_in_use_is_freed_first(house, monkeypatch):
    path = house.keep("One-1B.gguf")
    monkeypatch.setattr(
        house.services.engine._board, "now", EngineState(EnginePhase.READY, model_at(path))
    )
    house.shelf.remove(path)
    house.ear.wait(ModelRemoved)
    assert house.services.engine.state.model is None


def test_one_that_is_not_on_the_list_is_told(house):
    house.shelf.remove("/no/model.gguf")
    assert "not in the library" in house.ear.wait(ProblemArose).problem.title


# --- verifying, scanning, borrowing ---


def test_verifying_tells_what_came_out(house):
    path = str(house.put("One-1B.gguf"))
    house.services.models.keep(path, Provenance(sha256=(HASH,)))
    house.shelf.verify(path)
    first = house.ear.wait(ModelVerified)
    assert (first.done_bytes, first.size_bytes, first.verified) == (len(GGUF), len(GGUF), None)
    assert house.ear.wait(ModelVerified).verified.is_right


def test_verifying_stops_and_is_not_begun_twice(house, monkeypatch):
    path = house.keep("One-1B.gguf")
    reading, go_on, calls = threading.Event(), threading.Event(), []
    verify = house.services.library.verify

    def slowly(*arguments):
        calls.append(arguments)
        reading.set()
        assert go_on.wait(WAIT_S)
        return verify(*arguments)

    monkeypatch.setattr(house.services.library, "verify", slowly)
    house.shelf.verify(path)
    assert reading.wait(WAIT_S)
    house.shelf.verify(path)
    house.shelf.stop_verifying(path)
    go_on.set()
    house.ear.wait(lambda told: isinstance(told, ModelVerified) and told.problem)
    assert len(calls) == 1
    house.shelf.stop_verifying(path)
    house.shelf.verify(path)
    assert house.ear.wait(lambda told: isinstance(told, ModelVerified) and told.verified)


def test_closing_gives_up_a_verification(house, monkeypatch):
    path = house.keep("One-1B.gguf")
    reading = threading.Event()

    def slowly(_path, _on_bytes, stop):
        reading.set()
        while not stop():
            pass
        raise StorageError("This was stopped", "Start again.")

    monkeypatch.setattr(house.services.library, "verify", slowly)
    house.shelf.verify(path)
    assert reading.wait(WAIT_S)
    house.close()
    assert any(isinstance(told, ModelVerified) and told.problem for told in house.ear.all)


def test_a_fault_of_our_own_is_told_and_does_not_end_verifying(house, monkeypatch):
    path = house.keep("One-1B.gguf")
    with monkeypatch.context() as patched:
        patched.setattr(house.services.library, "verify", None)
        house.shelf.verify(path)
        assert "inside Inglenook" in house.ear.wait(ModelVerified).problem.title
    house.shelf.verify(path)
    assert house.ear.wait(lambda told: isinstance(told, ModelVerified) and told.verified)


def test_models_of_other_programs_are_found_and_borrowed(house, tmp_path):
    theirs = house.put("L-2B.gguf", folder=tmp_path / "theirs")
    house.shelf.scan((str(theirs.parent),))
    [found] = house.ear.wait(ModelsScanned).found
    house.shelf.borrow(found)
    settle(house)
    assert house.listed() == {str(theirs): True}


def test_a_scan_that_fails_is_told(house, monkeypatch):
    def refuse(*_):
        raise StorageError("The disk reported an error", "Check it.")

    monkeypatch.setattr(house.services.library, "scan", refuse)
    house.shelf.scan()
    told = house.ear.wait(ModelsScanned)
    assert (told.found, told.problem.title) == ((), "The disk reported an error")


def test_only_the_newest_scan_is_told(house, monkeypatch, tmp_path):
    begun, go_on = threading.Event(), threading.Event()
    scan = house.services.library.scan

    def slowly(folders, stop):
        if folders == (tmp_path / "old",):
            begun.set()
            assert go_on.wait(WAIT_S)
        return scan(folders, stop)

    monkeypatch.setattr(house.services.library, "scan", slowly)
    house.shelf.scan((str(tmp_path / "old"),))
    assert begun.wait(WAIT_S)
    house.shelf.scan((str(tmp_path / "new"),))
    house.ear.wait(ModelsScanned)
    go_on.set()
    house.close()
    assert len([each for each in house.ear.all if isinstance(each, ModelsScanned)]) == 1


# --- after a crash ---


def test_a_move_that_could_not_be_recovered_is_told_at_the_start(house, open_house):
    house.close()
    house.services.folders.move_note.write_bytes(b"{")
    again = open_house()
    again.shelf.start()
    assert "cannot be read" in again.ear.wait(ProblemArose).problem.title


def test_a_move_that_a_crash_has_ended_is_finished_at_the_next_start(
    house, open_house, tmp_path
):
    house.keep("One-1B.gguf")
    note = Moving(str(house.models), str(tmp_path / "new"), Step.RENAMING)
    house.services.relocation._note.write(note)
    (tmp_path / "new").mkdir()
    house.close()
    assert open_house().listed() == {str(tmp_path / "new" / "One-1B.gguf"): True}
