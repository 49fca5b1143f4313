"""A change of the key that was broken off is undone before its swap, and finished after it."""

import json
from contextlib import closing

import pytest

from inglenook.core.errors import BusyDatabaseError, StorageError
from inglenook.storage import rekey, sqlite
from inglenook.storage.database import Database
from inglenook.storage.erase import erase
from inglenook.storage.keyfile import Cost, Key, KeyFile, key_file_of
from inglenook.storage.lock import FileLock
from inglenook.storage.rekey import Sealed, Step

CHAT = "INSERT INTO chat(row, id, title, created_ms, updated_ms) VALUES (1, '1', ?, 1, 1)"
CANARY = "the heron sleeps at noon"


class PowerCut(BaseException):
    """Nothing that follows is done."""


def sealed():
    key = Key.new()
    return Sealed(key, KeyFile.seal(key, "nine sleepy herons", "passphrase", Cost(16, 1, 1)))


@pytest.fixture
def chats(path):
    with closing(Database.open(path)) as database, database.writing() as connection:
        connection.execute(CHAT, (CANARY,))
    return path


def cut_at(wanted):
    def hear(step):
        if step is wanted:
            raise PowerCut

    return hear


def names(path):
    return {each.name for each in path.parent.iterdir()}


def title(path, key=b""):
    with closing(Database.open(path, key=key)) as database, database.reading() as connection:
        return connection.execute("SELECT title FROM chat").fetchone()[0]


@pytest.mark.parametrize("step", [Step.COPYING, Step.CHECKING, Step.SWITCHING])
def test_before_the_swap_it_is_undone(chats, step):
    with pytest.raises(PowerCut):
        rekey.rekey(chats, b"", sealed(), cut_at(step))
    rekey.recover(chats)
    assert names(chats) == {"inglenook.db"}
    assert title(chats) == CANARY


def test_after_the_swap_it_is_finished_and_copies_in_clear_are_gone(chats):
    (chats.parent / "inglenook-before-5-x.db").write_text(CANARY)
    (chats.parent / "inglenook-damaged-x.db-wal").write_text(CANARY)
    for aside in ("before-restore-1", "before-restore-2"):
        (chats.parent / aside).mkdir()
        (chats.parent / aside / "inglenook.db").write_text(CANARY)
    (chats.parent / "before-restore-2" / "inglenook.key").write_text("{}")
    for room in (".backup-x", ".rescue-x", ".restore-x"):  # left by a crash
        (chats.parent / room).mkdir()
        (chats.parent / room / "inglenook.db").write_text(CANARY)
    new = sealed()
    with pytest.raises(PowerCut):
        rekey.rekey(chats, b"", new, cut_at(Step.ERASING))
    rekey.recover(chats)
    assert names(chats) == {
        "inglenook.db", "inglenook.key", "before-restore-1", "before-restore-2",
    }  # fmt: skip
    assert not any((chats.parent / "before-restore-1").iterdir())
    assert (chats.parent / "before-restore-2" / "inglenook.db").exists()  # it has its own key
    assert title(chats, new.key.material) == CANARY


def test_a_swap_goes_on_wherever_it_was(chats):
    new = sealed()
    with pytest.raises(PowerCut):
        rekey.rekey(chats, b"", new, cut_at(Step.SWITCHING))
    note = chats.with_name("inglenook-rekey.json")
    note.write_text(json.dumps({"step": "switching", "sealed": True}))
    chats.rename(chats.with_name("inglenook-rekey-old.db"))
    rekey.recover(chats)
    assert title(chats, new.key.material) == CANARY
    assert not chats.with_name("inglenook-rekey-old.db").exists()
    with pytest.raises(PowerCut):
        rekey.rekey(chats, new.key.material, None, cut_at(Step.ERASING))
    rekey.recover(chats)
    assert not key_file_of(chats).exists()
    assert title(chats) == CANARY


def test_a_disk_that_fails_leaves_all_as_it_was(chats):
    def fail(step):
        if step is Step.CHECKING:
            raise OSError(28, "full")

    with pytest.raises(StorageError):
        rekey.rekey(chats, b"", sealed(), fail)
    assert names(chats) == {"inglenook.db"}
    assert title(chats) == CANARY


def test_a_copy_that_differs_is_not_taken(chats, monkeypatch):
    export = sqlite.export

    def lossy(connection, to, key):
        export(connection, to, key)
        with closing(sqlite.connect(to, key=key)) as copy:
            copy.execute("UPDATE chat SET title = 'another'")
            copy.execute("CREATE TABLE more(x)")

    monkeypatch.setattr(sqlite, "export", lossy)
    with pytest.raises(StorageError, match="differs from the original"):
        rekey.rekey(chats, b"", sealed(), lambda _step: None)
    assert names(chats) == {"inglenook.db"}


def test_one_change_at_a_time_and_none_while_it_is_open(chats):
    with (
        closing(Database.open(chats)),
        pytest.raises(BusyDatabaseError, match="has your chats open"),
    ):
        rekey.rekey(chats, b"", sealed(), lambda _step: None)
    lock = FileLock.take(chats.with_name("inglenook-rekey.lock"))
    with pytest.raises(BusyDatabaseError, match="being changed"):
        rekey.rekey(chats, b"", sealed(), lambda _step: None)
    chats.with_name("inglenook-rekey.json").write_text("{}")
    with pytest.raises(BusyDatabaseError):
        Database.open(chats)
    lock.release()
    with pytest.raises(StorageError, match="note of a change"):
        Database.open(chats)


def test_erasing_takes_a_link_and_not_what_it_leads_to(tmp_path):
    kept = tmp_path / "kept"
    kept.write_text(CANARY)
    (tmp_path / "link").symlink_to(kept)
    for gone in ("link", "never there"):
        erase(tmp_path / gone)
    assert kept.read_text() == CANARY
    erase(kept)
    assert not kept.exists()
