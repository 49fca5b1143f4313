"""The database opens safely, says what is wrong, and loses nothing to a crash."""

import os
import random
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.errors import (
    BusyDatabaseError,
    DamagedDatabaseError,
    ReadOnlyError,
    StorageError,
)
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage import sqlite
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database

WRITE_FOR_EVER = """
import sys
from dataclasses import replace
from pathlib import Path
from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
chats = Conversations(Database.open(Path(sys.argv[1])))
chats.interrupt_unfinished()
life = sys.argv[2]
chats.save_chat(Conversation(life))
number = 0
while True:
    number += 1
    message = Message(f"{life}-{number:06}", None, Role.ASSISTANT, "", number, Status.WRITING)
    chats.add(message, life)
    chats.update(replace(message, text="whole"))
    chats.update(replace(message, text=f"whole {number} " * 50, status=Status.COMPLETE))
    print(message.id, flush=True)
"""

HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN EXCLUSIVE")
connection.execute("CREATE TABLE IF NOT EXISTS held (x)")
print("held", flush=True)
sys.stdin.read()
"""

FILL_THE_DISK = """
import ctypes, resource, subprocess, sys
from pathlib import Path
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.errors import DiskFullError, StorageError
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database

folder = Path(sys.argv[1])
OWN_MOUNTS = 0x20000  # so that the small disk ends with this process
is_small_disk = ctypes.CDLL(None).unshare(OWN_MOUNTS) == 0 and all(
    subprocess.run(["mount", *words, str(place)], capture_output=True).returncode == 0
    for words, place in (
        (["--make-rprivate"], "/"),
        (["-t", "tmpfs", "-o", "size=2m", "tmpfs"], folder),
    )
)
chats = Conversations(Database.open(folder / "inglenook.db"))
chats.save_chat(Conversation("chat"))
if not is_small_disk:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * 1024**2, limit))
kept = []
try:
    for number in range(10_000):
        node = f"{number:05}"
        chats.add(Message(node, None, Role.USER, node + "x" * 5000, number), "chat")
        kept.append(node)
except StorageError as error:
    assert isinstance(error, DiskFullError) or not is_small_disk, error
else:
    sys.exit("the disk never filled")
