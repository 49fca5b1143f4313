"""Snapshots through the real engine process: kept over its death, gone with the chat."""

import queue
from dataclasses import replace

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import EXACT
from inglenook.engine.client import EngineClient
from inglenook.engine.protocol import (
    Answer,
    Delta,
    Done,
    Forget,
    Load,
    Loaded,
    SnapshotSaved,
    Started,
    Turn,
)
from inglenook.models.fit import EngineSettings

pytestmark = pytest.mark.model

CHAT = "0" * 26
PATIENCE_S = 120
SETTINGS = EngineSettings(context_tokens=1024, threads=1)
QUESTION = Turn(Role.USER, "People sat by the hearth and told stories. " * 45)


class Engine:
    """A process with the starter model."""

    def __init__(self, starter, folder):
        self._events = queue.SimpleQueue()
        self.client = EngineClient(self._events.put, lambda *death: self._events.put(death))
        self.client.start()
        self.client.send(Load(str(starter), SETTINGS, str(folder)))
        self.until(Loaded)

    def until(self, *kinds):
        while not isinstance(event := self._events.get(timeout=PATIENCE_S), kinds):
            assert not isinstance(event, tuple), event
        return event

    def answer(self, *turns, tokens=8):
        """Return how many tokens were reused, and the answer."""
        sampling = replace(EXACT, answer_limit_tokens=tokens)
        self.client.send(Answer("r", CHAT, turns, sampling))
        reused, text = self.until(Started).reused_tokens, ""
        while isinstance(event := self.until(Delta, Done), Delta):
            text += event.text
        return reused, text


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "snapshots"
    folder.mkdir()
    return folder


@pytest.fixture
def engine(starter, folder):
    """Starts an engine, as often as it is called; all are ended."""
    started = []

    def start():
        started.append(Engine(starter, folder))
        return started[-1]

    yield start
    for each in started:
        each.client.close()


@pytest.fixture
def kept(engine, folder):
    """What was answered by an engine that has ended, with its snapshot on the disk."""
    first = engine()
    reused, text = first.answer(QUESTION)
    assert reused == 0
    first.until(SnapshotSaved)
    first.client.close()
    return text


def more(text):
    return QUESTION, Turn(Role.ASSISTANT, text), Turn(Role.USER, "And then?")


def file_in(folder):
    (path,) = folder.rglob("*.kv")
    return path


def test_a_chat_goes_on_in_another_process_without_being_read_again(engine, kept):
    reused, _text = engine().answer(*more(kept))
    assert reused > 400


def test_the_same_question_again_gives_the_same_answer(engine, kept):
    reused, text = engine().answer(QUESTION)
    assert reused > 400
    assert text == kept


def test_a_damaged_snapshot_is_read_again_and_gives_the_same_answer(engine, kept, folder):
    path = file_in(folder)
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    reused, text = engine().answer(QUESTION)
    assert reused == 0
    assert text == kept


def test_a_forgotten_chat_leaves_no_file_although_the_engine_ends_at_once(engine, kept, folder):
    last = engine()
    last.answer(*more(kept))
    last.client.send(Forget(CHAT))
    last.client.close()
    assert not [each for each in folder.rglob("*") if each.is_file()]
