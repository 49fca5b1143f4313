"""The services open over locked chats, wait for the key, and then start as always."""

import pytest
from tests.services.ear import Ear

from inglenook.core.errors import LockedError
from inglenook.services import services as built
from inglenook.services.events import ProblemArose
from inglenook.services.services import Services
from inglenook.services.vault import Vault
from inglenook.storage.keyfile import Cost, Key, KeyFile, key_file_of
from inglenook.storage.paths import Folders

PASS = "nine sleepy herons"


class NoKeyring:
    def get(self, _name):
        return ""

    def keep(self, _name, _secret):
        return False

    def forget(self, _name):
        pass


@pytest.fixture
def locked(tmp_path, monkeypatch):
    folders = Folders.below(tmp_path)
    key = Key.new()
    KeyFile.seal(key, PASS, "passphrase", Cost(16, 1, 1)).write(key_file_of(folders.database))
    monkeypatch.setattr(built, "Vault", lambda path: Vault(path, NoKeyring()))
    with Services.open(backend="echo", folders=folders) as services:
        yield services


def test_nothing_is_read_before_the_key_is_there_and_all_starts_after_it(locked):
    ear = Ear(locked.bus)
    with pytest.raises(LockedError):
        locked.encryption.open_now()
    assert not any(isinstance(each, ProblemArose) for each in ear.all)
    locked.encryption.unlock_now(PASS)
    chat = ear.start(locked).id
    locked.chat.send(chat, "/echo text=Herons")
    assert ear.answer().last_answer() == "Herons"
    assert locked.store.settle(30)
    assert not locked.folders.snapshots.exists()
    files = [each for each in locked.folders.data.rglob("*") if each.is_file()]
    assert not any(b"Herons" in each.read_bytes() for each in files)
