"""An encrypted database is opened, migrated and rescued like any other, never in clear."""

import math
from collections import Counter
from contextlib import closing

import pytest

from inglenook.core.errors import LockedError, StorageError, WrongPassphraseError
from inglenook.storage import backup, sqlite
from inglenook.storage.database import Database
from inglenook.storage.keyfile import Cost, Key, KeyFile, key_file_of
from inglenook.storage.migrations import MIGRATIONS
from inglenook.storage.pages import PAGE_BYTES
from inglenook.storage.paths import Folders

CANARY = "the heron sleeps at noon"
CHATS = 1500
CHAT = "INSERT INTO chat(row, id, title, created_ms, updated_ms) VALUES (?, ?, ?, 1, 1)"
QUICK = Cost(16, 1, 1)


@pytest.fixture
def key(path):
    path.parent.mkdir()
    made = Key.new()
    KeyFile.seal(made, "nine sleepy herons", "passphrase", QUICK).write(key_file_of(path))
    return made.material


@pytest.fixture
def lived_in(path, key):
    """Give a database with many chats."""
    with closing(Database.open(path, key=key)) as database, database.writing() as connection:
        rows = [(row, f"{row:05}", f"{CANARY} {row}") for row in range(1, CHATS + 1)]
        connection.executemany(CHAT, rows)
    return path


def titles(path, key) -> list[str]:
    with closing(Database.open_to_read(path, key=key)) as database, database.reading() as rows:
        return [title for (title,) in rows.execute("SELECT title FROM chat ORDER BY row")]


def test_every_byte_of_it_looks_random(lived_in):
    content = lived_in.read_bytes()
    shares = [count / len(content) for count in Counter(content).values()]
    assert -sum(share * math.log2(share) for share in shares) > 7.99
    assert CANARY.encode() not in content


def test_no_other_key_and_no_lack_of_one_opens_it(lived_in, key):
    before = lived_in.read_bytes()
    for wrong in (b"", Key.new().material):
        with pytest.raises(LockedError):
            Database.open(lived_in, key=wrong)
    with pytest.raises(LockedError):
        Database.open_to_read(lived_in)
    with pytest.raises(ValueError, match="48 bytes"):
        sqlite.connect(lived_in, key=key[:-1])
    assert lived_in.read_bytes() == before
    assert len(titles(lived_in, key)) == CHATS


def test_the_copy_before_a_migration_is_encrypted_too(path, key):
    with (
        closing(Database.open(path, key=key, migrations=MIGRATIONS[:2])) as old,
        old.writing() as c,
    ):
        c.execute(CHAT, (1, "1", CANARY))
    Database.open(path, key=key).close()
    [copy] = path.parent.glob("*-before-*")
    assert CANARY.encode() not in copy.read_bytes()
    with closing(sqlite.connect(copy, key=key)) as kept:
        assert kept.execute("SELECT title FROM chat").fetchall() == [(CANARY,)]


@pytest.mark.parametrize(
    "places", [(50,), (PAGE_BYTES + 50,), (2000, 20 * PAGE_BYTES + 300, 21 * PAGE_BYTES + 4000)]
)
def test_a_damaged_one_is_rescued_and_nothing_of_it_is_in_clear(lived_in, key, places):
    content = bytearray(lived_in.read_bytes())
    for place in places:
        content[place] ^= 255
    lived_in.write_bytes(content)
    lived_in.with_name("inglenook.db.0123456789abcdef.open").touch()  # a crash
    with closing(Database.open(lived_in, key=key)) as database:
        assert database.notices[0].title == "Your chats were damaged and have been rescued"
    assert len(titles(lived_in, key)) >= CHATS * 0.9
    files = [each.read_bytes() for each in lived_in.parent.iterdir()]
    assert not any(CANARY.encode() in each for each in files)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"version": 2}',
        b'{"id":"a","by":"code","cost":{"n":1073741824,"r":8,"p":1},"salt":"","nonce":"","sealed":""}',
    ],
)
def test_a_key_file_that_makes_no_sense_is_told(path, key, content):
    key_file_of(path).write_bytes(content)
    with pytest.raises(StorageError, match="cannot be read"):
        KeyFile.read(key_file_of(path))


def test_a_key_file_opens_for_its_passphrase_and_untouched_only(path, key):
    file = KeyFile.read(key_file_of(path))
    assert file.open("nine sleepy herons").material == key
    assert key not in key_file_of(path).read_bytes()
    assert key_file_of(path).stat().st_mode & 0o777 == 0o600
    with pytest.raises(WrongPassphraseError):
        file.open("Nine sleepy herons")
    key_file_of(path).write_text(key_file_of(path).read_text().replace(file.id, "0" * 16))
    with pytest.raises(WrongPassphraseError):
        KeyFile.read(key_file_of(path)).open("nine sleepy herons")
    assert "material" not in repr(Key("id", key))


def test_a_backup_of_it_is_encrypted_and_opens_with_the_same_passphrase(path, lived_in, key):
    folders = Folders.below(path.parent)
    room, target = path.parent / "room", path.parent / "all.inglenook-backup"
    room.mkdir()
    with closing(Database.open(lived_in, key=key)) as database:
        copied = backup.copy(database, room)
    made = backup.write(copied, folders, target, app="1", now_ms=1)
    assert made.manifest.is_encrypted
    again = path.parent / "again"
    again.mkdir()
    backup.unpack(target, again)
    same = KeyFile.read(again / "inglenook.key").open("nine sleepy herons").material
    assert len(titles(again / "inglenook.db", same)) == CHATS
    assert not any(CANARY.encode() in each.read_bytes() for each in (target, copied.path))
