"""A backup is whole or not there, and restoring one loses nothing, whatever interrupts it."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.errors import (
    BadArgumentError,
    BusyDatabaseError,
    NewerSchemaError,
    NotFoundError,
    StorageError,
)
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage import backup, restoring
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.lock import FileLock
from inglenook.storage.paths import Folders
from inglenook.storage.sqlite import KEY_BYTES


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders.below(tmp_path / "home")
    made.create()
    return made


def say(folders: Folders, title: str) -> None:
    """Keep a chat, and a setting of the same name."""
    database = Database.open(folders.database)
    tree = Conversation(ChatId(title), title, 1).with_message(
        Message(NodeId(title), None, Role.USER, title, 1)
    )
    Conversations(database).grow(tree, tree.path())
    database.close()
    folders.settings.write_text(json.dumps({"last": title}))


def titles(folders: Folders) -> list[str]:
    database = Database.open(folders.database)
    rows = Conversations(database).summaries()
    database.close()
    return sorted(row.title for row in rows)


def back_up(folders: Folders, target: Path) -> backup.Backup:
    database = Database.open(folders.database)
    try:
        with backup.room_for(folders) as room:
            copied = backup.copy(database, room)
            return backup.write(copied, folders, target, app="1", now_ms=7)
    finally:
        database.close()


@pytest.fixture
def saved(folders: Folders, tmp_path: Path) -> Path:
    """A backup of the chat "old"; "new" has come since."""
    say(folders, "old")
    target = tmp_path / f"x{backup.ENDING}"
    back_up(folders, target)
    say(folders, "new")
    return target


def test_a_backup_says_what_is_in_it(folders: Folders, saved: Path) -> None:
    found = backup.check(saved)
    about = found.manifest
    assert (about.chats, about.messages, about.made_ms, about.app) == (1, 1, 7, "1")
    assert about.files.keys() == {"inglenook.db", "settings.json"}
    assert not about.is_encrypted
    assert found.size_bytes == saved.stat().st_size
    if sys.platform != "win32":
        assert saved.stat().st_mode & 0o777 == 0o600
    assert not list(folders.data.glob(".backup-*"))


def test_a_restore_brings_back_what_was_and_can_be_undone(
    folders: Folders, saved: Path
) -> None:
    assert restoring.last_aside(folders) is None
    restoring.prepare(saved, folders)
    assert titles(folders) == ["new", "old"]
    assert restoring.finish(folders)
    assert titles(folders) == ["old"]
    assert json.loads(folders.settings.read_text()) == {"last": "old"}
    assert not restoring.finish(folders)
    restoring.prepare_undo(folders)
    assert restoring.finish(folders)
    assert titles(folders) == ["new", "old"]
    assert json.loads(folders.settings.read_text()) == {"last": "new"}
    restoring.prepare_undo(folders)
    restoring.finish(folders)
    assert titles(folders) == ["old"]


def test_the_log_of_a_database_goes_with_it(folders: Folders, saved: Path) -> None:
    # A crash has left rows in the log alone.
    database = Database.open(folders.database)
    with database.writing() as connection:
        connection.execute("UPDATE chat SET title = 'late' WHERE id = 'new'")
    names = ("inglenook.db", "inglenook.db-wal")
    left = {name: (folders.data / name).read_bytes() for name in names}
    database.close()
    for name, content in left.items():
        (folders.data / name).write_bytes(content)
    restoring.prepare(saved, folders)
    restoring.finish(folders)
    assert titles(folders) == ["old"]
    restoring.prepare_undo(folders)
    restoring.finish(folders)
    assert titles(folders) == ["late", "old"]


def test_a_key_of_what_was_there_goes_aside_with_it(folders: Folders, saved: Path) -> None:
    key = folders.database.with_suffix(".key")
    key.write_text("sealed")
    restoring.prepare(saved, folders)
    restoring.finish(folders)
    assert not key.exists()
    aside = restoring.last_aside(folders)
    assert aside is not None
    assert (aside / key.name).read_text() == "sealed"
    restoring.prepare_undo(folders)
    restoring.finish(folders)
    assert key.read_text() == "sealed"


def test_a_restore_waits_until_the_database_is_closed(folders: Folders, saved: Path) -> None:
    restoring.prepare(saved, folders)
    assert restoring.is_prepared(folders)
    database = Database.open(folders.database)
    assert not restoring.finish(folders)
    database.close()
    lock = FileLock.take(folders.data / "restoring.lock")
    assert lock is not None
    with pytest.raises(BusyDatabaseError):
        restoring.finish(folders)
    lock.release()
    assert restoring.finish(folders)


def test_a_restore_can_be_given_up(folders: Folders, saved: Path) -> None:
    restoring.prepare(saved, folders)
    restoring.cancel(folders)
    assert not restoring.finish(folders)
    assert not list(folders.data.glob(".restore-*"))
    with pytest.raises(NotFoundError):
        restoring.prepare_undo(folders)


def rewritten(path: Path, **changes: object) -> Path:
    """Return a backup with other files or another manifest in it."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"]) | changes
    files["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


ENTRY = {"size_bytes": 1, "sha256": "0" * 64}


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"files": {}},
        {"files": {"inglenook.db": ENTRY}},
        {"files": {"inglenook.db": {**ENTRY, "size_bytes": 1 << 40}}},
        {"files": {"../evil": ENTRY, "inglenook.db": ENTRY}},
        {"chats": "many"},
    ],
)
def test_a_backup_that_lies_is_refused(folders: Folders, saved: Path, changes: dict) -> None:
    with pytest.raises(BadArgumentError, match="not a whole"):
        restoring.prepare(rewritten(saved, **changes), folders)
    assert titles(folders) == ["new", "old"]
    assert not list(folders.data.glob(".restore-*"))


