"""Snapshots go with their chats, stay within their budget, and can be turned off."""

import os

import pytest

from inglenook.core.errors import BadArgumentError, StorageError
from inglenook.services.chatnews import ChatsRemoved, RemovedChat
from inglenook.services.events import ConversationOpened, ProblemArose
from inglenook.services.services import Services
from inglenook.services.settings import SettingsService
from inglenook.services.snapshots import SnapshotService
from inglenook.storage.conversations import Conversations
from inglenook.storage.settings import SettingsFile
from inglenook.storage.snapshots import SnapshotFolder

WAIT_S = 30


@pytest.fixture
def folder(tmp_path):
    return SnapshotFolder(tmp_path / "snapshots")


@pytest.fixture
def settings(desk, tmp_path):
    return SettingsService(desk.bus, SettingsFile(tmp_path / "settings.json"))


@pytest.fixture
def forgotten():
    """Chats the engine was told to forget."""
    return []


@pytest.fixture
def snapshots(desk, folder, settings, forgotten):
    made = SnapshotService(desk.bus, desk.store, folder, settings)
    made.watch(forgotten.append)
    made.start()
    assert desk.store.settle(WAIT_S)
    return made


def put(folder, chat, size=100, used_s=1000.0):
    (folder.path / "key").mkdir(exist_ok=True)
    path = folder.path / "key" / f"{chat}.kv"
    path.write_bytes(bytes(size))
    os.utime(path, (0, used_s))
    return path


def test_the_folder_is_there_after_the_start(snapshots, folder):
    assert folder.path.is_dir()


def test_a_removed_chat_takes_its_snapshot_along_and_comes_back_without(
    desk, snapshots, folder, forgotten
):
    desk.ready()
    chat = desk.new_chat()
    desk.say(chat, "/echo text=Hi")
    gone, stays = put(folder, chat), put(folder, "other")
    desk.chat.organising.remove([chat])
    desk.ear.wait(ChatsRemoved)
    assert desk.chat.settle(WAIT_S)
    assert forgotten == [chat]
    assert not gone.exists()
    assert stays.exists()
    desk.chat.organising.restore([chat])
    assert desk.chat.settle(WAIT_S)
    assert desk.listed() == [chat]


def test_nothing_is_left_of_a_chat_that_is_removed_just_before_the_end(home, hear):
    with Services.open(backend="echo") as services:
        ear = hear(services.bus)
        services.start()
        chat = ear.wait(ConversationOpened).conversation.id
        services.chat.send(chat, "/echo text=Hi")
        ear.answer()
        assert services.chat.settle(WAIT_S)
        put(SnapshotFolder(services.folders.snapshots), chat)
        services.chat.organising.remove([chat])
    assert not list((home / "cache" / "snapshots").rglob("*.kv"))


def test_a_start_clears_away_what_belongs_to_no_chat(desk, snapshots, folder):
    desk.ready()
    chat = desk.new_chat()
    desk.say(chat, "/echo text=Hi")
    known, unknown = put(folder, chat), put(folder, "unknown")
    snapshots.start()
    assert desk.store.settle(WAIT_S)
    assert known.exists()
    assert not unknown.exists()


def test_without_a_readable_list_of_chats_nothing_is_cleared_away(
    desk, snapshots, folder, monkeypatch
):
    def unreadable(_self):
        raise StorageError("The list cannot be read", "Try again.")

    kept = put(folder, "one")
    monkeypatch.setattr(Conversations, "summaries", unreadable)
    snapshots.start()
    assert desk.store.settle(WAIT_S)
    assert kept.exists()
    assert desk.problems == []


def test_each_new_snapshot_makes_room_for_itself(desk, snapshots, folder, settings):
    snapshots.set_budget(250)
    assert settings.now.snapshot_budget_bytes == 250
    old, new = put(folder, "old", used_s=1, size=200), put(folder, "new", used_s=2)
    snapshots.saved("new", 100)
    assert desk.store.settle(WAIT_S)
    assert not old.exists()
    assert new.exists()


def test_off_removes_everything_and_keeps_nothing_and_on_starts_anew(
    desk, snapshots, folder, settings, tmp_path
):
    put(folder, "one")
    snapshots.set_budget(0)
    assert desk.store.settle(WAIT_S)
    assert not folder.path.exists()
    snapshots.saved("late", 1)
    snapshots.start()
    assert desk.store.settle(WAIT_S)
    assert not folder.path.exists()
    snapshots.set_budget(1000)
    assert desk.store.settle(WAIT_S)
    assert folder.path.is_dir()
    again = SettingsFile(tmp_path / "settings.json").read()
    assert again.snapshot_budget_bytes == 1000


@pytest.mark.parametrize("budget_bytes", [-1, 2**63])
def test_a_budget_that_makes_no_sense_is_refused(snapshots, budget_bytes):
    with pytest.raises(BadArgumentError):
        snapshots.set_budget(budget_bytes)


def test_a_snapshot_that_cannot_be_removed_is_told(desk, snapshots, folder, monkeypatch):
    def stuck(*_arguments, **_named):
        raise OSError(5, "Input/output error")

    put(folder, "one")
    monkeypatch.setattr("pathlib.Path.unlink", stuck)
    desk.store.ask(lambda: desk.bus.publish(ChatsRemoved((RemovedChat("one", "One"),))))
    assert isinstance(desk.ear.wait(ProblemArose).problem.advice, str)


def test_a_folder_that_cannot_be_made_is_told_to_nobody(desk, snapshots, folder):
    folder.path.rmdir()
    folder.path.touch()
    snapshots.start()
    assert desk.store.settle(WAIT_S)
    assert desk.problems == []


def test_nothing_is_kept_of_encrypted_chats_and_what_was_is_erased(desk, folder, settings):
    folder.open()
    old = put(folder, "A")
    is_sealed = True
    service = SnapshotService(desk.bus, desk.store, folder, settings, lambda: is_sealed)
    desk.store.ask(service.settle)
    assert not old.exists()
    assert not folder.path.exists()
    is_sealed = False
    desk.store.ask(service.settle)
    assert folder.path.is_dir()
