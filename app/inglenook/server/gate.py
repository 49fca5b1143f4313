"""The gate before the routes: checks, limits, and an end for whoever hangs up.

Everything about a request that is not the answer itself happens here, so that no route can
forget it.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inglenook.server.api import Api
from inglenook.server.crowd import Crowd
from inglenook.server.endable import Ending
from inglenook.server.exchange import NAME, Exchange
from inglenook.server.guard import (
    MOST_BODY_BYTES,
    Visit,
    check_place,
    check_right,
    for_pages,
    is_preflight,
    preflight,
    too_large,
)
from inglenook.server.plain import refusal_response
from inglenook.server.program import program_of
from inglenook.server.refusal import RefusedError
from inglenook.services.listening import Door, Watch

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64
MOST_BYTES_AT_ONCE = 4 * MOST_BODY_BYTES
BODY_S = 60.0
"""A body is there by then: 32 MiB at half a MiB a second."""
PATHS = frozenset(
    {
        "/health",
        "/openapi.json",
        "/v1/models",
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/embeddings",
        "/v1/responses",
        "/tokenize",
        "/detokenize",
    }
)
_MODEL = "/v1/models/"
_UNKNOWN = "…"
_HUNG_UP = 499  # as nginx logs it; never sent
Pairs = tuple[tuple[str, str], ...]
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Gate:
    """Lets requests in to the routes.

    Threads: the loop's.
    """

    def __init__(self, routes: ASGIApp, api: Api, door: Door, watch: Watch) -> None:
        """Let nobody in yet.

        Args:
            routes: Answer those who are let in.
            api: What they ask.
            door: Who may come.
            watch: Told of each request.
        """
        self._routes, self._api, self._door, self._watch = routes, api, door, watch
        self._inside = 0
        self._turn = asyncio.Lock()
        self._sending = Crowd()
        self._bytes = 0

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Take a request to its end."""
        visit = _visit(scope)
        name = secrets.token_hex(8)
        client = scope["client"][0] if scope["client"] else ""
        program = program_of(" ".join(visit.all(b"user-agent")))
        answer, ending = _Answer(send), Ending(self._api)
        self._watch.began(name, _shown(visit.target), client, program, ending.ask)
        try:
            await ending.of(self._admit(visit, name, dict(scope), receive, answer, ending.api))
        except RefusedError as error:
            await answer.refuse(error, dict(scope), receive)
        except _HungUpError:
            answer.status = _HUNG_UP
        except Exception as error:  # noqa: BLE001 (the HTTP handler: a bug must not end it)
            # Not its text, which may quote what was asked.
            log.warning("a request failed: %s", type(error).__name__)
            await answer.refuse(RefusedError(500, _BUG), dict(scope), receive)
        finally:
            self._watch.ended(name, answer.status, by_person=ending.by_person)

    async def _admit(
        self,
        visit: Visit,
        name: str,
        scope: Scope,
        receive: Receive,
        answer: "_Answer",
        api: Api,
    ) -> None:
        check_place(visit, self._door)
        answer.add(for_pages(visit))
        if is_preflight(visit):
            await answer.say(204, preflight(visit))
            return
        check_right(visit, self._door)
        # A place is taken once the body is there: who sends it slowly keeps nobody away.
        body = await self._body(receive) if visit.method == "POST" else b""
        try:
            if self._inside >= MOST_AT_ONCE:
                raise _busy("Too many requests at once.")
            self._inside += 1
            try:
                exchange = Exchange(api, body, self._turn, partial(_follow, self._watch, name))
                await self._answer(exchange, scope, receive, answer)
            finally:
                self._inside -= 1
        finally:
            self._bytes -= len(body)

    async def _answer(
        self, exchange: Exchange, scope: Scope, receive: Receive, answer: "_Answer"
    ) -> None:
        scope[NAME] = exchange
        scope["app"] = self  # with it the router raises what it does not know
        work = self._routes(scope, _nothing_more, answer.send)
        await until_gone(work, receive, lambda: answer.is_whole)

    async def _body(self, receive: Receive) -> bytes:
        """Return the body, counted among those that are here."""
        parts = bytearray()
        slow = _Slow(asyncio.timeout(BODY_S))
        try:
            async with slow.patience:
                self._sending.join(slow)
                while True:
                    more, is_last = await _part(receive)
                    self._take_in(parts, more)
                    if is_last:
                        return bytes(parts)
        except TimeoutError:
            self._bytes -= len(parts)
            raise RefusedError(408, "The body did not come in time.") from None
        except BaseException:
            self._bytes -= len(parts)
            raise
        finally:
            self._sending.part(slow)

    def _take_in(self, parts: bytearray, more: bytes) -> None:
        if len(parts) + len(more) > MOST_BODY_BYTES:
            raise too_large()
        if self._bytes + len(more) > MOST_BYTES_AT_ONCE:
            raise _busy("Too much is sent at once.")
        parts += more
        self._bytes += len(more)