def test_a_backup_of_a_newer_version_is_refused(folders: Folders, saved: Path) -> None:
    with pytest.raises(NewerSchemaError):
        restoring.prepare(rewritten(saved, schema=999), folders)


def test_what_is_no_database_inside_is_refused(folders: Folders, tmp_path: Path) -> None:
    copied = tmp_path / "inglenook.db"
    for content in (b"SQLite format 3\x00" + b"x" * 5000, b"SQLite format 3\x00"):
        copied.write_bytes(content)
        target = tmp_path / "x"
        backup.write(backup.Copied(copied, 1, 1), folders, target, app="1", now_ms=1)
        with pytest.raises(BadArgumentError):
            restoring.prepare(target, folders)


@pytest.mark.parametrize("cut", [0, 10, 500, -30])
def test_a_backup_that_was_cut_off_is_refused(saved: Path, cut: int) -> None:
    saved.write_bytes(saved.read_bytes()[:cut])
    with pytest.raises(BadArgumentError):
        backup.check(saved)


def test_a_backup_with_a_name_that_is_no_text_is_refused(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("é", "")
    saved.write_bytes(saved.read_bytes().replace("é".encode(), b"\xff\xfe"))
    with pytest.raises(BadArgumentError, match="not a whole"):
        backup.check(saved)


def test_a_backup_that_cannot_be_written_leaves_the_old_one(
    folders: Folders, saved: Path, monkeypatch
) -> None:
    before = saved.read_bytes()

    def fail(_path: Path) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(backup, "check", fail)
    with pytest.raises(StorageError):
        back_up(folders, saved)
    assert saved.read_bytes() == before
    assert [each.name for each in saved.parent.iterdir() if each.name.endswith(".tmp")] == []


def test_a_note_that_makes_no_sense_changes_nothing(folders: Folders) -> None:
    for content in ("{", '{"ready": "..", "aside": "before-restore-", "names": []}'):
        (folders.data / "restoring.json").write_text(content)
        with pytest.raises(StorageError):
            restoring.finish(folders)


_DIES_AT = """
import os, signal, sys
from pathlib import Path
from inglenook.storage import restoring
from inglenook.storage.paths import Folders
from inglenook.storage.sqlite import KEY_BYTES

left = int(sys.argv[2])
def counted(do):
    def step(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*arguments, **named)
    return step
Path.replace, Path.unlink = counted(Path.replace), counted(Path.unlink)
restoring.finish(Folders.below(Path(sys.argv[1])))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
def test_a_kill_at_any_step_of_a_restore_loses_nothing(folders: Folders, saved: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root / "app")}
    expected = [["old"], ["new", "old"]]
    ends = []
    for turn, step in enumerate((0, 0, 1, 1, 3, 4)):
        if turn % 2 == 0:
            restoring.prepare(saved, folders)
        else:
            restoring.prepare_undo(folders)
        child = subprocess.run(
            [sys.executable, "-c", _DIES_AT, str(folders.data), str(step)],
            env=environment,
            check=False,
        )
        ends.append(child.returncode)
        restoring.finish(folders)  # as the next start does
        assert titles(folders) == expected[turn % 2]
    assert set(ends[:4]) == {-signal.SIGKILL}


def test_a_backup_of_encrypted_chats_is_encrypted_and_brings_their_key(
    folders: Folders, tmp_path: Path
) -> None:
    key = bytes(range(KEY_BYTES))
    folders.database.with_suffix(".key").write_text("sealed")
    database = Database.open(folders.database, key=key)
    target = tmp_path / "x"
    with backup.room_for(folders) as room:
        copied = backup.copy(database, room)
        made = backup.write(copied, folders, target, app="1", now_ms=7)
    database.close()
    assert made.manifest.is_encrypted
    assert "inglenook.key" in made.manifest.files
    restoring.prepare(target, folders)
    assert restoring.finish(folders)
    assert folders.database.with_suffix(".key").read_text() == "sealed"
    Database.open(folders.database, key=key).close()
