"""An engine on a thread of this process: for tests, and for looking into it with a debugger."""

import threading
from functools import partial

from inglenook.engine.channel import queue_channels
from inglenook.engine.host import make_backend
from inglenook.engine.loop import Loop


class EngineThread:
    """The loop, without the protection of a process.

    Threads: as EngineProcess.

    Attributes:
        channel: Its queues.
        pid: 0; it has no process.
    """

    pid = 0

    def __init__(self, backend: str) -> None:
        """Start it."""
        self.channel, theirs = queue_channels()
        self._status: int | None = None
        self._loop = Loop(theirs, partial(make_backend, backend))
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """End its channel; a thread cannot be killed, so it may take a while."""
        self.channel.close()

    def wait(self, timeout_s: float) -> int | None:
        """Return its exit status, or None if it still runs."""
        self._thread.join(timeout_s)
        return self._status

    def output(self) -> str:
        """Return nothing: what it prints goes where ours goes."""
        return ""

    def close(self) -> None:
        """End its channel."""
        self.channel.close()

    def _run(self) -> None:
        try:
            self._status = self._loop.run()
        finally:
            self.channel.close()
