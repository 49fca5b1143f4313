"""What the scheduler works on: one answer, however many branches it takes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inglenook.core.errors import Problem
from inglenook.engine.model import Ids
from inglenook.engine.protocol import Event

if TYPE_CHECKING:
    from inglenook.engine.branch import Branch
    from inglenook.engine.desk import Desk

FRONT, OTHER, BACKGROUND = range(3)


class Task(ABC):
    """One answer in the making; a strategy is a subclass.

    Threads: the engine's main thread only.

    Attributes:
        request: Its name in the protocol.
        chat: Whose resident tokens it continues.
        is_background: Nobody waits for it.
        is_alone: It shares no step and no cell with another answer, so that the same seed
            gives the same answer: what else is in a batch, and where in the cache a token
            lies, changes the rounding (docs/decisions/0007).
        prompt: What it begins with, shape (n,).
        reserve_tokens: Cells it is likely to need besides the prompt.
        width: Branches it needs to begin with.
        branches: The ones it has now.
        order: When it came, as a count.
        since_s: When it began to wait, by the scheduler's clock.
        risen: Levels by which it stands higher because it has waited.
        ahead: How many answers were before it when that was last told; -1 if never.
        has_begun: It has had its turn before.
        guessed_tokens: Of those it has picked, how many were decoded before it picked them.
        is_over: It has ended; nothing more may be done for it.
    """

    def __init__(
        self,
        request: str,
        chat: str,
        prompt: Ids,
        *,
        reserve_tokens: int,
        is_background: bool = False,
        is_alone: bool = False,
        width: int = 1,
    ) -> None:
        self.request = request
        self.chat = chat
        self.is_background = is_background
        self.is_alone = is_alone
        self.prompt = prompt
        self.reserve_tokens = reserve_tokens
        self.width = width
        self.branches: list[Branch] = []
        self.order = 0
        self.since_s = 0.0
        self.risen = 0
        self.ahead = -1
        self.has_begun = False
        self.guessed_tokens = 0
        self.is_over = False
        self.desk: Desk  # given by the scheduler, as is the next
        self.emit: Callable[[Event], None]

    def outstanding_tokens(self) -> int:
        """Return how many cells it is likely to take besides those it has."""
        unread = sum(len(each.tail) - each.at for each in self.branches)
        resident = sum(each.held.length for each in self.branches)
        written = max(0, resident + unread - self.width * len(self.prompt))
        return unread + max(0, self.reserve_tokens - written)

    @abstractmethod
    def begin(self) -> None:
        """Open the branches; called once, when there is room."""

    def progressed(self, branch: "Branch") -> None:  # noqa: B027 (most need not know)
        """Note that a branch has read another part of its tail."""

    def ready(self, branch: "Branch") -> None:  # noqa: B027 (most need not know)
        """Note that a branch has read its tail and is about to pick."""

    @abstractmethod
    def picked(self, branch: "Branch", token: int) -> None:
        """Take a token that a branch has picked."""

    def scored(self, branch: "Branch", scores: Sequence[float]) -> None:  # noqa: B027 (most need not know)
        """Take the log-probabilities that were asked for; the branch is paused."""

    def looked(self, branch: "Branch", row: int, token: int) -> None:  # noqa: B027 (most need not know)
        """Look at the row of logits in front of a token that is being scored."""

    def take_leading(self) -> None:  # noqa: B027 (most have nothing to choose from)
        """Choose from what there is now, instead of waiting for more."""

    @abstractmethod
    def run_out(self) -> None:
        """End, or drop a branch: there is no room for another token of each."""

    def cannot_go_on(self, branch: "Branch", problem: Problem) -> None:  # noqa: ARG002 (the only one)
        """End a branch that cannot pick a token; an answer of one branch ends with it."""
        self.fail(problem)

    @abstractmethod
    def fail(self, problem: Problem) -> None:
        """End with a problem."""

    @abstractmethod
    def stop(self) -> None:
        """End now, because nobody wants it any more."""
