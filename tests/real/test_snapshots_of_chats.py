"""A whole chat with the starter model: its snapshot comes by itself, and goes with it."""

import threading

import pytest
from tests.services.ear import Ear

from inglenook.core.ids import ChatId
from inglenook.services.chatnews import ChatsRemoved
from inglenook.services.services import Services
from inglenook.services.snapshots import SnapshotService
from inglenook.storage.paths import Folders

pytestmark = pytest.mark.model

QUESTION = "People sat by the hearth and told stories. " * 45 + "What did they tell? One word."
WAIT_S = 120


@pytest.fixture
def folders(tmp_path):
    return Folders.below(tmp_path / "home")


@pytest.fixture
def saved(monkeypatch):
    """Set as soon as a snapshot is on the disk."""
    happened = threading.Event()
    saved = SnapshotService.saved

    def heard(self, chat, size_bytes):
        saved(self, chat, size_bytes)
        happened.set()

    monkeypatch.setattr(SnapshotService, "saved", heard)
    return happened


def ready(services, starter) -> tuple[Ear, ChatId]:
    ear = Ear(services.bus)
    return ear, ear.start(services, str(starter)).id


def kept(folders):
    return sorted(each.name for each in folders.snapshots.rglob("*") if each.is_file())


def test_a_chat_opened_again_is_not_read_again_and_leaves_nothing_when_removed(
    starter, folders, saved
):
    with Services.open(folders=folders) as services:
        ear, chat = ready(services, starter)
        services.chat.send(chat, QUESTION)
        first = ear.answer()
        assert saved.wait(WAIT_S)
        assert services.chat.settle(WAIT_S)
        assert kept(folders) == [f"{chat}.kv"]
    with Services.open(folders=folders) as services:
        ear, again = ready(services, starter)
        assert again == chat
        services.chat.regenerate(chat, first.head)
        second = ear.answer()
        assert second.message(second.head).timings.reused_tokens > 400
        services.chat.organising.remove([chat])
        ear.wait(ChatsRemoved)
    assert kept(folders) == []


def test_with_a_budget_of_nothing_no_file_is_ever_written(starter, folders):
    with Services.open(folders=folders) as services:
        ear, chat = ready(services, starter)
        services.snapshots.set_budget(0)
        assert services.chat.settle(WAIT_S)
        services.chat.send(chat, QUESTION)
        ear.answer()
        assert services.chat.settle(WAIT_S)
    assert not folders.snapshots.exists()
