"""The note of a running server: found by our own programs, and trusted only while it runs."""

import errno
import os
import stat
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.services.ear import Ear

from inglenook.services.bus import Bus
from inglenook.services.events import ModelsChanged
from inglenook.services.servernote import (
    NOTE,
    OwnServer,
    ServerNote,
    find_server,
)
from inglenook.services.serving import ServingService
from inglenook.services.servingkey import AccessKey
from inglenook.services.servingnews import (
    ServingChanged,
    ServingKey,
    ServingPhase,
    ServingState,
)
from inglenook.services.settings import SettingsService
from inglenook.storage.settings import SettingsFile

ADDRESS = "http://127.0.0.1:11535/v1"
ON = ServingChanged(ServingState(ServingPhase.ON, ADDRESS, 11535))
OFF = ServingChanged(ServingState())


class Keyring:
    """One that keeps secrets in memory, or none at all."""

    def __init__(self, *, keeps: bool) -> None:
        self._keeps, self._kept = keeps, {}

    def get(self, name: str) -> str:
        return self._kept.get(name, "")

    def keep(self, name: str, secret: str) -> bool:
        if self._keeps:
            self._kept[name] = secret
        return self._keeps


@pytest.fixture(params=[True, False], ids=["keyring", "no keyring"])
def keyring(request) -> Keyring:
    return Keyring(keeps=request.param)


@pytest.fixture
def find(tmp_path, keyring):
    """What another process of ours does."""
    return lambda: find_server(tmp_path, AccessKey(keyring))


@pytest.fixture
def key(keyring) -> AccessKey:
    """The key of a server that listens: it was read before."""
    made = AccessKey(keyring)
    made.read()
    return made


@pytest.fixture
def note(tmp_path, key) -> ServerNote:
    return ServerNote(tmp_path, key)


def test_a_server_is_found_while_it_runs_and_not_before_or_after(note, key, find, tmp_path):
    assert find() is None
    note.told(ServingChanged(ServingState(ServingPhase.STARTING)))
    assert find() is None
    note.told(ON)
    note.told(ON)
    assert find() == OwnServer(ADDRESS, key.read()[0])
    note.told(OFF)
    assert find() is None
    assert not list(tmp_path.iterdir())


def test_the_key_is_written_down_only_where_no_keyring_keeps_it(note, key, keyring, tmp_path):
    note.told(ON)
    path = tmp_path / NOTE
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (key.read()[0] in path.read_text()) is not keyring._keeps


def test_a_key_that_was_renewed_or_given_is_the_one_that_is_found(note, key, find):
    note.told(ServingKey("ik-before", is_kept=False))  # nothing to write yet
    note.told(ON)
    note.told(ServingKey(*key.renew()))
    assert find() == OwnServer(ADDRESS, key.read()[0])
    key.use("given by hand")
    note.told(ServingKey(*key.read()))
    note.told(ModelsChanged(()))
    assert find() == OwnServer(ADDRESS, "given by hand")


def test_a_note_that_was_left_behind_is_not_believed(note, find, tmp_path):
    note.told(ON)
    written = (tmp_path / NOTE).read_bytes()
    note.told(OFF)
    (tmp_path / NOTE).write_bytes(written)
    assert find() is None
    assert not list(tmp_path.iterdir())  # nor is the key left lying about
    (tmp_path / NOTE).write_bytes(b"no note")
    assert find() is None


def test_a_second_server_of_the_folder_leaves_the_first_ones_note(note, key, find, tmp_path):
    note.told(ON)
    second = ServerNote(tmp_path, key)
    second.told(ServingChanged(ServingState(ServingPhase.ON, "http://127.0.0.1:9/v1", 9)))
    second.told(OFF)
    assert find() == OwnServer(ADDRESS, key.read()[0])


def test_where_nothing_can_be_written_the_server_runs_all_the_same(key, tmp_path):
    ServerNote(tmp_path / "gone", key).told(ON)


def test_a_server_without_a_key_that_can_be_had_is_none(tmp_path):
    kept = Keyring(keeps=True)
    key = AccessKey(kept)
    key.read()
    note = ServerNote(tmp_path, key)
    note.told(ON)
    assert find_server(tmp_path, AccessKey(Keyring(keeps=True))) is None


def test_neither_the_server_nor_the_window_waits_for_the_keyring_while_it_is_noted(
    note, key, keyring, monkeypatch
):
    def ask(_name: str) -> str:
        raise AssertionError("the keyring was asked, under the lock of the server")

    monkeypatch.setattr(keyring, "get", ask)
    note.told(ON)
    with key._lock:  # as while the keyring asks the person, for another key
        note.told(ServingChanged(ServingState(ServingPhase.ON, f"{ADDRESS}/", 11535)))
        note.told(ServingKey("ik-other", is_kept=True))


def test_a_note_that_cannot_be_removed_is_not_believed(note, key, tmp_path, monkeypatch):
    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(errno.EROFS, "read-only")

    note.told(ON)
    with monkeypatch.context() as disk:
        disk.setattr(Path, "unlink", refuse)
        note.told(OFF)
    assert (tmp_path / NOTE).exists()
    assert find_server(tmp_path, key) is None


def test_keys_are_not_shown_where_what_was_told_is_printed(key):
    secret = key.read()[0]
    assert secret not in repr(ServingKey(secret, is_kept=True))
    assert secret not in repr(OwnServer(ADDRESS, secret))


def test_the_service_notes_it_before_anybody_hears_and_nobody_waits_for_the_disk(tmp_path):
    """As on a slow disk: meanwhile requests go on, and the window asks how things stand."""
    bus, key = Bus(), AccessKey(Keyring(keeps=False))
    note, seen = ServerNote(tmp_path, key), []

    def slow(told):
        others = threading.Thread(target=lambda: seen.append(serving.state.phase))
        others.start()
        others.join(60)
        note.told(told)

    ear = Ear(bus)
    listen = lambda _door, _watch: SimpleNamespace(port=9, close=lambda: None)  # noqa: E731
    settings = SettingsService(bus, SettingsFile(tmp_path / "settings.json"))
    serving = ServingService(bus, settings, key, listen, note=slow)
    serving.start(port=9, is_open=False)
    is_on = lambda told: isinstance(told, ServingChanged) and told.state.port == 9  # noqa: E731
    ear.wait(is_on)
    address = "http://127.0.0.1:9/v1"
    assert find_server(tmp_path, key) == OwnServer(address, key.read()[0])
    serving.renew_key()
    renewed = ear.wait(ServingKey)
    assert find_server(tmp_path, key) == OwnServer(address, renewed.key)
    serving.close()
    assert find_server(tmp_path, key) is None
    assert seen == [ServingPhase.OFF, ServingPhase.STARTING, ServingPhase.ON, ServingPhase.ON]
