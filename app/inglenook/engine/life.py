"""One engine from its start to its end, as its parent sees it."""

import queue
import threading
from collections.abc import Callable
from typing import Protocol

from inglenook.engine.channel import Channel, ChannelError
from inglenook.engine.death import Cause, Death
from inglenook.engine.protocol import (
    VERSION,
    Event,
    Fatal,
    ProtocolError,
    Ready,
    Shutdown,
    Tick,
    event_from,
    to_bytes,
)

_GRACE_S = 0.25
"""A process whose pipe has ended has so long to be gone."""


class Engine(Protocol):
    """A running engine: EngineProcess or EngineThread."""

    @property
    def channel(self) -> Channel:
        """Where it listens and speaks."""
        ...

    def kill(self) -> None:
        """End it now."""
        ...

    def wait(self, timeout_s: float) -> int | None:
        """Return its exit status, or None if it still runs."""
        ...

    def output(self) -> str:
        """Return the last it printed."""
        ...

    def close(self) -> None:
        """Give back what it used, after its end."""
        ...


class Life:
    """One engine from its start to its end, with the threads that read and write its pipe.

    Threads: the supervisor; what the reader writes is marked.
    """

    def __init__(
        self,
        engine: Engine,
        outgoing: "queue.SimpleQueue[bytes | None]",
        on_event: Callable[[Event], None],
        wake: threading.Event,
    ) -> None:
        self._engine = engine
        self._outgoing = outgoing
        self._on_event = on_event
        self._wake = wake
        # Written by the reader.
        self.ended = threading.Event()
        self.heard = 0
        self.is_ready = False
        self.is_busy = False
        self.is_other_version = False
        self.detail = ""
        self._fatal = ""
        self._reader = threading.Thread(target=self._read, name="engine reader", daemon=True)
        self._writer = threading.Thread(target=self._write, name="engine writer", daemon=True)
        self._reader.start()
        self._writer.start()

    def shut_down(self, timeout_s: float) -> None:
        """Ask it to end, and wait for it."""
        self._outgoing.put(to_bytes(Shutdown()))
        self.ended.wait(timeout_s)

    def bury(self, cause: Cause | None) -> Death | None:
        """Make sure that it is gone and that nothing of it is left."""
        noticed_end = cause in {Cause.ENDED, Cause.GARBLED} or self.ended.is_set()
        status = self._engine.wait(_GRACE_S if noticed_end else 0)
        if status is None:
            self._engine.kill()
            status = self._engine.wait(5)
            if cause is Cause.ENDED:
                cause, self.detail = Cause.GARBLED, "it closed its pipe"
        elif cause is Cause.GARBLED:
            cause = Cause.ENDED  # it died within a message
        self._reader.join(2)
        self._outgoing.put(None)
        self._writer.join(2)
        self._engine.close()
        if cause is None:
            return None
        return Death(cause, status, self._fatal, self._engine.output(), detail=self.detail)

    def _read(self) -> None:
        try:
            while (data := self._engine.channel.receive()) is not None:
                self.heard += 1
                self._take(event_from(data))
        except (ChannelError, ProtocolError) as cause:
            self.detail = str(cause)[:500]
        finally:
            self.ended.set()
            self._wake.set()

    def _take(self, event: Event) -> None:
        match event:
            case Tick(busy):
                self.is_busy = busy
            case Fatal(text):
                self._fatal = text
            case Ready(version) if version != VERSION:
                self.detail = f"version {version}, not {VERSION}"
                self.is_other_version = True
                self._wake.set()
            case Ready():
                self.is_ready = True
                self._on_event(event)
            case _:
                self._on_event(event)

    def _write(self) -> None:
        try:
            while (data := self._outgoing.get()) is not None:
                self._engine.channel.send(data)
        except ChannelError:
            return  # the reader notices the end, and what was in flight is in the ledger
