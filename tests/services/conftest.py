"""Services over a real database and a real child process (the echo engine), or a played one."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from tests.services.ear import WAIT_S, Ear

from inglenook.chat.message import Message, Status
from inglenook.chat.tree import Conversation
from inglenook.core.errors import EngineStoppedError
from inglenook.core.ids import ChatId
from inglenook.engine.client import EngineClient
from inglenook.engine.death import Death
from inglenook.engine.protocol import Answer, Command, Loaded
from inglenook.services.bus import Bus
from inglenook.services.chat import ChatService
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.engine import EngineService
from inglenook.services.events import (
    ConversationOpened,
    EnginePhase,
)
from inglenook.services.store import Store
from inglenook.storage import sqlite


class Desk:
    """Everything a chat needs, on one bus."""

    def __init__(self, path: Path, make_client=None, plan=echo_plan, **engine) -> None:
        self.path = path
        self.bus = Bus()
        self.ear = Ear(self.bus)
        self.problems: list = []
        self.store = Store(path, self.problems.append, busy_timeout_s=0.05)
        self.loaded: list[str] = []
        self.opened: list[ChatId] = []
        make_client = make_client or partial(EngineClient, backend="echo")
        self.engine = EngineService(self.bus, make_client, plan, self.loaded.append, **engine)
        self.chat = ChatService(self.bus, self.engine, self.store, self.opened.append)
        self._is_closed = False

    def ready(self, path: str = ECHO_PATH) -> None:
        self.engine.load(path)
        self.ear.phase(EnginePhase.READY)

    def new_chat(self) -> ChatId:
        chat = self.chat.create()
        self.ear.wait(ConversationOpened)
        return chat

    def say(self, chat: ChatId, text: str) -> Message:
        """Send, wait for the end, and return the answer."""
        self.chat.send(chat, text)
        conversation = self.ear.answer()
        assert self.chat.settle(WAIT_S)  # an answer is shown before it is stored
        return conversation.message(conversation.head)

    def wait_for_text(self, chat: ChatId, least: int = 1) -> Conversation:
        """Return the conversation once its answer has some text that streams."""
        grown = self.ear.answer(Status.WRITING)
        while True:
            live = self.chat.live(grown.head)
            if live is not None and len(live.text) >= least:
                return grown
            assert self.chat.settle(WAIT_S)

    def stored(self, chat: ChatId) -> Conversation:
        """Return what is on the disk."""
        return self.store.ask(lambda: self.store.conversations.load(chat))

    def listed(self) -> list[ChatId]:
        """Return the ids in the list of chats on the disk."""
        return self.store.ask(lambda: [row.id for row in self.store.conversations.summaries()])

    def fill_disk(self) -> None:
        """Let the database find no more room, until ``free_disk``."""
        self._pages("PRAGMA max_page_count = 1")

    def free_disk(self) -> None:
        self._pages("PRAGMA max_page_count = 1000000")

    def _pages(self, pragma: str) -> None:
        def limit():
            _ = self.store.conversations
            self.store._opened.database._connection.execute(pragma).fetchall()

        self.store.ask(limit)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let another program hold the database."""
        with closing(sqlite.connect(self.path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self.chat.close()
            self.store.close()
            self.engine.close()


class Played:
    """An engine client that a test plays: it records commands and says what it is told.

    Attributes:
        sent: Commands, oldest first.
        refuses: Answers are refused as too large.
    """

    def __init__(self, on_event, on_death) -> None:
        self.event, self._on_death = on_event, on_death
        self.sent: list[Command] = []
        self.started = self.stopped = self.killed = 0
        self.closed = False
        self.refuses = False

    def start(self) -> None:
        self.started += 1

    def send(self, command: Command) -> None:
        if self.refuses and isinstance(command, Answer):
            raise EngineStoppedError("The engine is not running", "Load a model to start it.")
        self.sent.append(command)

    def stop(self) -> None:
        self.stopped += 1

    def kill(self) -> None:
        self.killed += 1

    def close(self) -> None:
        self.closed = True

    def die(self, death: Death) -> None:
        self._on_death(death, death.restarting)

    def loaded(self, path: str = ECHO_PATH) -> None:
        self.event(Loaded(path, "echo", 8192, 8192, template="own", load_s=0.1))

    def kinds(self) -> list[str]:
        return [type(each).__name__ for each in self.sent]


class PlayedAlarm:
    """An alarm that rings when a test says so."""

    def __init__(self, after_s: float, then: Callable[[], None]) -> None:
        self.after_s, self.ring = after_s, then
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Alarms:
    """All alarms that were set, and the clock.

    Attributes:
        now_s: What the clock shows.
    """

    def __init__(self) -> None:
        self.all: list[PlayedAlarm] = []
        self.now_s = 0.0

    def set(self, after_s: float, then: Callable[[], None]) -> PlayedAlarm:
        self.all.append(PlayedAlarm(after_s, then))
        return self.all[-1]

    @property
    def due(self) -> list[float]:
        """How long each alarm waits that was not called off."""
        return [each.after_s for each in self.all if not each.is_cancelled]

    def ring(self) -> None:
        """Let all that were not called off ring, once."""
        alarms, self.all = self.all, []
        for each in alarms:
            if not each.is_cancelled:
                each.ring()


class PlayedDesk(Desk):
    """A desk whose engine and clock are played by the test.

    Attributes:
        client: The player.
        alarms: What it is to do later.
    """

    def __init__(self, path: Path, plan=echo_plan, **engine) -> None:
        def make(on_event, on_death):
            self.client = Played(on_event, on_death)
            return self.client

        self.alarms = Alarms()
        clock = {"set_alarm": self.alarms.set, "clock": lambda: self.alarms.now_s}
        super().__init__(path, make, plan, **clock, **engine)

    def ready(self, path: str = ECHO_PATH) -> None:
        self.engine.load(path)
        self.settle()
        self.client.loaded(path)

    def settle(self) -> None:
        """Wait for both workers."""
        assert self.engine._loading._worker.settle(WAIT_S)
        assert self.store.settle(WAIT_S)
        assert self.store.settle(WAIT_S)  # what the first ones posted


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    desks = []

    def make(kind=Desk, **options):
        desk = kind(tmp_path / "data" / "chats.db", **options)
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(make_desk) -> Desk:
    return make_desk()


@pytest.fixture
def played(make_desk) -> PlayedDesk:
    return make_desk(PlayedDesk)


@pytest.fixture
def make_played(make_desk):
    return lambda **options: make_desk(PlayedDesk, **options)


@pytest.fixture
def hear() -> Callable[[Bus], Ear]:
    return Ear
