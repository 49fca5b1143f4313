"""What the service that serves other programs needs of whatever listens for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from inglenook.core.errors import Problem
from inglenook.services.api import ApiService


@dataclass(frozen=True, slots=True)
class Door:
    """Where to listen, and who is let in.

    Attributes:
        host: ``"127.0.0.1"``, or ``"0.0.0.0"`` for other computers too.
        ports: Tried in this order; 0 for any that is free.
        accepts: Tells, in constant time, whether this is the key of now.
        names: What this computer is called, in small letters; empty unless other computers
            can reach it.
    """

    host: str
    ports: tuple[int, ...]
    accepts: Callable[[str], bool]
    names: frozenset[str] = frozenset()

    @property
    def is_open_to_network(self) -> bool:
        """Whether other computers can reach it."""
        return self.host != "127.0.0.1"


class Watch(Protocol):
    """Told what happens to each request, on the listener's thread; never what it says."""

    def began(
        self, request: str, route: str, client: str, program: str, end: Callable[[], None]
    ) -> None:
        """Hear of a new one.

        Args:
            request: Names it.
            route: Its path without what follows ``?``.
            client: Address of the program.
            program: What it calls itself; ``""`` if it does not say.
            end: Ends it, because the person wants that; from any thread, and harmless when
                it is over.
        """
        ...

    def progressed(
        self, request: str, *, model: str, prompt_tokens: int, answer_tokens: int
    ) -> None:
        """Hear how far its answer is, all told from its beginning."""
        ...

    def ended(self, request: str, status: int, *, by_person: bool) -> None:
        """Hear that it is over.

        Args:
            request: As it was named.
            status: Of HTTP; 499 if the program hung up.
            by_person: It was over before it was answered whole, by ``end``.
        """
        ...

    def broke(self, problem: Problem) -> None:
        """Hear that nothing is listened for any more."""
        ...


class Listener(Protocol):
    """What listens, from its making to ``close``."""

    @property
    def port(self) -> int:
        """Return where."""
        ...

    def close(self) -> None:
        """End every request and listen no more."""
        ...


Open = Callable[[Door, Watch], Listener]
"""Begins to listen; may take a moment. Raises an InglenookError if it cannot."""

Listen = Callable[[ApiService, Door, Watch], Listener]
"""The same, told whom to ask for answers."""
