"""Engines to talk to: a client with its events in a queue, in a real process or on a thread."""

import queue
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.engine.client import Death, EngineClient, Limits
from inglenook.engine.protocol import Answer, Delta, Done, Event, Failed, Load, Loaded, Turn
from inglenook.engine.thread import EngineThread
from inglenook.models.fit import EngineSettings

PATIENCE_S = 30.0
QUICK = Limits(start_s=20, silence_s=3, busy_silence_s=6, close_s=3)


class Talk:
    """A client whose events and deaths can be waited for, in their order."""

    def __init__(self, **options: object) -> None:
        self._heard: queue.SimpleQueue[Event | Death] = queue.SimpleQueue()
        self.everything: list[Event | Death] = []
        self.client = EngineClient(self._heard.put, self._died, **options)

    def _died(self, death: Death, restarting: bool) -> None:
        assert restarting == death.restarting
        self._heard.put(death)

    def start(self, path: str = "/models/any.gguf", context_tokens: int = 4096) -> None:
        self.client.start()
        self.load(path, context_tokens)
        self.until(Loaded)

    def load(self, path: str = "/models/any.gguf", context_tokens: int = 4096) -> None:
        self.client.send(Load(path, EngineSettings(context_tokens=context_tokens)))

    def ask(self, text: str, request: str = "one", chat: str = "chat", **knobs: object) -> None:
        turns = (Turn(Role.USER, text),)
        self.client.send(Answer(request, chat, turns, Sampling(**knobs)))

    def next(self) -> Event | Death:
        event = self._heard.get(timeout=PATIENCE_S)
        self.everything.append(event)
        return event

    def until(self, *kinds: type, request: str | None = None):
        while True:
            event = self.next()
            if isinstance(event, kinds) and request in {None, getattr(event, "request", None)}:
                return event

    def answer(self, text: str, **options: object) -> tuple[str, Done | Failed]:
        """Ask, and return all text and the end."""
        start = len(self.everything)
        self.ask(text, **options)
        end = self.until(Done, Failed)
        return self.text(start), end

    def text(self, start: int = 0, *, thinking: bool = False) -> str:
        deltas = [each for each in self.everything[start:] if isinstance(each, Delta)]
        return "".join(each.text for each in deltas if each.thinking is thinking)

    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.everything]


@pytest.fixture
def talk_to() -> Iterator[Callable[..., Talk]]:
    """Makes a Talk from the client's options; all are closed at the end."""
    talks: list[Talk] = []

    def make(**options: object) -> Talk:
        talks.append(Talk(**{"backend": "echo", "limits": QUICK, **options}))
        return talks[-1]

    yield make
    for each in talks:
        each.client.close()


@pytest.fixture
def process(talk_to: Callable[..., Talk]) -> Talk:
    """An echo in a real child process, with a model."""
    talk = talk_to()
    talk.start()
    return talk


@pytest.fixture
def thread(talk_to: Callable[..., Talk]) -> Talk:
    """An echo on a thread of the test, with a model."""
    talk = talk_to(launch=partial(EngineThread, "echo"))
    talk.start()
    return talk
