"""Waiting for what the engine tells of the questions of one request."""

import asyncio

from inglenook.core.ids import RequestId
from inglenook.engine.protocol import Delta
from inglenook.server.asked import Asked


class Clock:
    """Moves a loop's clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.now_s, usual = loop.time(), loop.time
        began_s = usual()
        self.ahead_s = 0.0
        loop.time = lambda: usual() + self.ahead_s
        assert loop.time() >= began_s


def asked(listeners: list) -> Asked:
    def ask(listener) -> RequestId:
        listeners.append(listener)
        return RequestId("one")

    return Asked([ask], lambda _request: None)


def test_silence_is_told_after_so_long_even_when_less_patience_follows_more():
    async def waited() -> list[object]:
        clock, found = Clock(asyncio.get_running_loop()), []
        with asked([]) as asking:
            for patience_s in (3600.0, 15.0, 10.0):
                waiting = asyncio.ensure_future(asking.next(patience_s))
                await asyncio.sleep(0)
                assert not waiting.done()
                clock.ahead_s += patience_s
                found.append(await asyncio.wait_for(waiting, 60))
        return found

    assert asyncio.run(waited()) == [None, None, None]


def test_an_alarm_of_before_does_not_cut_the_next_wait_short():
    async def waited() -> tuple[object, object]:
        clock, listeners = Clock(asyncio.get_running_loop()), []
        with asked(listeners) as asking:
            waiting = asyncio.ensure_future(asking.next(10.0))
            await asyncio.sleep(0)
            clock.ahead_s += 8.0
            listeners[0](RequestId("one"), Delta("one", "word", 1))
            first = await waiting
            waiting = asyncio.ensure_future(asking.next(10.0))
            await asyncio.sleep(0)
            clock.ahead_s += 8.0  # the first alarm rings, the second wait goes on
            for _ in range(5):
                await asyncio.sleep(0)
            assert not waiting.done()
            clock.ahead_s += 8.0
            return first, await asyncio.wait_for(waiting, 60)

    first, second = asyncio.run(waited())
    assert first == (0, Delta("one", "word", 1))
    assert second is None


def test_less_patience_than_before_is_kept():
    async def waited() -> object:
        clock, listeners = Clock(asyncio.get_running_loop()), []
        with asked(listeners) as asking:
            waiting = asyncio.ensure_future(asking.next(3600.0))
            await asyncio.sleep(0)
            listeners[0](RequestId("one"), Delta("one", "word", 1))
            await waiting
            waiting = asyncio.ensure_future(asking.next(10.0))
            await asyncio.sleep(0)
            clock.ahead_s += 10.0
            return await asyncio.wait_for(waiting, 60)

    assert asyncio.run(waited()) is None
