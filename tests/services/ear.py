"""Hears a bus and waits for what a test wants to hear."""

import queue
from collections.abc import Callable

from inglenook.chat.message import Status
from inglenook.chat.tree import Conversation
from inglenook.services.bus import Bus
from inglenook.services.events import (
    Announcement,
    ConversationChanged,
    ConversationOpened,
    EngineChanged,
    EnginePhase,
    ProblemArose,
)

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
        return self.wait_for_all(wanted)[0]

    def wait_for_all(self, *wanted: type | Callable[[Announcement], bool]) -> list:
        """Return the next announcement for each that is wanted, in whatever order they come.

        Different threads tell of different things: of two, either may come first.
        """
        found: dict[int, Announcement] = {}
        while len(found) < len(wanted):
            heard = self._queue.get(timeout=WAIT_S)
            for place, each in enumerate(wanted):
                is_it = isinstance(heard, each) if isinstance(each, type) else each(heard)
                if is_it and place not in found:
                    found[place] = heard
                    break
        return [found[place] for place in range(len(wanted))]

    def start(self, services, load: str | None = None) -> Conversation:
        """Start services; return the chat that is open once the engine is ready as well."""
        services.start(load)
        opened, _ = self.wait_for_all(ConversationOpened, in_phase(EnginePhase.READY))
        return opened.conversation

    def phase(self, phase: EnginePhase):
        return self.wait(in_phase(phase))

    def answer(self, *statuses: Status) -> Conversation:
        """Return the conversation once its head has one of the statuses (or any final one)."""

        def is_there(each: Announcement) -> bool:
            if not isinstance(each, ConversationChanged) or each.conversation.head is None:
                return False
            status = each.conversation.message(each.conversation.head).status
            return status in statuses if statuses else status is not Status.WRITING

        return self.wait(is_there).conversation

    def drafts(self) -> list[str]:
        return [each.draft for each in self.all if isinstance(each, ProblemArose)]


def in_phase(phase: EnginePhase) -> Callable[[Announcement], bool]:
    """Return what tells that the engine has come to a phase."""
    return lambda each: isinstance(each, EngineChanged) and each.state.phase is phase
