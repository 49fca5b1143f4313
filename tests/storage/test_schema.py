"""The layout moves forward step by step, and never backwards."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from inglenook.chat.message import Status
from inglenook.core.errors import NewerSchemaError, StorageError
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage import search
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.migrations import MIGRATIONS
from inglenook.storage.schema import APPLICATION_ID

NEXT = (*MIGRATIONS, ("CREATE TABLE more (x INTEGER) STRICT",))
BROKEN = (*MIGRATIONS, ("CREATE TABLE more (x INTEGER)", "INSERT INTO nowhere VALUES (1)"))


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_a_new_file_has_the_newest_layout_and_no_copy(database: Database, path: Path) -> None:
    assert version(path) == len(MIGRATIONS)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert list(path.parent.glob("*-before-*")) == []


def test_an_older_file_is_copied_and_then_moved_forward(path: Path) -> None:
    Database.open(path).close()
    Database.open(path, migrations=NEXT).close()
    assert version(path) == len(NEXT)
    [copy] = path.parent.glob(f"inglenook-before-{len(NEXT)}-*.db")
    assert version(copy) == len(MIGRATIONS)
    assert copy.stat().st_mode & 0o777 == 0o600
    Database.open(path, migrations=NEXT).close()
    assert len(list(path.parent.glob("*-before-*"))) == 1


def test_a_step_that_fails_changes_nothing(path: Path) -> None:
    Database.open(path).close()
    with pytest.raises(StorageError):
        Database.open(path, migrations=BROKEN)
    assert version(path) == len(MIGRATIONS)
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE name = 'more'"
        ).fetchall()
    assert names == []


def test_a_newer_file_is_refused_untouched(path: Path) -> None:
    Database.open(path, migrations=NEXT).close()
    before = path.read_bytes()
    with pytest.raises(NewerSchemaError, match="newest version"):
        Database.open(path)
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == [path.name]


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE theirs (x)", "PRAGMA application_id = 7", "PRAGMA user_version = 1"],
)
def test_another_programs_database_is_refused_untouched(path: Path, statement: str) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)
        connection.execute("VACUUM")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="belongs to another program"):
        Database.open(path)
    assert path.read_bytes() == before


def test_a_step_that_another_start_has_just_taken_is_not_taken_again(path: Path) -> None:
    Database.open(path).close()

    class Race(tuple):
        """Steps that another program takes the moment we have looked at the version."""

        __slots__ = ()

        def __getitem__(self, which):
            Database.open(path, migrations=NEXT).close()
            return super().__getitem__(which)

    Database.open(path, migrations=Race(NEXT)).close()
    assert version(path) == len(NEXT)


def test_a_database_of_the_first_layout_opens_with_everything_in_it(path: Path) -> None:
    old = Database.open(path, migrations=MIGRATIONS[:1])
    with closing(old), old.writing() as connection:
        connection.execute("INSERT INTO chat VALUES (1, 'A', 'Old', 1, 2, '2', NULL)")
        for node, parent, role, status in (
            ("1", None, "user", "complete"),
            ("2", "1", "assistant", "cut"),
        ):
            connection.execute(
                "INSERT INTO message(chat, id, parent, role, text, created_ms, status,"
                " thinking, model, note) VALUES (1, ?, ?, ?, 'word', 1, ?, '', '', '')",
                (node, parent, role, status),
            )
            search.index_message(connection, NodeId(node))
    with closing(Database.open(path)) as database:
        chats = Conversations(database)
        answer = chats.load(ChatId("A")).message(NodeId("2"))
        assert (answer.text, answer.left_out, answer.needs_tokens) == ("word", 0, 0)
        chats.go_on(answer)
        chats.update(replace(answer, text="word by word", status=Status.COMPLETE))
        assert {hit.node for hit in chats.search("word")} == {"1", "2"}
    [copy] = path.parent.glob("inglenook-before-2-*.db")
    assert version(copy) == 1
