"""What a client tells a new engine, and how it lets one go; the engine is played."""

import queue
import threading

import pytest

from inglenook.chat.message import Timings
from inglenook.engine.channel import queue_channels
from inglenook.engine.client import Death
from inglenook.engine.death import Cause
from inglenook.engine.protocol import (
    VERSION,
    Answer,
    Done,
    Failed,
    Front,
    Load,
    Loaded,
    LoadFailed,
    Ready,
    SetThreads,
    Shutdown,
    command_from,
    to_bytes,
)

PATH = "/m/any.gguf"


class PlayedEngine:
    """Speaks the protocol on a thread: answers loads, keeps what it hears, dies when told.

    An answer it ends only when it is shut down.
    """

    pid = 0

    def __init__(self, heard: queue.SimpleQueue) -> None:
        self.channel, self._theirs = queue_channels()
        self._heard = heard
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        owed = []
        self._theirs.send(to_bytes(Ready(VERSION, "played", 0)))
        while (data := self._theirs.receive()) is not None:
            command = command_from(data)
            self._heard.put(command)
            if isinstance(command, Answer):
                owed.append(command.request)
            if isinstance(command, Shutdown):
                for request in owed:
                    self._theirs.send(to_bytes(Done(request, "stopped", Timings())))
                break
            if isinstance(command, Load) and "silent" not in command.path:
                done = Loaded(command.path, "", 1, 1, template="own", load_s=0)
                self._theirs.send(to_bytes(done))
        self._theirs.close()

    def kill(self) -> None:
        self.channel.close()

    def wait(self, timeout_s: float) -> int | None:
        self._thread.join(timeout_s)
        return None if self._thread.is_alive() else -9

    def output(self) -> str:
        return ""

    def close(self) -> None:
        self.channel.close()


@pytest.fixture
def heard():
    return queue.SimpleQueue()


@pytest.fixture
def talk(talk_to, heard):
    return talk_to(launch=lambda: PlayedEngine(heard))


def commands(heard, count):
    return [heard.get(timeout=20) for _ in range(count)]


def test_a_new_engine_hears_the_load_with_its_threads_and_then_the_chat_on_screen(talk, heard):
    talk.start(PATH)
    for command in (Front("a"), SetThreads(3), Front("b")):
        talk.client.send(command)
    assert [type(each) for each in commands(heard, 4)] == [Load, Front, SetThreads, Front]
    talk.client.kill()
    assert talk.until(Death).cause is Cause.KILLED
    talk.until(Loaded)
    again, front = commands(heard, 2)
    assert (again.path, again.settings.threads) == (PATH, 3)
    assert front == Front("b")


def test_a_chat_that_left_the_screen_while_nothing_ran_is_not_brought_back(talk, heard):
    talk.start(PATH)
    talk.client.send(Front("a"))
    commands(heard, 2)
    talk.client.stop()
    talk.client.send(Front(""))
    assert commands(heard, 1) == [Shutdown()]
    talk.client.start()
    talk.load(PATH)
    talk.until(Loaded)
    talk.client.kill()
    talk.until(Loaded)
    assert [type(each) for each in commands(heard, 2)] == [Load, Load]
    assert heard.empty()


def test_a_stopped_engine_ends_without_a_death_and_another_one_can_start(talk, heard):
    talk.start(PATH)
    talk.client.stop()
    talk.client.stop()  # it has ended
    talk.client.start()
    talk.load(PATH)
    talk.until(Loaded)
    assert [type(each) for each in commands(heard, 3)] == [Load, Shutdown, Load]
    assert not any(isinstance(each, Death) for each in talk.everything)


def test_what_a_stopped_engine_owed_fails_in_words(talk, heard):
    talk.start(PATH)
    talk.ask("hello")
    talk.load("/m/silent.gguf")
    commands(heard, 3)
    talk.client.stop()
    assert talk.until(Failed).request == "one"
    assert talk.until(LoadFailed).problem.title == "The engine is not running"


def test_what_a_stopped_engine_owed_ends_only_once(talk, heard):
    talk.start(PATH)
    talk.ask("hello")
    commands(heard, 2)
    talk.client.stop()
    talk.client.start()
    talk.load(PATH)
    talk.until(Loaded)
    ends = [each for each in talk.everything if isinstance(each, Done | Failed)]
    assert [type(each) for each in ends] == [Failed]


def test_what_is_asked_of_a_stopped_engine_fails_in_words(talk, heard):
    talk.start(PATH)
    talk.client.stop()
    talk.ask("hello")
    talk.load(PATH)
    assert talk.until(Failed).request == "one"
    talk.until(LoadFailed)


def test_a_refusal_is_told_even_if_an_engine_is_started_at_once(talk, heard):
    talk.start(PATH)
    for _ in range(50):
        talk.client.stop()
        talk.ask("hello")
        talk.client.start()
        talk.until(Failed)
    talk.load(PATH)
    talk.until(Loaded)
