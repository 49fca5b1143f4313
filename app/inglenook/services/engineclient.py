"""What the services use of the handle on the engine process."""

from collections.abc import Callable
from typing import Protocol

from inglenook.engine.death import Death
from inglenook.engine.protocol import Command, Event


class Client(Protocol):
    """What is used of engine/client.py."""

    def start(self) -> None:
        """Start the process if none runs; deaths so far are forgotten then."""
        ...

    def send(self, command: Command) -> None:
        """Send a command; never waits."""
        ...

    def stop(self) -> None:
        """End a process that has nothing to do, until ``start``."""
        ...

    def kill(self) -> None:
        """End a process that does not listen, and start another one."""
        ...

    def close(self) -> None:
        """End the process and the client's threads."""
        ...


MakeClient = Callable[[Callable[[Event], None], Callable[[Death, bool], None]], Client]
