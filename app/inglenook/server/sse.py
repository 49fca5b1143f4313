"""Answers as streams of server-sent events."""

import asyncio
from collections.abc import AsyncGenerator

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

DONE = b"data: [DONE]\n\n"
WAITING = b": waiting\n\n"
"""A comment: it tells a program, and whatever stands between, that somebody is still here."""

FIRST_S = 10.0
"""A stream begins by then: before, a problem is still told by the status."""

AGAIN_S = 15.0
"""So often a program that waits is told something; some give up after 30 seconds."""


def frame(fields: object, event: str = "") -> bytes:
    """Return one event.

    Args:
        fields: What JSON is made of.
        event: Its name, one word; ``""`` for none.
    """
    name = f"event: {event}\n".encode() if event else b""
    return name + b"data: " + msgspec.json.encode(fields) + b"\n\n"


class EventStream(Response):
    """A response that is sent as it comes.

    Threads: the loop's.
    """

    def __init__(self, frames: AsyncGenerator[bytes, None], first: bytes) -> None:
        """Send nothing yet.

        Args:
            frames: What is to be sent; closed at the end, however that comes.
            first: What is sent before.
        """
        super().__init__(media_type="text/event-stream; charset=utf-8")
        del self.headers["content-length"]
        self._frames, self._first = frames, first

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            await _put(send, self._first)
            async for each in self._frames:
                await _put(send, each)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await close(self._frames)


async def begun(frames: AsyncGenerator[bytes, None]) -> EventStream:
    """Return the response once there is something to send.

    Raises:
        RefusedError: what came first was a refusal: it can still have its own status.
    """
    try:
        return EventStream(frames, await anext(frames))
    except BaseException:
        await close(frames)
        raise


async def close(frames: AsyncGenerator[bytes, None]) -> None:
    """End what gives frames."""
    await asyncio.shield(frames.aclose())


async def _put(send: Send, frame: bytes) -> None:
    await send({"type": "http.response.body", "body": frame, "more_body": True})
