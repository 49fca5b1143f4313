"""What both sides of the benchmark can be asked, and what is noted about an answer."""

import itertools
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from inglenook.chat.sampling import EXACT, Sampling
from inglenook.engine.protocol import Turn


@dataclass(frozen=True, slots=True)
class Setup:
    """What both sides are started with.

    Attributes:
        model: The file.
        threads: For prompts and for writing.
        context_tokens: Cells of the KV cache, for all answers together.
        answers: How many may be written at the same time.
        guesses: Our side may guess ahead, which is left out where engines are compared.
    """

    model: Path
    threads: int
    context_tokens: int = 8192
    answers: int = 1
    guesses: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question, the same for both sides.

    Attributes:
        chat: Whose earlier turns may still be in the cache; fit for the name of a file.
        tokens: Length of the answer; it is long enough only if the model does not end it.
    """

    chat: str
    turns: tuple[Turn, ...]
    tokens: int
    sampling: Sampling = EXACT


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as its asker saw it; times in seconds on ``time.perf_counter``'s clock.

    Attributes:
        asked_s: When the question was sent.
        heard_s: When each piece of text came, at least one.
        ended_s: When the end came.
        tokens: How many were written.
        prompt_tokens: Length of the prompt, what was reused included.
        reused_tokens: Prompt tokens that were not read again.
        own_rate: Tokens after the first per second, by the answering side's own clock.
        asker_cpu_s: Processor time that listening took in this process.
        text: The answer.
    """

    asked_s: float
    heard_s: tuple[float, ...]
    ended_s: float
    tokens: int
    prompt_tokens: int
    reused_tokens: int
    own_rate: float
    asker_cpu_s: float = 0.0
    text: str = ""

    @property
    def first_s(self) -> float:
        """Seconds from the question to the first text."""
        return self.heard_s[0] - self.asked_s

    @property
    def rate(self) -> float:
        """Tokens after the first per second, by the asker's clock."""
        return (self.tokens - 1) / max(self.ended_s - self.heard_s[0], 1e-9)

    @property
    def largest_gap_s(self) -> float:
        """The longest wait between two pieces of text."""
        later = itertools.pairwise(self.heard_s)
        return max((after - before for before, after in later), default=0.0)


class Asked(Protocol):
    """A question under way.

    Threads: any.
    """

    def wait(self) -> Reply:
        """Return the whole answer, once it has ended."""

    def wait_for(self, pieces: int) -> None:
        """Return when so many pieces of text have come, or the answer has ended."""

    def has_ended(self, timeout_s: float) -> bool:
        """Tell whether the answer has ended; waits for its end as long as allowed."""

    def stop(self) -> object:
        """Ask for the end of the answer."""

    def heard_until_stopped(self) -> tuple[float, ...]:
        """Return when each piece of text came, once the answer has ended."""


class Side(Protocol):
    """An engine in a process of its own, idle until it is asked."""

    name: str

    @property
    def pid(self) -> int:
        """Return the process id of the engine."""

    def ask(self, question: Question) -> Asked:
        """Send a question; does not wait."""

    def close(self) -> None:
        """End the process."""


def ask_all(side: Side, questions: Iterable[Question]) -> list[Reply]:
    """Ask all at the same time and return the answers."""
    under_way = [side.ask(question) for question in questions]
    return [each.wait() for each in under_way]


def middle(replies: Sequence[Reply], measure: Callable[[Reply], float]) -> float:
    """Return the median of a measure."""
    return statistics.median(map(measure, replies))


def total_rate(replies: Sequence[Reply]) -> float:
    """Return tokens per second of several answers together, prompts included."""
    began = min(reply.asked_s for reply in replies)
    ended = max(reply.ended_s for reply in replies)
    return sum(reply.tokens for reply in replies) / (ended - began)