assert len(kept) > 20, kept
assert list(chats.load("chat").nodes) == kept
if is_small_disk:
    subprocess.run(["mount", "-o", "remount,size=9m", str(folder)], check=True)
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
chats.add(Message("later", None, Role.USER, "room again", 1), "chat")
assert list(chats.load("chat").nodes) == [*kept, "later"]
chats.close()
print("all kept")
"""


def say(database: Database, node: str) -> None:
    chat = Conversation(ChatId("chat"), "Title", 1)
    message = Message(NodeId(node), None, Role.USER, f"text of {node}", 1)
    Conversations(database).grow(chat, [message])


def known(database: Database) -> list[str]:
    return list(Conversations(database).load(ChatId("chat")).nodes)


def files(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o777], ids=oct)
def test_every_file_is_private_whatever_the_umask(path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        database = Database.open(path)
        say(database, "1")
        modes = {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert set(modes.values()) == {0o600}
    assert {"inglenook.db", "inglenook.db-wal", "inglenook.db-shm"} < set(modes)
    assert path.parent.stat().st_mode & 0o777 == 0o700
    database.close()


def test_a_closed_database_is_one_file(path: Path) -> None:
    database = Database.open(path)
    say(database, "1")
    database.close()
    database.close()
    assert files(path) == ["inglenook.db"]


def test_finished_work_is_on_the_disk_at_once(database: Database) -> None:
    with database.reading() as connection:
        answers = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
    assert answers == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
    }


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            connection.execute(
                "INSERT INTO chat(row, id, title, created_ms, updated_ms)"
                " VALUES (1, 'x', '', 1, 1)"
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM chat").fetchone() == (0,)


def test_only_the_owner_thread_may_use_it(database: Database) -> None:
    caught: list[BaseException] = []

    def use() -> None:
        try:
            Conversations(database).summaries()
        except sqlite.ProgrammingError as error:
            caught.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join(10)
    assert len(caught) == 1


def test_two_may_write_in_turns(path: Path, database: Database) -> None:
    other = Database.open(path)
    for node in ("1", "2", "3"):
        say(other, node)
        say(database, f"{node}b")
    assert known(database) == known(other) == ["1", "1b", "2", "2b", "3", "3b"]
    assert database.living_writers() == {database.token, other.token}
    other.close()


def test_a_locked_database_is_said_to_be_busy(path: Path, program) -> None:
    path.parent.mkdir()
    child = program(HOLD_THE_LOCK, path)
    assert child.stdout.readline() == "held\n"
    with pytest.raises(BusyDatabaseError, match="Close it"):
        Database.open(path, busy_timeout_s=0.05)
    child.stdin.close()
    child.wait()


def test_a_lock_taken_later_is_said_and_passes(path: Path, program) -> None:
    database = Database.open(path, busy_timeout_s=0.05)
    other = sqlite.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyDatabaseError):
        say(database, "1")
    other.execute("ROLLBACK")
    other.close()
    say(database, "1")
    assert known(database) == ["1"]
    database.close()


@pytest.mark.slow
def test_no_acknowledged_row_is_lost_when_the_writer_is_killed(path: Path, program) -> None:
    dice = random.Random(20)
    acknowledged: list[str] = []
    for life in range(20):
        child = program(WRITE_FOR_EVER, path, f"life{life:02}")
        for _ in range(dice.randint(1, 25)):
            acknowledged.append(child.stdout.readline().strip())
        child.kill()
        # Not communicate(), which passes over the lines that readline() has read ahead.
        acknowledged += child.stdout.read().split("\n")[:-1]
    database = Database.open(path)
    assert database.notices == ()
    chats = Conversations(database)
    chats.interrupt_unfinished()
    stored = [node for row in chats.summaries() for node in chats.load(row.id).nodes.values()]
    texts = {node.id: node.text for node in stored}
    assert len(texts) == len(stored)
    assert [node for node in acknowledged if not texts.get(node, "").startswith("whole")] == []
    assert len(stored) - len(acknowledged) <= 40  # the last ones, not yet acknowledged
    with database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
    assert files(path) == ["inglenook.db"]


def test_a_disk_that_fills_up_loses_nothing_and_goes_on_later(tmp_path: Path, program) -> None:
    """On a small disk of its own where that may be mounted, else under a file size limit."""
    (tmp_path / "small").mkdir()
    child = program(FILL_THE_DISK, tmp_path / "small")
    output, _ = child.communicate(timeout=60)
    assert (child.returncode, output) == (0, "all kept\n")


def test_a_read_only_folder_is_said_in_words(as_somebody: Callable[[], Path]) -> None:
    path = as_somebody.folder / "inglenook.db"
    Database.open(path).close()
    before = path.read_bytes()
    as_somebody()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    with pytest.raises(ReadOnlyError, match="Allow writing"):
        Database.open(path)
    assert path.read_bytes() == before
    assert files(path) == ["inglenook.db"]


def test_a_read_only_file_is_said_in_words(as_somebody: Callable[[], Path]) -> None:
    path = as_somebody.folder / "inglenook.db"
    path.mkdir()
    with pytest.raises(ReadOnlyError):
        Database.open(path)


def test_damage_met_later_is_said_and_healed_at_the_next_start(
    path: Path, long_chat: Callable[..., Conversation]
) -> None:
    database = Database.open(path)
    chat = long_chat("chat", 500)
    Conversations(database).grow(chat, chat.nodes.values())
    database.close()
    content = bytearray(path.read_bytes())
    where = content.index(b"chat says 250") // 4096 * 4096
    content[where : where + 4096] = random.Random(1).randbytes(4096)
    path.write_bytes(content)

    database = Database.open(path)  # closed properly, so it was not looked through
    with pytest.raises(DamagedDatabaseError, match="Start Inglenook again"):
        Conversations(database).load(chat.id)
    database.close()

    database = Database.open(path)
    assert "rescued" in database.notices[0].title
    assert len(known(database)) > 450
    database.close()
    assert Database.open(path).notices == ()


def test_damage_is_not_touched_while_another_has_it_open(path: Path) -> None:
    database = Database.open(path)
    say(database, "1")
    with database.writing() as connection:
        connection.execute("SELECT 1")
    database.forget_freed()
    content = path.read_bytes()
    path.write_bytes(b"\xaa" * 100 + content[100:])
    with pytest.raises(DamagedDatabaseError, match="Close every other"):
        Database.open(path)
    path.write_bytes(content)
    database.close()


def test_a_file_that_cannot_be_opened_to_read(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        Database.open_to_read(tmp_path / "nothing.db")


def test_a_path_of_any_bytes_works(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff?%#/a.db"))
    database = Database.open(path)
    say(database, "1")
    reader = Database.open_to_read(path)
    assert known(reader) == ["1"]
    reader.close()
    database.close()


def test_a_crash_is_checked_for_and_a_sound_file_stays(path: Path) -> None:
    database = Database.open(path)
    say(database, "1")
    database.close()
    (path.parent / "inglenook.db.0000.open").touch()
    backup, restore = path.parent / ".backup-x", path.parent / ".restore-x"
    for room in (backup, restore):
        room.mkdir()
        (room / path.name).write_text("a copy of the chats")
    database = Database.open(path)
    assert database.notices == ()
    assert (backup.exists(), restore.exists()) == (False, True)  # that one may be wanted
    assert known(database) == ["1"]
    database.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
