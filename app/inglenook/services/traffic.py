"""The requests of other programs: those under way, and a log of those that are over."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from inglenook.services.servingnews import LiveRequest, ServedRequest

MOST_LINES = 500

End = Callable[[], None]
"""Ends a request, because the person wants that."""


@dataclass(slots=True)
class _Pace:
    """When the first token of a request was seen, and how many there were then."""

    began_s: float
    first_s: float = 0.0
    first_tokens: int = 0


class Traffic:
    """Who asks, how far each answer is, and what it cost; never what it says.

    Threads: none of its own; its owner holds a lock around each call.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Know nobody yet.

        Args:
            clock: Seconds since 1970.
            ticks: Seconds that never go back.
        """
        self._clock, self._ticks = clock, ticks
        self._live: dict[str, LiveRequest] = {}
        self._paces: dict[str, _Pace] = {}
        self._ends: dict[str, End] = {}
        self._log: deque[ServedRequest] = deque(maxlen=MOST_LINES)

    @property
    def live(self) -> tuple[LiveRequest, ...]:
        """Return the requests under way, oldest first."""
        return tuple(self._live.values())

    @property
    def log(self) -> tuple[ServedRequest, ...]:
        """Return those that are over, newest first."""
        return tuple(reversed(self._log))

    def begin(self, request: str, route: str, client: str, program: str, end: End) -> None:
        """Know a request from now on."""
        began_s = self._clock()
        self._live[request] = LiveRequest(request, route, "", client, began_s, program=program)
        self._paces[request] = _Pace(self._ticks())
        self._ends[request] = end

    def ends(self, request: str | None) -> tuple[End, ...]:
        """Return what ends one request, or each that is under way; nothing if it is over."""
        if request is None:
            return tuple(self._ends.values())
        return tuple(end for name, end in self._ends.items() if name == request)

    def progress(
        self, request: str, model: str, prompt_tokens: int, answer_tokens: int
    ) -> None:
        """Know how far its answer is; nothing happens if it is over."""
        live = self._live.get(request)
        if live is None:
            return
        self._live[request] = replace(
            live,
            model=model,
            prompt_tokens=prompt_tokens,
            answer_tokens=answer_tokens,
            tokens_s=self._speed(self._paces[request], answer_tokens),
        )

    def end(
        self, request: str, status: int, *, by_person: bool = False
    ) -> ServedRequest | None:
        """Return the new line of the log; None if it was not under way."""
        live = self._live.pop(request, None)
        if live is None:
            return None
        del self._ends[request]
        spent_s = self._ticks() - self._paces.pop(request).began_s
        line = ServedRequest(
            live.began_s, live.route, live.model, status,
            live.prompt_tokens, live.answer_tokens, spent_s, live.client, live.program,
            by_person,
        )  # fmt: skip
        self._log.append(line)
        return line

    def clear_log(self) -> None:
        """Forget those that are over."""
        self._log.clear()

    def _speed(self, pace: _Pace, answer_tokens: int) -> float:
        now_s = self._ticks()
        if not answer_tokens:
            return 0.0
        if not pace.first_s:
            pace.first_s, pace.first_tokens = now_s, answer_tokens
        passed_s = now_s - pace.first_s
        return (answer_tokens - pace.first_tokens) / passed_s if passed_s > 0 else 0.0
