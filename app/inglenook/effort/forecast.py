"""What a strategy will take on this machine, from what was measured on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import comb, inf

from inglenook.effort.stopping import is_decided, wave
from inglenook.effort.strategy import Kind, Stop, Strategy

MOST_LISTED = 4
"""An answer is written from so many drafts, the best ones: each is read again."""

USUAL_AGREEMENT = 0.6
"""Where nobody has measured it: share of drafts of the starter model that are right on sums of
three (measured 2026-11)."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """How fast a model is on this machine.

    Attributes:
        prompt: Tokens read a second.
        writing: Pairs of a width (drafts side by side) and the tokens all of them together
            write in a second; at least the width 1, ascending.
        kv_bytes: Memory that one token of a draft takes.
        sequences: Most drafts side by side.
    """

    prompt: float
    writing: tuple[tuple[int, float], ...]
    kv_bytes: int
    sequences: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect; the first of each pair if all drafts agree, the second if no two do.

    Attributes:
        seconds: From the question to the chosen answer.
        tokens: Written by all drafts together.
        memory_bytes: Of the drafts, besides what the prompt takes.
        likely_s: Seconds on average, if drafts agree as often as they usually do.
        likely_tokens: Tokens, the same.
    """

    seconds: tuple[float, float]
    tokens: tuple[int, int]
    memory_bytes: tuple[int, int]
    likely_s: float
    likely_tokens: int


@dataclass(frozen=True, slots=True)
class _Cost:
    seconds: float = 0.0
    tokens: float = 0.0
    resident_tokens: float = 0.0


def forecast(
    strategy: Strategy,
    speeds: Speeds,
    *,
    prompt_tokens: int,
    draft_tokens: int,
    agreement: float | None = None,
) -> Forecast:
    """Foretell the cost of an answer.

    Drafts are taken to come in rounds: as many as would decide it if they agreed, then again,
    as the strategy's rule has it. A draft gives the leading answer by chance, and else one
    that no other gives. With an agreement of 0.61 that makes 7.4 drafts for the rule that
    stopped after 7.3 of 16 (Stop.BETA at 0.90, sums of three, measured 2026-11).

    Args:
        strategy: How it is made.
        speeds: Measured.
        prompt_tokens: To be read, without what is resident.
        draft_tokens: What a draft of such a question usually has, 1 at least.
        agreement: Share of drafts that give the leading answer, 0 to 1; None if not known.
    """
    usual = USUAL_AGREEMENT if agreement is None else agreement
    quick, likely, slow = (
        _cost(strategy, speeds, draft_tokens, each) for each in (1.0, usual, 0.0)
    )
    reading_s = prompt_tokens / speeds.prompt
    # Rounds that are narrow for a while can take longer than as many drafts that all differ.
    seconds = [reading_s + each.seconds for each in (quick, likely, slow)]
    return Forecast(
        (min(seconds), max(seconds)),
        (round(quick.tokens), round(slow.tokens)),
        (
            round(quick.resident_tokens) * speeds.kv_bytes,
            round(slow.resident_tokens) * speeds.kv_bytes,
        ),
        seconds[1],
        round(likely.tokens),
    )


def speed_at(writing: Sequence[tuple[int, float]], width: int) -> float:
    """Return the tokens a second at a width: straight lines between what was measured.

    Beyond the widest it stays the same, since nobody knows better.
    """
    below = writing[0]
    for at, speed in writing:
        if at >= width:
            if at == below[0]:
                return speed
            part = (width - below[0]) / (at - below[0])
            return below[1] + part * (speed - below[1])
        below = at, speed
    return below[1]


def _cost(strategy: Strategy, speeds: Speeds, draft_tokens: int, agreement: float) -> _Cost:
    """Return what drafts take on average that give the leading answer with a probability."""
    widest = _widest(strategy, speeds)
    most_tokens = inf if strategy.budget_tokens is None else strategy.budget_tokens
    if strategy.is_tree:
        strategy = replace(strategy, stop=Stop.NEVER)  # a tree grows until it has its paths
    if strategy.stop is Stop.NEVER:
        agreement = 0.0  # nobody looks

    @cache
    def after(ended: int, agreeing: int, latest: int) -> _Cost:
        left = strategy.drafts - ended
        others = ended - agreeing
        counts = sorted((agreeing, *[1] * min(others, 2)), reverse=True)  # no rule sees more
        left_tokens = most_tokens - ended * draft_tokens
        if left_tokens <= 0 or not left:
            return _Cost()
        if is_decided(strategy, counts, left, latest=latest):
            return _Cost()
        width = min(widest, wave(strategy, counts, left, latest=latest))
        tokens = min(width * draft_tokens, left_tokens)
        now = _Cost(tokens / speed_at(speeds.writing, width), tokens, tokens)
        for more in range(width + 1):
            chance = comb(width, more) * agreement**more * (1.0 - agreement) ** (width - more)
            if chance:
                run = latest + width if more == width else 1
                then = after(ended + width, agreeing + more, run)
                now = _both(now, then, chance)
        return now

    return _consulted(after(0, 0, 0), strategy, speeds, draft_tokens)


def _consulted(drafts: _Cost, strategy: Strategy, speeds: Speeds, draft_tokens: int) -> _Cost:
    """Return the cost with that of reading all drafts once more, and of writing from them."""
    if strategy.kind not in {Kind.CONSISTENCY, Kind.SYNTHESIS}:
        return drafts
    # Reading is at least as fast as writing many drafts at once.
    reading = max(speeds.prompt, *(speed for _, speed in speeds.writing))
    read = min(drafts.tokens, MOST_LISTED * draft_tokens)
    if strategy.kind is Kind.CONSISTENCY:
        return replace(drafts, seconds=drafts.seconds + drafts.tokens / reading)
    writing_s = draft_tokens / speed_at(speeds.writing, 1)
    return replace(
        drafts,
        seconds=drafts.seconds + read / reading + writing_s,
        tokens=drafts.tokens + draft_tokens,
    )


def _both(now: _Cost, then: _Cost, chance: float) -> _Cost:
    return _Cost(
        now.seconds + chance * then.seconds,
        now.tokens + chance * then.tokens,
        max(now.resident_tokens, then.resident_tokens),
    )


def _widest(strategy: Strategy, speeds: Speeds) -> int:
    """Return how many drafts there are side by side at most."""
    if strategy.kind is Kind.MCTS:
        return 1
    return min(speeds.sequences, strategy.width if strategy.is_tree else strategy.drafts)
