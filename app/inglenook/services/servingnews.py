"""What is told about serving other programs: the server, its requests and its key."""

from dataclasses import dataclass, field
from enum import StrEnum

from inglenook.core.errors import Problem


class ServingPhase(StrEnum):
    """What the server is doing."""

    OFF = "off"
    STARTING = "starting"
    ON = "on"
    FAILED = "failed"
    """It could not be started, or broke; ``problem`` says why."""


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """A request that is being answered; never a word of what it says.

    Attributes:
        id: Names it while it lives.
        route: As in ``"/v1/chat/completions"``.
        model: As the program named it; ``""`` before that is read.
        client: Address of the program: ``"127.0.0.1"``.
        program: What it calls itself, as in ``"OpenAI/Python"``; ``""`` if it does not say.
        began_s: Seconds since 1970.
        prompt_tokens: 0 until the prompt is known.
        answer_tokens: Written so far.
        tokens_s: Tokens a second since the first; 0 before the second.
    """

    id: str
    route: str
    model: str
    client: str
    began_s: float
    prompt_tokens: int = 0
    answer_tokens: int = 0
    tokens_s: float = 0.0
    program: str = ""


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """A line of the log: a request that is over; never a word of what it said.

    Attributes:
        at_s: When it began, seconds since 1970.
        status: Of HTTP; 499 if the program hung up first.
        spent_s: From its first byte to the last of the answer.
        program: As of LiveRequest.
        by_person: The person ended it before it was answered whole.
    """

    at_s: float
    route: str
    model: str
    status: int
    prompt_tokens: int
    answer_tokens: int
    spent_s: float
    client: str
    program: str = ""
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class ServingState:
    """The server as the window shows it.

    Attributes:
        address: For programs here: ``"http://127.0.0.1:11535/v1"``; ``""`` unless it is on.
        port: Where it listens; 0 unless it is on.
        is_open_to_network: Other computers can reach it.
        problem: Why it is not on; None if nothing went wrong.
        live: Requests under way, oldest first.
        others: Addresses for other computers, as ``address``; empty unless they can reach it.
    """

    phase: ServingPhase = ServingPhase.OFF
    address: str = ""
    port: int = 0
    is_open_to_network: bool = False
    problem: Problem | None = None
    live: tuple[LiveRequest, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServingChanged:
    """The server or its requests stand otherwise; told four times a second at most."""

    state: ServingState


@dataclass(frozen=True, slots=True)
class RequestServed:
    """The log has new lines; this is the newest. Told four times a second at most."""

    request: ServedRequest


@dataclass(frozen=True, slots=True)
class ServingKey:
    """The key that programs need, as it was asked for.

    Attributes:
        key: ``"ik-"`` and 43 characters.
        is_kept: It outlives this process; False where there is no keyring.
    """

    key: str = field(repr=False)
    is_kept: bool
