"""From a damaged database every row that can be read is rescued, and the damaged file kept."""

import os
import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import StorageError
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage import salvage, sqlite
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.library import Library, LibraryModel
from inglenook.storage.organised import Organised

PAGE = 4096
MESSAGES = 1200


@pytest.fixture
def chat(path: Path, long_chat: Callable[..., Conversation]) -> Conversation:
    """A chat in a database whose last user died."""
    database = Database.open(path)
    made = long_chat("chat", MESSAGES)
    Conversations(database).grow(made, made.nodes.values())
    Library(database).add(LibraryModel("/m", "m", "", 1, "llama", 1, 1))
    database.close()
    path.with_name("inglenook.db.0000.open").touch()
    return made


def rescued(path: Path) -> tuple[Conversation, Database]:
    database = Database.open(path)
    [notice] = database.notices
    assert "kept as" in notice.advice
    return Conversations(database).load(ChatId("chat")), database


def overwrite(path: Path, start: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


@pytest.mark.parametrize("length", [16, 100, PAGE], ids=["magic", "header", "first page"])
def test_a_destroyed_beginning_costs_nothing(
    path: Path, chat: Conversation, length: int
) -> None:
    overwrite(path, 0, random.Random(length).randbytes(length))
    damaged = path.read_bytes()
    found, database = rescued(path)
    assert found == chat
    assert [each.name for each in Library(database).models()] == ["m"]
    assert len(Conversations(database).search("says", 2000)) == MESSAGES
    [kept] = path.parent.glob("inglenook-damaged-*.db")
    assert kept.read_bytes() == damaged
    assert kept.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_mode & 0o777 == 0o600
    database.close()
    assert len(list(path.parent.iterdir())) == 2


# With 5 it would be a page that nothing is on.
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 6])
def test_a_destroyed_page_costs_only_its_own_rows(
    path: Path, chat: Conversation, seed: int
) -> None:
    dice = random.Random(seed)
    pages = path.stat().st_size // PAGE
    overwrite(path, PAGE * dice.randrange(pages // 3, pages), dice.randbytes(PAGE))
    found, database = rescued(path)
    # A page holds at most eighty of these rows; a page of the index costs none.
    assert len(found.nodes) >= MESSAGES - 80
    assert all(found.nodes[node].text == chat.nodes[node].text for node in found.nodes)
    assert len(found.path()) == len(found.nodes)  # still one branch, read to its end
    with database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()


@pytest.mark.usefixtures("chat")
def test_a_truncated_file_keeps_what_is_left(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)
    found, database = rescued(path)
    assert MESSAGES // 4 < len(found.nodes) < MESSAGES
    database.close()


@pytest.mark.usefixtures("chat")
def test_a_rescued_chat_can_be_continued(path: Path) -> None:
    overwrite(path, 0, bytes(100))
    found, database = rescued(path)
    new = Message(NodeId("Z"), found.head, Role.ASSISTANT, "Go on", 1, Status.WRITING)
    chats = Conversations(database)
    chats.add(new, found.id)
    assert chats.load(found.id) == found.with_message(new)
    database.close()


@pytest.mark.parametrize("size", [99, 600, 5000, 100_000])
def test_a_file_of_garbage_is_kept_aside_and_all_starts_anew(path: Path, size: int) -> None:
    path.parent.mkdir()
    garbage = random.Random(size).randbytes(size)
    path.write_bytes(garbage)
    database = Database.open(path)
    assert "0 messages in 0 chats" in database.notices[0].advice
    assert Conversations(database).summaries() == ()
    [kept] = path.parent.glob("inglenook-damaged-*.db")
    assert kept.read_bytes() == garbage
    database.close()


def test_rows_that_only_the_write_ahead_file_has_are_rescued(path: Path) -> None:
    database = Database.open(path)
    chats = Conversations(database)
    chats.save_chat(Conversation(ChatId("chat")))
    for number in range(50):
        message = Message(NodeId(f"{number:02}"), None, Role.USER, "kept", 1)
        chats.add(message, ChatId("chat"))
    files = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    database.close()
    for name, content in files.items():
        path.with_name(name).write_bytes(content)
    rescue = salvage.heal(path)
    assert (rescue.chats, rescue.messages) == (1, 50)
    assert Path(f"{rescue.kept}-wal").read_bytes() == files["inglenook.db-wal"]
    assert not Path(f"{path}-wal").exists()


def test_messages_without_their_chat_get_one(path: Path, chat: Conversation) -> None:
    with closing(sqlite.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM chat")  # without foreign keys the messages stay
    rescue = salvage.heal(path)
    assert (rescue.chats, rescue.messages) == (1, MESSAGES)
    database = Database.open(path)
    [row] = Conversations(database).summaries()
    assert row.title == "Rescued chat"
    assert Conversations(database).load(row.id).nodes == chat.nodes
    database.close()


def test_rows_that_make_no_sense_are_left_out(path: Path, chat: Conversation) -> None:
    with closing(sqlite.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("DROP TRIGGER message_only_grows")
        connection.execute("UPDATE message SET role = 'oracle' WHERE row = 7")
        connection.execute("UPDATE message SET text = CAST(x'66ff6f' AS TEXT) WHERE row = 8")
    rescue = salvage.heal(path)
    assert rescue.messages == MESSAGES - 1
    database = Database.open(path)
    found = Conversations(database).load(chat.id)
    assert len(found.path()) == MESSAGES - 1
    assert found.path()[6].text == "f\N{REPLACEMENT CHARACTER}o"
    database.close()


def test_tables_of_another_shape_give_what_they_have(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE chat (row INTEGER PRIMARY KEY, strange TEXT)")
        connection.execute("CREATE TABLE message (strange TEXT)")
        connection.execute("CREATE TABLE model (row INTEGER PRIMARY KEY, path BLOB)")
        connection.execute("INSERT INTO model VALUES (1, x'2f')")
    rescue = salvage.heal(path)
    assert (rescue.chats, rescue.messages) == (0, 0)


@pytest.mark.usefixtures("chat")
def test_a_failed_rescue_leaves_the_damaged_file_in_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite(path, 0, bytes(16))
    damaged = path.read_bytes()

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", no_room)
    with pytest.raises(StorageError, match="No room"):
        Database.open(path)
    assert path.read_bytes() == damaged
    monkeypatch.undo()
    found, database = rescued(path)
    assert len(found.nodes) == MESSAGES
    database.close()


@pytest.mark.parametrize(
    ("page", "row"),
    [
        (b"", 0),
        (bytes(PAGE), 0),
        (b"\x0d\0\0\0\0" + bytes(PAGE - 5), 0),
        (b"\x0d\0\0\xff\xff" + bytes(PAGE - 5), 0),
        (b"\x0d\0\0\0\1\0\0\0\0\x0a" + b"\x05\x81\x00", 128),
        (b"\x0d\0\0\0\1\0\0\0\0\x0a" + b"\x05" + b"\xff" * 20, 0),
        (b"\x0d\0\0\0\1\0\0\0\xff\xff", 0),
    ],
)
def test_a_page_of_any_bytes_has_a_last_row_or_none(page: bytes, row: int) -> None:
    assert salvage._last_row(page) == row


def test_a_list_of_tables_that_lost_its_entries_is_damage(
    path: Path, chat: Conversation
) -> None:
    overwrite(path, 100, b"\x0d\0\0\0\0\x10\0\0" + bytes(PAGE - 108))
    found, database = rescued(path)
    assert found == chat
    database.close()


def test_folders_documents_and_all_else_a_person_made_are_rescued(
    path: Path, chat: Conversation
) -> None:
    made = {
        "folder": "(1, 'F', 'House', 1, 5)",
        "assistant": "(1, 'A', 'Cook', '', '', 'Be brief.', '', '', '', '', 1, 0, 5)",
        "prompt": "(1, 'P', 'sum', 'Sum up.', 1, 5)",
        "draft": "('chat', 'half a thought', 5)",
        "queued": "(1, 'chat', 1, 'and then')",
        "attachment": "(1, 3, 1, 'a.txt', 'document', 'text/plain', 9, 'pineapple', NULL, '')",
    }
    with closing(sqlite.connect(path)) as connection:
        for table, values in made.items():
            connection.execute(f"INSERT INTO {table} VALUES {values}")
        connection.execute(
            "INSERT INTO attachment VALUES"
            " (2, 999999, 1, 'b.txt', 'document', 'text/plain', 9, 'lost', NULL, '')"
        )
        connection.execute(
            "UPDATE chat SET folder = 1, pinned = 1, archived_ms = 7, removed_ms = 9,"
            " titled = 'person', assistant = 'A'"
        )
    overwrite(path, 0, bytes(100))
    found, database = rescued(path)
    assert len(found.nodes) == MESSAGES
    assert found.nodes[list(chat.nodes)[2]].attachments[0].text == "pineapple"
    with database.reading() as connection:
        for table, values in made.items():
            [row] = connection.execute(f"SELECT * FROM {table}").fetchall()
            [as_made] = connection.execute(f"SELECT {values[1:-1]}").fetchall()
            assert tuple(row) == tuple(as_made)
        [row] = connection.execute(
            "SELECT folder, pinned, archived_ms, removed_ms, titled, assistant FROM chat"
        )
        assert tuple(row) == (1, 1, 7, 9, "person", "A")
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    Organised(database).restore([ChatId("chat")])
    assert [each.chat for each in Conversations(database).search("pineapple")] == ["chat"]
    database.close()


def test_a_chat_whose_folder_is_lost_stands_with_the_others(
    path: Path, chat: Conversation
) -> None:
    with closing(sqlite.connect(path)) as connection:
        connection.execute("UPDATE chat SET folder = 77")
    overwrite(path, 0, bytes(100))
    found, database = rescued(path)
    assert found == chat
    assert Conversations(database).summaries()[0].folder is None
    database.close()
