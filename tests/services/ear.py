"""Hears a bus and waits for what a test wants to hear."""

import queue
from collections.abc import Callable

from inglenook.chat.message import Status
from inglenook.chat.tree import Conversation
from inglenook.services.bus import Bus
from inglenook.services.events import (
    Announcement,
    ConversationChanged,
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
        while True:
            heard = self._queue.get(timeout=WAIT_S)
            if isinstance(heard, wanted) if isinstance(wanted, type) else wanted(heard):
                return heard

    def phase(self, phase: EnginePhase):
        return self.wait(
            lambda each: isinstance(each, EngineChanged) and each.state.phase is phase
        )

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
