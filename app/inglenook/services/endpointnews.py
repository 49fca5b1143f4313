"""Announcements about engines elsewhere: which there are, and what a test of one found."""

from dataclasses import dataclass

from inglenook.chat.elsewhere import Endpoint, OfferedModel
from inglenook.core.errors import Problem


@dataclass(frozen=True, slots=True)
class EndpointsChanged:
    """Other engines were read, added, changed or taken out.

    Attributes:
        endpoints: All of them, the oldest first.
    """

    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class EndpointTested:
    """An address was asked what is there.

    Attributes:
        ticket: As ``EndpointService.test`` returned it.
        models: Those it has for chats.
        took_s: Until the list was there.
        maker: The program that answers, where it says so; else "".
        problem: Why there is no list; None if there is one.
    """

    ticket: int
    models: tuple[OfferedModel, ...] = ()
    took_s: float = 0.0
    maker: str = ""
    problem: Problem | None = None
