"""How often the text of answers is sent on while it is written."""

from collections.abc import Iterable

from inglenook.core.ids import is_program_chat
from inglenook.engine.outbox import FLUSH_S
from inglenook.engine.protocol import Delta, Event

MOST_GAP_S = 0.1
"""Ten times a second is still a stream of words. Each time costs a program, our server and the
model's threads, which are kept from their cores, some 0.2 ms of a core (2026-11, two cores)."""


class Rhythm:
    """Decides how long text may wait for the text after it.

    Where a person reads along, no longer than an eye would see. Where many programs are
    answered at once, each has its turn less often: what is sent in a second stays the same,
    however many they are. The first text of an answer never waits.

    Threads: the engine's main thread only.
    """

    def __init__(self) -> None:
        self._programs: set[str] = set()
        self._persons: set[str] = set()
        self._silent: set[str] = set()

    def begin(self, request: str, chat: str) -> None:
        """Note an answer that may have text from now on."""
        (self._programs if is_program_chat(chat) else self._persons).add(request)
        self._silent.add(request)

    def end(self, request: str) -> None:
        """Forget an answer; harmless twice."""
        for each in (self._programs, self._persons, self._silent):
            each.discard(request)

    @property
    def gap_s(self) -> float:
        """Seconds between two times that text is sent."""
        if self._persons or not self._programs:
            return FLUSH_S
        return min(MOST_GAP_S, FLUSH_S * len(self._programs))

    def is_urgent(self, events: Iterable[Event]) -> bool:
        """Whether the first text of an answer is among these; note it."""
        if not self._silent:
            return False
        speaking = {each.request for each in events if isinstance(each, Delta) and each.text}
        first = self._silent & speaking
        self._silent -= first
        return bool(first)