class _Slow:
    """A body that is being sent.

    Threads: the loop's.
    """

    def __init__(self, patience: asyncio.Timeout) -> None:
        self.patience = patience

    def leave(self) -> None:
        """Wait for it no longer."""
        if not self.patience.expired():  # else it has just gone by itself
            self.patience.reschedule(asyncio.get_running_loop().time())


class _HungUpError(Exception):
    """The program is gone."""


class _Answer:
    """What is sent back, with what every response has.

    Threads: the loop's.

    Attributes:
        status: Of HTTP; 0 until it begins.
        is_whole: Everything was sent.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._headers = [*_ALWAYS]
        self.status = 0
        self.is_whole = False

    def add(self, headers: Pairs) -> None:
        """Send these headers too, whatever is answered."""
        self._headers += _as_sent(headers)

    async def send(self, message: Message) -> None:
        """Send a part of a response."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message["headers"], *self._headers]}
        elif not message.get("more_body", False):
            self.is_whole = True
        await self._send(message)

    async def say(self, status: int, headers: Pairs) -> None:
        """Send a response without a body."""
        start = {"type": "http.response.start", "status": status}
        await self.send({**start, "headers": _as_sent(headers)})
        await self.send({"type": "http.response.body", "body": b""})

    async def refuse(self, error: RefusedError, scope: Scope, receive: Receive) -> None:
        """Send a refusal; a response that has begun is broken off instead."""
        if self.status:
            raise ConnectionAbortedError
        await refusal_response(error)(scope, receive, self.send)


_BUG = "Something went wrong inside Inglenook. Its log names the kind of fault."


async def until_gone(
    work: Awaitable[None], receive: Receive, is_whole: Callable[[], bool]
) -> None:
    """Do the work, but no longer than somebody waits for it.

    Args:
        work: Answers.
        receive: Tells that the program is gone, or needs no more.
        is_whole: Tells whether everything was sent.

    Raises:
        _HungUpError: the connection was closed before the end.
    """
    working = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not (working.done() or is_whole()):
            raise _HungUpError
        await working
    finally:
        for each in (working, gone):
            each.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


def _busy(message: str) -> RefusedError:
    return RefusedError(503, message, code="busy", headers=(("retry-after", "1"),))


def _as_sent(headers: Pairs) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers]


async def _gone(receive: Receive) -> None:
    kind = ""
    while kind != "http.disconnect":
        kind = (await receive())["type"]


async def _part(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise _HungUpError
    return message.get("body", b""), not message.get("more_body", False)


async def _nothing_more() -> Message:
    """Give an empty body: the routes have the whole one already."""
    return {"type": "http.request", "body": b"", "more_body": False}


def _follow(
    watch: Watch, name: str, model: str, prompt_tokens: int, answer_tokens: int
) -> None:
    watch.progressed(
        name, model=model, prompt_tokens=prompt_tokens, answer_tokens=answer_tokens
    )


def _visit(scope: Mapping[str, Any]) -> Visit:
    target = scope["raw_path"].decode("latin-1")
    return Visit(scope["method"], target, scope["headers"], scope["server"])


def _shown(target: str) -> str:
    """Return a path as the log holds it: what is served, nothing that was made up."""
    if target.startswith(_MODEL):
        return f"{_MODEL}…"
    return target if target in PATHS else _UNKNOWN
