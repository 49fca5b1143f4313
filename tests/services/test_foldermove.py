"""Models move while the window shows how far they are; downloads and the engine follow."""

import threading

import pytest
from tests.data.fake_hub import COMMIT, FakeHub
from tests.data.hub_faults import Hang
from tests.services.ear import WAIT_S
from tests.services.household import GGUF, Household, model_at, names

from inglenook.core.errors import StorageError
from inglenook.downloads.source import RemoteFile
from inglenook.services import relocation as relocation_module
from inglenook.services.bus import Bus
from inglenook.services.downloadrun import Run
from inglenook.services.events import (
    DownloadFinished,
    DownloadsChanged,
    EngineChanged,
    EnginePhase,
    EngineState,
    FolderMoved,
    ModelRemoved,
    ProblemArose,
)
from inglenook.services.foldermove import FolderMove
from inglenook.services.seldom import seldom


@pytest.fixture
def house(home):
    made = Household(home)
    yield made
    made.close()


def moved(house) -> FolderMoved:
    return house.ear.wait(lambda told: isinstance(told, FolderMoved) and told.is_over)


@pytest.fixture
def two_disks(monkeypatch):
    monkeypatch.setattr(relocation_module, "can_rename", lambda *_: False)


def test_moving_is_told_with_its_progress(house, tmp_path, two_disks):
    house.keep("One-1B.gguf")
    house.shelf.remove(house.keep("Two-1B.gguf"))
    house.ear.wait(ModelRemoved)
    house.shelf.move_folder(str(tmp_path / "new"))
    end = moved(house)
    assert (end.done_bytes, end.size_bytes, end.problem) == (len(GGUF), len(GGUF), None)
    assert any(isinstance(each, FolderMoved) and not each.is_over for each in house.ear.all)
    assert house.listed() == {str(tmp_path / "new" / "One-1B.gguf"): True}
    assert names(house.models) == []


def test_a_fault_of_our_own_ends_the_move_as_well(house, tmp_path, monkeypatch):
    def fail(*_):
        raise KeyError

    monkeypatch.setattr(house.services.relocation, "run", fail)
    house.shelf.move_folder(str(tmp_path / "new"))
    assert "inside Inglenook" in moved(house).problem.title
    assert not house.shelf._move.is_running


def test_one_move_at_a_time_and_nothing_is_removed_meanwhile(
    house, tmp_path, two_disks, monkeypatch
):
    path = house.keep("One-1B.gguf")
    copying, go_on = threading.Event(), threading.Event()
    copy = relocation_module.copy_all

    def slowly(*arguments):
        copying.set()
        assert go_on.wait(WAIT_S)
        return copy(*arguments)

    monkeypatch.setattr(relocation_module, "copy_all", slowly)
    house.shelf.move_folder(str(tmp_path / "new"))
    assert copying.wait(WAIT_S)
    house.shelf.move_folder(str(tmp_path / "other"))
    assert "being moved" in house.ear.wait(ProblemArose).problem.title
    house.shelf.remove(path)
    assert "being moved" in house.ear.wait(ProblemArose).problem.title
    house.shelf.stop_moving()
    go_on.set()
    assert "stopped" in moved(house).problem.title
    assert house.listed() == {path: True}
    house.shelf.stop_moving()
    house.shelf.move_folder("nowhere")
    assert "whole path" in moved(house).problem.advice


def test_downloads_are_held_and_go_on_in_the_new_folder(house, tmp_path, monkeypatch):
    with FakeHub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("INGLENOOK_OFFLINE")
        content = GGUF + bytes(3_000_000)
        held = hub.add("org/m", {"One-1B.gguf": content}).files["One-1B.gguf"]
        hub.faults.append(Hang(1_000_000))
        file = RemoteFile("org/m", "One-1B.gguf", COMMIT, held.size_bytes, held.said_sha256())
        house.services.downloads.start()
        house.services.downloads.get((file,), "One")
        house.ear.wait(
            lambda told: (
                isinstance(told, DownloadsChanged)
                and any(row.done_bytes >= 1_000_000 for row in told.downloads)
            )
        )
        house.shelf.move_folder(str(tmp_path / "new"))
        assert moved(house).problem is None
        house.ear.wait(DownloadFinished)
        assert hub.bodies()[-1].headers["Range"] == "bytes=1000000-"
        assert names(tmp_path / "new") == ["org/m/One-1B.gguf"]


def test_a_download_that_does_not_stop_is_not_moved(house, monkeypatch):
    held = house.services.downloads.held
    house.services.downloads._runs["stuck"] = Run(threading.Event())
    with pytest.raises(StorageError), held(timeout_s=0.01):
        pass
    house.services.downloads._runs.clear()


class PlayedEngine:
    """An engine in a state that the test chooses."""

    def __init__(self, *states: EngineState) -> None:
        self.states, self.loaded = list(states), []

    @property
    def state(self) -> EngineState:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def load(self, path: str) -> None:
        self.loaded.append(path)


def follow(house, tmp_path, *states: EngineState) -> PlayedEngine:
    """Move, let the engine change once for each state, and return it."""
    engine = PlayedEngine(*states)
    bus = Bus()
    move = FolderMove(bus, house.services.relocation, engine, lambda: None)
    move.start(str(tmp_path / "new"))
    assert move._worker.settle(WAIT_S)
    for _ in states:
        bus.publish(EngineChanged(states[-1]))
        assert move._worker.settle(WAIT_S)
    move.close()
    return engine


def test_the_engine_follows_once_it_answers_nobody(house, tmp_path):
    path = house.keep("One-1B.gguf")
    busy = EngineState(EnginePhase.READY, model_at(path), answering=1)
    ready = EngineState(EnginePhase.READY, model_at(path))
    engine = follow(house, tmp_path, busy, ready)
    assert engine.loaded == [str(tmp_path / "new" / "One-1B.gguf")]


@pytest.mark.parametrize("model", [None, model_at("/elsewhere/M.gguf")])
def test_an_engine_with_another_model_stays_as_it_is(house, tmp_path, model):
    house.keep("One-1B.gguf")
    engine = follow(house, tmp_path, EngineState(EnginePhase.READY, model))
    assert engine.loaded == []


def test_what_comes_too_soon_is_left_out():
    told = []
    hear = seldom(lambda done, size: told.append((done, size)))
    hear(1, 2)
    hear(2, 2)
    assert told == [(1, 2)]
