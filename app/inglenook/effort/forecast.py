"""What a strategy will take on this machine, from what was measured on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from inglenook.effort.stopping import wave
from inglenook.effort.strategy import Strategy


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
    """What to expect; the first of each pair if all drafts agree, the second at most.

    Attributes:
        seconds: From the question to the chosen answer.
        tokens: Written by all drafts together.
        memory_bytes: Of the drafts, besides what the prompt takes.
    """

    seconds: tuple[float, float]
    tokens: tuple[int, int]
    memory_bytes: tuple[int, int]


def forecast(
    strategy: Strategy, speeds: Speeds, *, prompt_tokens: int, draft_tokens: int
) -> Forecast:
    """Foretell the cost of an answer.

    Args:
        strategy: How it is made.
        speeds: Measured.
        prompt_tokens: To be read, without what is resident.
        draft_tokens: What a draft of such a question usually has, 1 at least.
    """
    most = strategy.drafts
    if strategy.budget_tokens is not None:
        most = max(1, min(most, ceil(strategy.budget_tokens / draft_tokens)))
    least = min(most, wave(strategy, (), strategy.drafts))
    pairs = [
        _cost(speeds, count, draft_tokens, strategy.budget_tokens) for count in (least, most)
    ]
    reading_s = prompt_tokens / speeds.prompt
    (quick_s, few, little), (slow_s, many, much) = pairs
    slow_s = max(quick_s, slow_s)  # a last wave of one draft can be slower than one of two
    return Forecast((reading_s + quick_s, reading_s + slow_s), (few, many), (little, much))


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


def _cost(
    speeds: Speeds, drafts: int, draft_tokens: int, budget_tokens: int | None
) -> tuple[float, int, int]:
    """Return seconds, tokens and bytes of so many drafts, in waves if they must."""
    tokens = drafts * draft_tokens
    width = min(drafts, speeds.sequences)
    waves, rest = divmod(drafts, width)
    seconds = waves * width * draft_tokens / speed_at(speeds.writing, width)
    if rest:
        seconds += rest * draft_tokens / speed_at(speeds.writing, rest)
    if budget_tokens is not None and tokens > budget_tokens:
        seconds, tokens = seconds * budget_tokens / tokens, budget_tokens
    return seconds, tokens, min(width * draft_tokens, tokens) * speeds.kv_bytes
