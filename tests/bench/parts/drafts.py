"""Drafts of one answer beside as many answers one after another, and what strategies cost."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from inglenook.effort.strategy import PLAIN, Kind, Score, Strategy
from inglenook.engine.batch import Batch
from inglenook.engine.decode.drafts import Drafts
from inglenook.engine.draftevents import DraftEnded
from inglenook.engine.protocol import Answer, Started
from peers.figure import Figure, at_most
from peers.inside import Inside
from peers.ours import limited
from peers.plan import Plan
from peers.prompts import NEVER_ENDS, long
from peers.side import Question

WIDTHS = (2, 4, 8)
TOKENS = 60
PROMPT_SENTENCES = 20
TOGETHER_BAR = 0.75
OVERHEAD_BAR = 2.0
TEMPERATURE = 0.7
_CALLED = ("ready", "progressed", "picked")


@dataclass(frozen=True, slots=True)
class Work:
    """What some drafts took.

    Attributes:
        seconds: From the question to the end.
        read: Prompt tokens that were decoded, over those of the prompt.
        strategy_s: Of these seconds, in the strategy's own code.
    """

    seconds: float
    read: float
    strategy_s: float


def measure(plan: Plan) -> Iterator[Figure]:
    """Alternate drafts side by side with answers one after another, at each width."""
    inside = Inside(plan.setup())
    try:
        done(inside, 0, PLAIN)
        forget(inside, 0)
        for place, width in enumerate(WIDTHS):
            pairs = [pair(inside, 100 * place + run, width) for run in range(plan.runs)]
            yield from width_figures(plan, width, pairs)
    finally:
        inside.close()


def pair(inside: Inside, number: int, width: int) -> tuple[Work, float]:
    """Return what drafts took together, and the seconds of as many answers in turn.

    The answers are versions of one question in one chat: none but the first reads its prompt.
    """
    together = done(inside, 2 * number + 2, Strategy(Kind.VOTE, width, Score.SEQUENCE))
    forget(inside, 2 * number + 2)
    in_turn = sum(done(inside, 2 * number + 3, PLAIN).seconds for _ in range(width))
    forget(inside, 2 * number + 3)
    return together, in_turn


def forget(inside: Inside, number: int) -> None:
    """Free what is kept of a chat: drafts would leave it alone, and have fewer sequences."""
    inside.backend.forget(asked_of(number).chat)


def asked_of(number: int) -> Question:
    """Return the question with this number."""
    return long(2800 + number, tokens=TOKENS, sentences=PROMPT_SENTENCES)


def width_figures(plan: Plan, width: int, pairs: list[tuple[Work, float]]) -> Iterator[Figure]:
    """Tell the ratio, what was read of the prompt, and the share of strategy code."""
    label = f"{width} drafts"
    rate = statistics.median(width * TOKENS / work.seconds for work, _ in pairs)
    yield Figure(plan.named(f"{label}: together"), rate, "tokens/s")
    name = plan.named(f"{label}: wall time, together / one after another")
    ratio = statistics.median(work.seconds / in_turn for work, in_turn in pairs)
    if width == max(WIDTHS) and "Q4_0" in plan.label:
        yield at_most(name, ratio, TOGETHER_BAR)
    else:
        yield Figure(name, ratio, "x")
    read = statistics.median(work.read for work, _ in pairs)
    yield at_most(plan.named(f"{label}: prompt tokens read / prompt"), read, 1.0)
    share = statistics.median(100 * work.strategy_s / work.seconds for work, _ in pairs)
    yield at_most(plan.named(f"{label}: strategy code"), share, OVERHEAD_BAR, "%")


def done(inside: Inside, number: int, strategy: Strategy) -> Work:
    """Answer the question with this number, and time it."""
    asked = asked_of(number)
    sampling = replace(limited(asked), temperature=TEMPERATURE, logit_bias=NEVER_ENDS)
    command = Answer("drafts", asked.chat, asked.turns, sampling, strategy=strategy)
    with Watch(Batch, ("add_many",)) as reading, Watch(Drafts, _CALLED) as own:
        began_s = time.perf_counter()
        inside.backend.accept(command)
        events = [each for step in inside.steps() for each in step]
        seconds = time.perf_counter() - began_s
    (started,) = [each for each in events if isinstance(each, Started)]
    tokens = [each.tokens for each in events if isinstance(each, DraftEnded)]
    assert all(each == TOKENS for each in tokens), tokens
    return Work(seconds, reading.items / started.prompt_tokens, own.seconds)


class Watch:
    """Counts what methods of a class are given, and how long they take, while it is entered.

    Attributes:
        items: Lengths of all first arguments that have one.
        seconds: In all calls.
    """

    def __init__(self, kind: type, names: tuple[str, ...]) -> None:
        self.items, self.seconds = 0, 0.0
        self._kind, self._usual = kind, {name: getattr(kind, name) for name in names}

    def __enter__(self) -> "Watch":
        for name, method in self._usual.items():
            setattr(self._kind, name, self._timed(method))
        return self

    def __exit__(self, *_: object) -> None:
        for name, method in self._usual.items():
            setattr(self._kind, name, method)

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(owner: object, first: Any, *others: Any, **named: Any) -> Any:
            began_s = time.perf_counter()
            try:
                return method(owner, first, *others, **named)
            finally:
                self.seconds += time.perf_counter() - began_s
                self.items += len(first) if hasattr(first, "__len__") else 0

        return call
