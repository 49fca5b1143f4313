"""How often the text of answers is sent on while it is written."""

from collections.abc import Iterable

from inglenook.core.ids import is_program_chat
from inglenook.engine.outbox import FLUSH_S
from inglenook.engine.protocol import Delta, Event

PROGRAM_GAP_S, MOST_GAP_S = 0.05, 0.1
"""Ten times a second is still a stream of words. Each time wakes our server and the program,
which take their cores from the model's threads: told every 20 ms, one program was answered at
0.93 of llama-server's speed, told every 50 ms at 0.965, every 100 ms at 0.95 (2026-11, two
cores, two threads, medians of 15 rounds in one run; the last two differ by its noise)."""


class Rhythm:
    """Decides how long text may wait for the text after it.

    Where a person reads along, no longer than an eye would see. Programs are told less often,
    the more of them are answered at once. The first text of an answer never waits.

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
        return min(MOST_GAP_S, PROGRAM_GAP_S * len(self._programs))

    def is_urgent(self, events: Iterable[Event]) -> bool:
        """Whether the first text of an answer is among these; note it."""
        if not self._silent:
            return False
        speaking = {each.request for each in events if isinstance(each, Delta) and each.text}
        first = self._silent & speaking
        self._silent -= first
        return bool(first)
