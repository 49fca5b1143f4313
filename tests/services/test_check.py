"""What doctor looks at, in a good home and in broken ones."""

import stat
from types import SimpleNamespace

import pytest
from tests.data.gguf_files import tiny_model

from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.errors import (
    DamagedDatabaseError,
    DiskFullError,
    EngineStoppedError,
    InglenookError,
    ModelFileError,
    ReadOnlyError,
    StorageError,
)
from inglenook.core.ids import ChatId, NodeId
from inglenook.hardware.devices import FoundDevices
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts
from inglenook.services import check
from inglenook.services.check import CHECKS
from inglenook.storage import sqlite
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.library import Library, LibraryModel
from inglenook.storage.paths import find_folders

SECRET = "the heron nests by the weir"


@pytest.fixture
def lived_in(home):
    """A home with a chat and a model."""
    folders = find_folders()
    folders.create()
    folders.settings.write_text('{"theme": "dark"}')
    model = home / "Mine-2B.gguf"
    model.write_bytes(tiny_model())
    database = Database.open(folders.database)
    message = Message(NodeId("1" * 26), None, Role.USER, SECRET, 1)
    Conversations(database).grow(
        Conversation.of(ChatId("2" * 26), [message], title=SECRET), [message]
    )
    Library(database).add(LibraryModel(str(model), "Mine", "", 1, "llama", 0, 1))
    database.close()
    return folders


@pytest.fixture
def no_starter(monkeypatch, tmp_path):
    monkeypatch.setattr(check, "resources", lambda: tmp_path / "no resources")


def everything(*names):
    return {name: CHECKS[name]() for name in names}


def test_before_the_first_start_nothing_is_wrong_and_nothing_is_created(home, no_starter):
    found = everything("data folder", "chats", "settings", "models")
    assert "not there yet" in found["chats"][0]
    assert "not there yet" in found["settings"][0]
    assert not home.exists()


def test_in_a_home_that_is_lived_in_all_is_counted_and_nothing_of_a_chat_is_shown(
    lived_in, no_starter
):
    found = everything("data folder", "chats", "settings", "models")
    assert dict(found["chats"][1])["chats"] == "1"
    assert dict(found["chats"][1])["messages"] == "1"
    assert dict(found["chats"][1])["layout"].startswith("version ")
    assert found["settings"][0] == "read, dark theme"
    assert list(dict(found["models"][1]).values()) == ["readable"]
    assert "heron" not in repr(found)


def test_a_folder_that_others_can_open_is_told(lived_in):
    lived_in.data.chmod(0o755)
    with pytest.raises(ReadOnlyError) as caught:
        check.check_folders()
    assert "chmod 700" in caught.value.problem.advice


def test_a_folder_that_cannot_be_written_is_told(lived_in):
    lived_in.cache.chmod(0o500)
    with pytest.raises(ReadOnlyError) as caught:
        check.check_folders()
    lived_in.cache.chmod(stat.S_IRWXU)
    assert caught.value.problem.title == "The data folder cannot be written"


def test_a_full_disk_is_told_and_an_unknown_one_is_not(lived_in, monkeypatch):
    monkeypatch.setattr(check, "disk_free_bytes", lambda _: 1024)
    with pytest.raises(DiskFullError):
        check.check_folders()
    monkeypatch.setattr(check, "disk_free_bytes", lambda _: None)
    facts = dict(check.check_folders()[1])
    assert facts["free disk"].startswith("not known (")
    assert facts["free disk for models"].startswith("not known (")


def test_a_database_of_garbage_is_told(lived_in):
    lived_in.database.write_bytes(b"no database at all" * 200)
    with pytest.raises(StorageError):
        check.check_database()


def test_a_database_with_a_damaged_page_is_told(lived_in):
    with sqlite.connect(lived_in.database) as connection:
        connection.execute("CREATE TABLE odd(a)")
        root = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name='odd'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    data = bytearray(lived_in.database.read_bytes())
    data[(root - 1) * size : (root - 1) * size + 8] = b"\xee" * 8
    lived_in.database.write_bytes(bytes(data))
    with pytest.raises(DamagedDatabaseError):
        check.check_database()


def test_damaged_settings_are_told(lived_in):
    lived_in.settings.write_text("{ no")
    with pytest.raises(StorageError):
        check.check_settings()


def test_a_model_that_is_gone_is_named(lived_in, no_starter):
    (lived_in.data / "Mine-2B.gguf").unlink()
    with pytest.raises(ModelFileError) as caught:
        check.check_models()
    problem = caught.value.problem
    assert problem.title == "1 of 1 model files cannot be used"
    assert "not there any more" in next(iter(problem.facts.values()))


def test_an_engine_process_starts_and_answers():
    says, facts = check.check_echo_engine()
    assert "answers" in says
    assert dict(facts)["engine"] == "echo"


@pytest.mark.model
def test_an_engine_process_starts_with_llama_cpp():
    assert "llama.cpp" in dict(check.check_llama_engine()[1])["engine"]


def test_an_engine_that_dies_or_is_silent_is_told(monkeypatch):
    monkeypatch.setattr(check, "ECHO_PATH", "echo die=kill.gguf")
    with pytest.raises(EngineStoppedError):
        check.check_echo_engine()
    monkeypatch.setattr(check, "ECHO_PATH", "echo wait=60.gguf")
    monkeypatch.setattr(check, "_ENGINE_S", 0.6)
    with pytest.raises(EngineStoppedError) as caught:
        check.check_echo_engine()
    assert caught.value.problem.title == "The engine does not answer"


def found(monkeypatch, devices):
    runtimes = SimpleNamespace(devices=lambda: devices)
    monkeypatch.setattr(check, "usual_runtimes", lambda *_, **__: runtimes)


def test_graphics_cards_are_listed_with_their_memory(monkeypatch):
    card = DeviceFacts(
        "CUDA0", "A card", DeviceKind.DISCRETE, 8 << 30, 6 << 30, "570.1", "ggml"
    )
    found(monkeypatch, FoundDevices((card,), "a test", notes=("One is left out.",)))
    says, facts = check.check_devices()
    assert says == "A card"
    assert dict(facts) == {
        "CUDA0": "A card, discrete, driver 570.1, 6.0 GB of 8.0 GB free (ggml)",
        "source": "a test",
        "note": "One is left out.",
    }


def test_no_card_is_no_problem_but_a_failed_question_is(monkeypatch):
    found(monkeypatch, FoundDevices((), "a test"))
    assert "processor does the work" in check.check_devices()[0]
    found(monkeypatch, FoundDevices((), "it crashed", failed=True))
    with pytest.raises(EngineStoppedError) as caught:
        check.check_devices()
    assert caught.value.problem.facts["reason"] == "it crashed"


def test_every_fact_of_the_computer_has_its_source(monkeypatch):
    _, facts = check.check_computer()
    assert all(value.endswith(")") for _, value in facts)
    monkeypatch.setattr(check, "measure_host", lambda: HostFacts(8 << 30, 4 << 30, 2, 4))
    says, facts = check.check_computer()
    assert says == "4.0 GB of 8.0 GB memory free"
    assert dict(facts)["processor"] == "not known (measured)"


def test_every_check_says_one_thing_and_raises_only_ours(lived_in):
    for look in CHECKS.values():
        try:
            says, facts = look()
        except InglenookError as error:
            says, facts = error.problem.title, ()
        assert says
        assert all(len(fact) == 2 for fact in facts)
