"""The whole application below the window: real store, real engine process, echo or starter."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.data.engines import engines
from tests.journeys.session import Session
from tests.services.ear import Ear

from inglenook.chat.message import Message, Status
from inglenook.chat.sampling import EXACT
from inglenook.core.ids import ChatId
from inglenook.services.services import Services
from inglenook.storage.paths import Folders


class House:
    """The services with somebody who listens.

    Attributes:
        opened: The chat that was open once all was ready.
        chat: Its id.
    """

    def __init__(self, backend: str) -> None:
        self.services = Services.open(backend=backend)
        self.ear = Ear(self.services.bus)

    def start(self, load: str | None) -> None:
        """Begin, and wait until all is ready."""
        self.opened = self.ear.start(self.services, load)
        self.chat: ChatId = self.opened.id

    def say(self, text: str) -> Message:
        """Send, wait for the end, and return the answer as it is shown."""
        self.services.chat.send(self.chat, text)
        return self.answer()

    def answer(self) -> Message:
        """Return the next answer that has ended."""
        conversation = self.ear.answer()
        assert self.services.chat.settle(30)
        return conversation.message(conversation.head)

    def stored(self):
        """Return the open chat as it is on the disk."""
        store = self.services.store
        return store.ask(lambda: store.conversations.load(self.chat))

    def wait_for_text(self, characters: int = 1) -> Message:
        """Return the message that is being written once some of it is there."""
        conversation = self.ear.answer(Status.WRITING)
        head = conversation.message(conversation.head)
        while True:
            live = self.services.chat.live(head.id)
            if live is not None and len(live.text) >= characters:
                return head
            assert self.services.chat.settle(30)

    def engine(self) -> psutil.Process:
        """Return the engine process."""
        [child] = engines()
        return child

    def close(self) -> None:
        self.services.close()


@pytest.fixture
def open_house() -> Iterator[Callable[..., House]]:
    houses = []

    def open_(backend: str = "echo", load: str | None = None) -> House:
        houses.append(House(backend))
        houses[-1].start(load)
        return houses[-1]

    yield open_
    for house in houses:
        house.close()


@pytest.fixture
def house(open_house) -> House:
    return open_house()


@pytest.fixture
def real_house(open_house, starter: Path) -> House:
    """A house with the starter model; every choice of a word is the likeliest one."""
    house = open_house("llama")
    house.services.chat.sampling = EXACT
    return house


# --- the real window ---


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.below(tmp_path / "data")


@pytest.fixture
def start(
    qtbot: QtBot, qapp: QApplication, folders: Folders
) -> Iterator[Callable[..., Session]]:
    running: list[Session] = []

    def begin(backend: str = "echo") -> Session:
        running.append(Session(qtbot, qapp, folders, backend))
        return running[-1]

    yield begin
    for session in running:
        session.close()
