"""Which turns of a conversation fit the model's context."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inglenook.chat.message import Role


@dataclass(frozen=True, slots=True)
class Window:
    """The turns that are sent.

    Attributes:
        kept: Their places in the conversation, ascending.
        tokens: What they take, as counted.
        left_out: How many of the oldest turns are missing.
    """

    kept: tuple[int, ...]
    tokens: int
    left_out: int


def window(
    roles: Sequence[Role], *, budget_tokens: int, count: Callable[[Sequence[int]], int]
) -> Window:
    """Leave out the oldest whole turns until the rest fits.

    System turns that open the conversation and the last turn always stay. What is kept
    starts with a person's turn, since an answer without its question misleads a model.

    Args:
        roles: Who speaks, oldest first; at least one.
        budget_tokens: What the prompt may take. If even the least does not fit, that least
            is returned, with more ``tokens`` than this.
        count: Tokens of the prompt made of the turns at these places.
    """
    opening = _opening(roles)
    starts = [
        at
        for at in range(opening, len(roles))
        if at in {opening, len(roles) - 1} or roles[at] is Role.USER
    ]

    def kept_from(start: int) -> tuple[int, ...]:
        return (*range(opening), *range(start, len(roles)))

    low, high = 0, len(starts) - 1
    tokens = count(kept_from(starts[0]))
    if tokens <= budget_tokens:
        return Window(kept_from(starts[0]), tokens, 0)
    # Fewer turns never take more tokens, so the first start that fits is found by halving.
    while high - low > 1:
        middle = (low + high) // 2
        if count(kept_from(starts[middle])) <= budget_tokens:
            high = middle
        else:
            low = middle
    kept = kept_from(starts[high])
    return Window(kept, count(kept), starts[high] - opening)


def _opening(roles: Sequence[Role]) -> int:
    """Return how many system turns open the conversation, the last turn not counted."""
    for at, role in enumerate(roles[:-1]):
        if role is not Role.SYSTEM:
            return at
    return len(roles) - 1
