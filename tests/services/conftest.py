"""Chat and engine services over a real database and a real child process, the echo engine."""

import queue
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from inglenook.chat.message import Message, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId
from inglenook.engine.client import EngineClient
from inglenook.services.bus import Bus
from inglenook.services.chat import ChatService
from inglenook.services.echo import ECHO_PATH, echo_plan
from inglenook.services.engine import EngineService
from inglenook.services.events import (
    Announcement,
    ConversationChanged,
    ConversationOpened,
    EngineChanged,
    EnginePhase,
)
from inglenook.services.store import Store

WAIT_S = 30


class Ear:
    """Hears a bus and waits for announcements; what was passed over stays in ``all``."""

    def __init__(self, bus: Bus) -> None:
        self.all: list[Announcement] = []
        self._queue: queue.SimpleQueue[Announcement] = queue.SimpleQueue()
        self.close = bus.subscribe(self._hear)

    def _hear(self, announcement: Announcement) -> None:
        self.all.append(announcement)
        self._queue.put(announcement)

    def wait(self, wanted: type | Callable[[Announcement], bool]):
        """Return the next announcement that is wanted."""
        while True:
            heard = self._queue.get(timeout=WAIT_S)
            if isinstance(heard, wanted) if isinstance(wanted, type) else wanted(heard):
                return heard

    def phase(self, phase: EnginePhase):
        return self.wait(lambda each: isinstance(each, EngineChanged) and each.state.phase is phase)

    def answer(self, *statuses: Status) -> Conversation:
        """Return the conversation once its head has one of the statuses (or any final one)."""

        def is_there(each: Announcement) -> bool:
            if not isinstance(each, ConversationChanged) or each.conversation.head is None:
                return False
            status = each.conversation.message(each.conversation.head).status
            return status in statuses if statuses else status is not Status.WRITING

        return self.wait(is_there).conversation


class Desk:
    """Everything a chat needs, on one bus."""

    def __init__(self, path: Path) -> None:
        self.bus = Bus()
        self.ear = Ear(self.bus)
        self.problems: list = []
        self.store = Store(path, self.problems.append)
        self.loaded: list[str] = []
        self.engine = EngineService(
            self.bus, partial(EngineClient, backend="echo"), echo_plan, self.loaded.append
        )
        self.chat = ChatService(self.bus, self.engine, self.store)

    def ready(self) -> None:
        self.engine.load(ECHO_PATH)
        self.ear.phase(EnginePhase.READY)

    def new_chat(self) -> ChatId:
        chat = self.chat.create()
        self.ear.wait(ConversationOpened)
        return chat

    def say(self, chat: ChatId, text: str) -> Message:
        """Send, wait for the end, and return the answer."""
        self.chat.send(chat, text)
        conversation = self.ear.answer()
        return conversation.message(conversation.head)

    def close(self) -> None:
        self.chat.close()
        self.store.close()
        self.engine.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "data" / "chats.db")
    yield made
    made.close()
