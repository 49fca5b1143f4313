"""One connection: uvicorn's reading and writing of HTTP/1.1, with an end to all patience."""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from inglenook.server.crowd import Crowd
from inglenook.server.guard import MOST_BODY_BYTES, MOST_HEAD_BYTES

HEAD_S = 10.0
"""From the first byte of a request to the last one before its body."""

IDLE_S = 30.0
"""A connection stays so long on which nothing is asked, or whose refused body goes on."""

UNREAD_S = 30.0
"""A program may leave so long unread what was written for it."""


class Wire(H11Protocol):
    """A connection whose time is limited while nothing is being answered on it.

    Threads: the loop's.
    """

    def __init__(
        self,
        config: Config,
        state: ServerState,
        crowd: Crowd,
        *,
        head_s: float = HEAD_S,
        idle_s: float = IDLE_S,
        unread_s: float = UNREAD_S,
    ) -> None:
        """Be ready to be connected.

        Args:
            config: What answers, and uvicorn's own limits.
            state: All connections.
            crowd: Those that wait.
            head_s: Patience with the beginning of a request.
            idle_s: Patience with silence.
            unread_s: Patience with a program that does not read.
        """
        super().__init__(config, state, {})
        self._crowd = crowd
        self._head_s, self._idle_s, self._unread_s = head_s, idle_s, unread_s
        self._patience: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None
        self._is_heard = False
        self._has_enough = False
        self._unheard_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait(self._idle_s)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._has_enough:
            self._throw_away(len(data))
            return
        is_first, self._is_heard = not self._is_heard, True
        if is_first and self._is_idle:
            self._wait(self._head_s)
        super().data_received(data)
        self._look()
        self._keep_ear()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._is_heard = False
        self._wait(self._idle_s)
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        """Give the program some time to read what is there."""
        super().pause_writing()
        self._reader = self.loop.call_later(self._unread_s, self.leave)

    def resume_writing(self) -> None:
        """Be glad that it has."""
        super().resume_writing()
        self._forget_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget everything."""
        self._stop_waiting()
        self._forget_reader()
        super().connection_lost(exc)

    def leave(self) -> None:
        """End it at once, whatever was still to be sent."""
        self.transport.abort()

    @property
    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _look(self) -> None:
        """Wait no more once a request is there."""
        if not self._is_idle:
            self._stop_waiting()

    def _keep_ear(self) -> None:
        """Read on while an answer is made: only so it is noticed that nobody wants it.

        uvicorn stops reading where something follows a request that is not answered yet. Of
        more than there is room for nothing is kept, and the connection ends with the answer.
        """
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body:
            return
        if len(self.conn.trailing_data[0]) > MOST_HEAD_BYTES:
            self._has_enough = True
            cycle.keep_alive = False
        self.flow.resume_reading()

    def _throw_away(self, size_bytes: int) -> None:
        self._unheard_bytes += size_bytes
        if self._unheard_bytes > MOST_BODY_BYTES:
            self.leave()

    def _wait(self, patience_s: float) -> None:
        self._stop_waiting()
        self._patience = self.loop.call_later(patience_s, self.leave)
        self._crowd.join(self)

    def _stop_waiting(self) -> None:
        self._crowd.part(self)
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _forget_reader(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None


def wire_config(app: Any) -> Config:  # noqa: ANN401 (uvicorn's own type for what answers)
    """Return uvicorn's part of how connections are treated: nothing of them is logged."""
    config = Config(
        app,
        interface="asgi3",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        h11_max_incomplete_event_size=MOST_HEAD_BYTES,
        timeout_keep_alive=int(IDLE_S) + 1,  # ours comes first
    )
    config.load()
    return config
