"""Nothing is left of a chat that was forgotten, whatever is loaded by then."""

import pytest
from tests.data.tiny_llama import write
from tests.data.tiny_recurrent import write_lfm2

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.engine.answering import LlamaBackend
from inglenook.engine.protocol import Answer, Load, Turn
from inglenook.models.settings import EngineSettings

SETTINGS = EngineSettings(context_tokens=1024, threads=1)
QUESTION = (Turn(Role.USER, "By the fire we told stories. " * 20),)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "snapshots"
    folder.mkdir()
    return folder


@pytest.fixture
def backend(tmp_path, folder):
    """With a tiny model that has answered two chats."""
    made = LlamaBackend()
    made.load(Load(str(write(tmp_path / "m.gguf")), SETTINGS, str(folder)), lambda _: True)
    for chat in ("gone", "stays"):
        made.accept(Answer(chat, chat, QUESTION, Sampling(answer_limit_tokens=2)))
        while made.is_busy:
            made.step()
    yield made
    made.unload()


def kept(folder):
    return sorted(each.name for each in folder.glob("*/*"))


def test_a_chat_is_forgotten_after_its_model_was_freed(backend, folder):
    backend.unload()
    assert kept(folder) == ["gone.kv", "stays.kv"]
    backend.forget("gone")
    assert kept(folder) == ["stays.kv"]


def test_a_chat_is_forgotten_while_another_model_is_loaded(backend, folder, tmp_path):
    other = str(write_lfm2(tmp_path / "other.gguf"))
    backend.load(Load(other, SETTINGS, str(folder)), lambda _: True)
    backend.forget("gone")
    assert kept(folder) == ["stays.kv"]


def test_what_a_crash_left_half_written_goes_with_its_chat(backend, folder):
    backend.unload()
    draft = next(folder.glob("*/gone.kv")).with_name("gone.0123456789ab.part")
    draft.write_bytes(b"half")
    backend.forget("gone")
    assert kept(folder) == ["stays.kv"]


@pytest.mark.parametrize("chat", ["*", "../stays", "", "st?ys"])
def test_an_id_that_is_no_file_name_takes_nothing_with_it(backend, folder, chat):
    backend.unload()
    backend.forget(chat)
    assert kept(folder) == ["gone.kv", "stays.kv"]
