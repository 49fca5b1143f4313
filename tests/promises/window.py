"""One real window over real services, driven inside a process of its own, and measured."""

import os
import time
from collections.abc import Callable, Iterable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractEventDispatcher, QDeadlineTimer, QEventLoop, QTimer

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.services.services import Services
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.paths import find_folders
from inglenook.ui.app import make_application
from inglenook.ui.household import view_maker
from inglenook.ui.room import Room
from inglenook.ui.shell import Shell
from inglenook.ui.style import Look
from inglenook.ui.tidy import Tidy

WAIT_MS = 60_000
MOST_S = 0.1
"""Processor time that one turn of the event loop may take."""


def message(
    number: int, role: Role, text: str, parent: NodeId | None, **more: object
) -> Message:
    """Return a message that is whole; its id follows from its number."""
    node = NodeId(sortable_id(number, 0))
    return Message(node, parent, role, text, number, status=Status.COMPLETE, **more)


def store(chats: Iterable[Conversation]) -> None:
    """Write chats into the database that the window will open."""
    folders = find_folders()
    folders.create()
    database = Database.open(folders.database)
    conversations = Conversations(database)
    for chat in chats:
        conversations.grow(chat, chat.nodes.values())
    database.close()


class Turns:
    """Processor time of the window's thread for each turn of its event loop.

    Attributes:
        longest_s: Of one turn.
        during: What was being done then.
        doing: What is being done now.
        late: Every turn that took longer than it may, in words.
    """

    def __init__(self) -> None:
        self.longest_s, self.during, self.doing = 0.0, "", ""
        self.late: list[str] = []
        self._since_s = time.thread_time()
        # From block to block: blocking itself costs no processor time.
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self.end)

    def end(self) -> None:
        """Note the turn that ends here."""
        now_s = time.thread_time()
        took_s = now_s - self._since_s
        if took_s > self.longest_s:
            self.longest_s, self.during = took_s, self.doing
        if took_s > MOST_S:
            self.late.append(f"{took_s:.3f} s: {self.doing}")
        self._since_s = now_s

    def begin(self, doing: str) -> None:
        """Leave out what the harness itself did, and name what follows."""
        self.doing, self._since_s = doing, time.thread_time()


class Window:
    """The application with its window, as it is after a start."""

    def __init__(self) -> None:
        self.application = make_application()
        self.services = Services.open(backend="echo")
        self.services.settings.set_welcomed()
        self.look = Look(self.application)
        self.look.begin("light", 1.0)
        self.room = Room(self.look, self.services, view_maker())
        self.shell = Shell()
        self.shell.resize(1180, 800)
        self.shell.furnish(self.room)
        self.shell.show()
        self._tidy = Tidy()
        self._tidy.start()
        self.turns = Turns()
        self.services.start()
        self.wait(lambda: self.page.conversation is not None, "opens")

    @property
    def page(self):
        return self.room.page

    def wait(self, condition: Callable[[], bool], doing: str) -> None:
        """Let the window live until it is so."""
        self.turns.begin(doing)
        until, loop, looking = QDeadlineTimer(WAIT_MS), QEventLoop(), QTimer()
        looking.timeout.connect(lambda: condition() and loop.quit())
        late = QTimer(singleShot=True)
        late.timeout.connect(lambda: loop.exit(1))
        looking.start(2)
        late.start(until.remainingTime())
        is_late = loop.exec()
        self.turns.end()  # the last turn led here without blocking again
        if is_late:
            raise AssertionError(f"this did not come to its end: {doing}")

    def rest(self, turns: int, doing: str) -> None:
        """Let the window live for so many rounds of its timers."""
        left = iter(range(turns))
        self.wait(lambda: next(left, None) is None, doing)

    def open(self, chat: ChatId, doing: str) -> float:
        """Open a chat; return the processor time until it is painted, in seconds."""
        self.turns.begin(doing)
        begun_s = time.thread_time()
        self.services.chat.open(chat)
        self.wait(lambda: self.page.conversation.id == chat, doing)
        self.page._view.viewport().repaint()
        return time.thread_time() - begun_s

    def close(self) -> None:
        """End everything."""
        self._tidy.stop()
        self.room.bridge.close()
        self.shell.close()
        self.services.close()
