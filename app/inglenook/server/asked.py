"""The questions of one request, asked side by side, and what the engine tells of each."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from types import TracebackType

from inglenook.core.errors import Problem
from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Detokenised, Done, Failed, Tokenised
from inglenook.server.post import post_here
from inglenook.server.refusal import RefusedError
from inglenook.services.requests import AnswerEvent, AnswerListener

MOST_UNREAD = 8192
"""Events that a program has not been told yet: some minutes of an answer."""

_LONG_S = 3600.0
LAST = (Done, Failed, Problem, Tokenised, Detokenised)
"""Nothing is told of a question after one of these."""

Ask = Callable[[AnswerListener], RequestId]
"""Asks one question, given who hears the answer."""

Told = tuple[int, AnswerEvent]
"""Which question, from 0, and what happened."""


class Asked:
    """Questions under way; those that have no end yet are cancelled when it is left.

    Threads: the loop's; the engine tells on any other.
    """

    def __init__(self, asks: Sequence[Ask], cancel: Callable[[RequestId], None]) -> None:
        """Ask nothing yet.

        Args:
            asks: Ask one question each.
            cancel: Ends one.
        """
        self._asks, self._cancel = asks, cancel
        self._loop, self._post = asyncio.get_running_loop(), post_here()
        self._told: deque[Told] = deque()
        self._news = asyncio.Event()
        self._open: dict[int, RequestId] = {}
        self._is_flooded = False
        self._until_s = 0.0
        self._alarm: asyncio.TimerHandle | None = None

    def __enter__(self) -> "Asked":
        try:
            for number, ask in enumerate(self._asks):
                self._open[number] = ask(partial(self._hear, number))
        except BaseException:  # what was not entered is not left: the others would go on
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    async def next(self, within_s: float) -> Told | None:
        """Return what is told next; None if nothing is, so long.

        Raises:
            RefusedError: more was told than anybody has read.
        """
        if not self._told:
            self._until_s = self._loop.time() + within_s
            self._set_alarm()
            await self._news.wait()
        if self._is_flooded:
            raise RefusedError(408, "The answer was not read as fast as it came.")
        self._news.clear()
        return self._told.popleft() if self._told else None

    async def all(self) -> AsyncIterator[Told]:
        """Give everything until the last question has its end.

        Raises:
            RefusedError: more was told than anybody has read.
        """
        while not self.is_over:
            told = await self.next(_LONG_S)
            if told is not None:
                yield told

    @property
    def is_over(self) -> bool:
        """Whether every question has its end, and everything was given."""
        return not (self._open or self._told)

    def _end(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        for request in self._open.values():
            self._cancel(request)

    def _set_alarm(self) -> None:
        """Have one alarm, whatever is waited for: setting one for each word costs as much."""
        if self._alarm is not None and self._alarm.when() > self._until_s:
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None:
            self._alarm = self._loop.call_at(self._until_s, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._loop.time() < self._until_s:
            self._set_alarm()
        else:
            self._news.set()

    def _hear(self, number: int, _request: RequestId, event: AnswerEvent) -> None:
        self._post.send(partial(self._put, number, event))

    def _put(self, number: int, event: AnswerEvent) -> None:
        if isinstance(event, LAST):
            self._open.pop(number, None)
        if len(self._told) < MOST_UNREAD:
            self._told.append((number, event))
        else:
            self._is_flooded = True
        self._news.set()
