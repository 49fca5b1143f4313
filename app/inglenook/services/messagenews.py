"""Announcements about single messages: queued ones, removed branches, prompts and odds."""

from dataclasses import dataclass

from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId
from inglenook.engine.protocol import TokenOdds


@dataclass(frozen=True, slots=True)
class QueueChanged:
    """In a chat other messages than before wait for the end of the answer, the next first."""

    chat: ChatId
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BranchRemoved:
    """A message is gone with what was said after it, and can still be brought back.

    Attributes:
        node: Where the branch began; names it for bringing it back.
        messages: How many are gone, at least 1.
    """

    chat: ChatId
    node: NodeId
    messages: int


@dataclass(frozen=True, slots=True)
class PromptRendered:
    """The prompt of an answer, word for word as the loaded model is given it now.

    Attributes:
        node: The answer.
        text: Special tokens are spelled out; "" after a problem.
        tokens: How many it has.
        left_out: Turns from the oldest on that did not fit.
        model: Which model it is for.
    """

    node: NodeId
    text: str = ""
    tokens: int = 0
    left_out: int = 0
    model: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class OddsRead:
    """Some more of an answer was read again for how likely its tokens are.

    Attributes:
        node: The answer.
        odds: Of all its tokens read so far, in their order.
        total: How many it has.
        is_over: Nothing more will come; after a problem or a stop some may be missing.
    """

    node: NodeId
    odds: tuple[TokenOdds, ...]
    total: int
    is_over: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class SummaryWritten:
    """A chat was summed up, or could not be."""

    chat: ChatId
    text: str = ""
    problem: Problem | None = None
