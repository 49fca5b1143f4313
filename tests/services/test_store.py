"""The database opens when it is needed, and again when it could not be opened before."""

import pytest
from tests.services.ear import WAIT_S

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BusyDatabaseError, StorageError
from inglenook.core.ids import ChatId, NodeId
from inglenook.services import store as store_module
from inglenook.services.store import Store
from inglenook.storage import sqlite
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database

CHAT, NODE = ChatId("01" * 13), NodeId("02" * 13)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "chats.db"


@pytest.fixture
def problems():
    return []


@pytest.fixture
def store(path, problems):
    made = Store(path, problems.append)
    yield made
    made.close()


def chats(store):
    return store.ask(lambda: list(store.conversations.summaries()))


def test_nothing_is_opened_before_it_is_needed(store, path):
    assert store.settle(WAIT_S)
    assert not path.exists()
    assert chats(store) == []
    assert store.ask(lambda: list(store.library.models())) == []
    assert path.exists()


def test_what_cannot_be_opened_is_tried_again_by_the_next_job(store, path, problems):
    path.mkdir(parents=True)
    store.post(lambda: store.conversations)
    with pytest.raises(StorageError):
        store.ask(lambda: store.library)
    assert len(problems) == 1
    path.rmdir()
    assert chats(store) == []


def test_a_job_may_have_somebody_else_told(store, path, problems):
    path.mkdir(parents=True)
    others = []
    store.post(lambda: store.conversations, others.append)
    assert store.settle(WAIT_S)
    assert (len(others), problems) == (1, [])


def test_an_answer_left_by_a_dead_program_is_interrupted_at_the_first_opening(store, path):
    leave_an_unfinished_answer(path)
    found = store.ask(lambda: store.conversations.load(CHAT))
    assert found.message(NODE).status is Status.INTERRUPTED
    assert found.message(NODE).text == "Once upon"


def leave_an_unfinished_answer(path):
    database = Database.open(path)
    answer = Message(NODE, None, Role.ASSISTANT, "Once upon", 1, Status.WRITING)
    Conversations(database).grow(Conversation.of(CHAT, [answer]), [answer])
    database.close()


def test_a_database_that_cannot_be_mended_is_closed_again(store, monkeypatch):
    def busy(self):
        raise BusyDatabaseError("Another program is using your chats", "Close it.")

    monkeypatch.setattr(store_module.Conversations, "interrupt_unfinished", busy)
    with pytest.raises(BusyDatabaseError):
        store.ask(lambda: store.conversations)
    monkeypatch.undo()
    assert chats(store) == []


def test_what_happened_while_opening_is_told(store, path, problems):
    path.parent.mkdir()
    leave_an_unfinished_answer(path)
    damage(path)
    store.ask(lambda: store.conversations)
    assert len(problems) == 1


def damage(path):
    with sqlite.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    path.write_bytes(b"this was a database once" * 100)
    # As a program leaves it that died: the next start looks closer.
    path.with_name(f"{path.name}.0123456789abcdef.open").touch()


def test_closing_twice_and_unopened_is_harmless(path, problems):
    store = Store(path, problems.append)
    store.close()
    assert not path.exists()
