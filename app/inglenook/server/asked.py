"""The questions of one request, asked side by side, and what the engine tells of each."""

import asyncio
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
        self._told: asyncio.Queue[Told] = asyncio.Queue()
        self._open: dict[int, RequestId] = {}
        self._is_flooded = False

    def __enter__(self) -> "Asked":
        for number, ask in enumerate(self._asks):
            self._open[number] = ask(partial(self._hear, number))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for request in self._open.values():
            self._cancel(request)

    async def next(self, within_s: float) -> Told | None:
        """Return what is told next; None if nothing is, so long.

        Raises:
            RefusedError: more was told than anybody has read.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                told = await self._told.get()
                self._check()
                return told
        return None

    async def all(self) -> AsyncIterator[Told]:
        """Give everything until the last question has its end.

        Raises:
            RefusedError: more was told than anybody has read.
        """
        while not self.is_over:
            yield await self._told.get()
            self._check()

    @property
    def is_over(self) -> bool:
        """Whether every question has its end, and everything was given."""
        return not self._open and self._told.empty()

    def _hear(self, number: int, _request: RequestId, event: AnswerEvent) -> None:
        with suppress(RuntimeError):  # the loop has ended; so has everybody who asked
            self._loop.call_soon_threadsafe(self._put, number, event)

    def _put(self, number: int, event: AnswerEvent) -> None:
        if isinstance(event, _LAST):
            self._open.pop(number, None)
        if self._told.qsize() < MOST_UNREAD:
            self._told.put_nowait((number, event))
        else:
            self._is_flooded = True

    def _check(self) -> None:
        if self._is_flooded:
            raise RefusedError(408, "The answer was not read as fast as it came.")
