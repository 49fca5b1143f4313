"""The questions of one request, asked side by side, and what the engine tells of each."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from functools import partial
from types import TracebackType

from inglenook.core.errors import Problem
from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Detokenised, Done, Failed, Tokenised
from inglenook.server.refusal import RefusedError
from inglenook.services.requests import AnswerEvent, AnswerListener

MOST_UNREAD = 8192
"""Events that a program has not been told yet: some minutes of an answer."""

_LONG_S = 3600.0
_LAST = (Done, Failed, Problem, Tokenised, Detokenised)

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
        self._loop = asyncio.get_running_loop()
        self._told: deque[Told] = deque()
        self._news = asyncio.Event()
        self._open: dict[int, RequestId] = {}
        self._is_flooded = False

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
            # No time-out of asyncio: cancelling the wait costs more than each word does.
            alarm = self._loop.call_later(within_s, self._news.set)
            try:
                await self._news.wait()
            finally:
                alarm.cancel()
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
        for request in self._open.values():
            self._cancel(request)

    def _hear(self, number: int, _request: RequestId, event: AnswerEvent) -> None:
        with suppress(RuntimeError):  # the loop has ended; so has everybody who asked
            self._loop.call_soon_threadsafe(self._put, number, event)

    def _put(self, number: int, event: AnswerEvent) -> None:
        if isinstance(event, _LAST):
            self._open.pop(number, None)
        if len(self._told) < MOST_UNREAD:
            self._told.append((number, event))
        else:
            self._is_flooded = True
        self._news.set()
