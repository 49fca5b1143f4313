"""The server as the services know it: a thread that listens, from its making to its close."""

import asyncio
import errno
import logging
import socket
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import Any

from uvicorn.server import ServerState

from inglenook.core.errors import InglenookError, Problem
from inglenook.server.api import Api
from inglenook.server.crowd import Crowd
from inglenook.server.routes import build
from inglenook.server.wire import Wire, wire_config
from inglenook.services.listening import Door, Watch

log = logging.getLogger(__name__)

_BACKLOG = 128
_START_S = 10.0
_END_S = 5.0
_SILENT = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
"""They would quote what was asked where something goes wrong."""


class HttpListener:
    """Listens on a thread of its own with a loop of its own.

    Threads: made and closed on one; requests are answered on its own.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, api: Api, door: Door, watch: Watch, **patience: float) -> None:
        """Listen.

        Args:
            api: What programs ask.
            door: Where, and who may come.
            watch: Told of each request.
            patience: As for Wire.

        Raises:
            InglenookError: no port is free.
        """
        for each in _SILENT:
            logging.getLogger(each).disabled = True
        self._socket = bound(door)
        self.port: int = self._socket.getsockname()[1]
        self._app = build(api, door, watch)
        self._watch, self._patience = watch, patience
        self._is_ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="serving loop", daemon=True)
        self._thread.start()
        self._is_ready.wait(_START_S)

    def close(self) -> None:
        """End every request and the thread."""
        with suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(_END_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.set_exception_handler(_say_little)
            self._loop.run_until_complete(self._serve())
        except Exception as error:  # noqa: BLE001 (a worker loop: the window must hear of it)
            # Not its text, which may quote what was asked.
            log.warning("the server ended: %s", type(error).__name__)
            self._watch.broke(_BROKEN)
        finally:
            self._socket.close()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
            self._is_ready.set()

    async def _serve(self) -> None:
        state, crowd = ServerState(), Crowd()
        make = partial(Wire, wire_config(self._app), state, crowd, **self._patience)
        server = await self._loop.create_server(make, sock=self._socket, backlog=_BACKLOG)
        self._is_ready.set()
        await self._end.wait()
        server.close()
        tasks = list(state.tasks)
        for wire in list(state.connections):
            wire.transport.abort()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_END_S / 2)


def bound(door: Door) -> socket.socket:
    """Return a socket at the first port that is free.

    Raises:
        InglenookError: none is.
    """
    why = ""
    for port in door.ports:
        # Without the protocol's name asyncio leaves Nagle's algorithm on: 44 ms an answer.
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            _keep_alone(made)
            made.bind((door.host, port))
            made.listen(_BACKLOG)
        except OSError as error:
            made.close()
            why = errno.errorcode.get(error.errno or 0, "")
        else:
            return made
    raise InglenookError(
        "No port is free for other programs",
        "Choose another port, or end the program that has this one.",
        port=door.ports[0],
        tried=len(door.ports),
        reason=why,
    )


def _keep_alone(made: socket.socket) -> None:
    """Let nobody else listen at the same place, and let it be used again soon after."""
    if sys.platform == "win32":  # pragma: no cover - another system
        made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)


def _say_little(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log a fault on the loop without its text, which may quote what was asked."""
    log.warning("a fault while serving: %s", type(context.get("exception")).__name__)


_BROKEN = Problem(
    "The server for other programs broke", "Switch it on again; if it happens twice, report it."
)
