"""Everything is built once, started, and closed without leaving a thread or a process."""

import threading

import pytest
from tests.data.gguf_files import tiny_model
from tests.services.ear import WAIT_S

from inglenook.core.errors import ReadOnlyError
from inglenook.services import services as services_module
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.events import ConversationOpened, EnginePhase, ModelsChanged
from inglenook.services.services import Services
from inglenook.storage.paths import Folders


def test_a_first_start_opens_a_new_chat_and_loads_a_model(home, hear):
    with Services.open(backend="echo") as services:
        ear = hear(services.bus)
        chat = ear.start(services)
        assert chat.nodes == {}
        assert services.engine.state.model.path == ECHO_PATH
        assert services.settings.now.last_model == ""
    assert (home / "settings.json").exists()


def test_the_chat_that_was_open_is_opened_again(hear):
    with Services.open(backend="echo") as services:
        ear = hear(services.bus)
        services.start()
        chat = ear.wait(ConversationOpened).conversation.id
        services.chat.send(chat, "/echo text=Hi")
        ear.answer()
    with Services.open(backend="echo") as services:
        ear = hear(services.bus)
        services.start()
        assert ear.wait(ConversationOpened).conversation.id == chat
        services.settings.choose("opens_with", "new")
    with Services.open(backend="echo") as services:
        ear = hear(services.bus)
        services.start()
        assert ear.wait(ConversationOpened).conversation.id != chat


def test_closing_leaves_no_thread_and_may_be_done_twice(hear):
    before = set(threading.enumerate())
    services = Services.open(backend="echo")
    services.start()
    hear(services.bus).wait(ModelsChanged)
    services.close()
    services.close()
    assert set(threading.enumerate()) <= before  # threads of earlier tests may end meanwhile


def test_a_closed_and_never_started_one_leaves_no_thread(home):
    before = set(threading.enumerate())
    Services.open().close()
    assert set(threading.enumerate()) <= before  # threads of earlier tests may end meanwhile


def test_folders_can_be_given(tmp_path):
    folders = Folders.below(tmp_path / "elsewhere")
    with Services.open(backend="echo", folders=folders) as services:
        assert services.folders.data.is_dir()


def test_a_home_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ReadOnlyError):
        Services.open(folders=Folders.below(tmp_path / "file" / "home"))


def test_the_model_asked_for_comes_before_the_last_one_and_the_starter(
    tmp_path, monkeypatch, hear
):
    asked = tmp_path / "asked.gguf"
    asked.write_bytes(tiny_model())
    monkeypatch.setattr(services_module, "resources", lambda: tmp_path / "nothing here")
    with Services.open() as services:
        ear = hear(services.bus)
        services.start()
        services.chat.settle(WAIT_S)
        assert services.engine.state.phase is EnginePhase.NO_MODEL
        services.start(load=str(asked))
        assert ear.phase(EnginePhase.LOADING).state.model.path == str(asked)


def test_the_echo_has_a_plan_that_says_so():
    model, plan = echo_plan(ECHO_PATH)
    assert (model.name, plan.summary) == ("Echo", "Echo engine")


def test_a_loaded_model_is_the_one_to_start_with_next_time():
    with Services.open(backend="echo") as services:
        services_module._loaded(services.settings, services.models, "/some/model.gguf")
        assert services.settings.now.last_model == "/some/model.gguf"
        assert services.store.settle(30)
