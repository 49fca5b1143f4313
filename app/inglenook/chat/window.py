"""Which turns of a conversation fit the model's context."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import islice

from inglenook.chat.message import Role

MOST_RESERVE_TOKENS = 1024
"""Room for an answer of some 700 words; what is longer takes what the prompt leaves."""
_ROOMY = 3 / 4
_SPARSE = 1 / 2


@dataclass(frozen=True, slots=True)
class Window:
    """The turns that are sent.

    Attributes:
        kept: Their places in the conversation, ascending.
        tokens: What they take, as counted.
        left_out: How many of the oldest turns are missing.
        start: Where the turns after the opening begin; to be given the next time.
    """

    kept: tuple[int, ...]
    tokens: int
    left_out: int
    start: int


def window(
    roles: Sequence[Role],
    *,
    budget_tokens: int,
    count: Callable[[Sequence[int]], int],
    last_start: int = 0,
    stays: int = 1,
    rounds: Collection[int] = (),
) -> Window:
    """Leave out the oldest whole turns until the rest fits.

    System turns that open the conversation and the last turns always stay. What is kept
    starts with a person's turn, since an answer without its question misleads a model. Where
    a program works on one question for long, calling functions, the question stays and the
    oldest calls go, each with its results.
    When the window has to move it moves on to three quarters of the budget, and stays there
    while the conversation grows: the prompts of the next turns then begin alike, and what
    has been read need not be read again. Where it would leave half of the budget free, the
    context is longer than before, and there is room for older turns.

    Args:
        roles: Who speaks, oldest first; at least one.
        budget_tokens: What the prompt may take. If even the least does not fit, that least
            is returned, with more ``tokens`` than this.
        count: Tokens of the prompt made of the turns at these places.
        last_start: ``start`` of the window before, in the same conversation.
        stays: How many of the last turns always stay: two, if the last is the beginning of
            the answer to the one before.
        rounds: Places of turns that call functions. The results that follow are not a
            person's, whatever else they are: their roles are the assistant's.
    """
    last = max(len(roles) - stays, 0)
    opening = min(_opening(roles), last)
    starts = [
        at
        for at in range(opening, last + 1)
        if at in {opening, last} or at in rounds or roles[at] is Role.USER
    ]

    def window_from(start: int) -> Window:
        question = _question(roles, opening, start) if start in rounds else ()
        kept = (*range(opening), *question, *range(start, len(roles)))
        return Window(kept, count(kept), start - opening - len(question), start)

    for start in dict.fromkeys((opening, last_start)):
        least = 0 if start == opening else int(budget_tokens * _SPARSE)
        if start in starts and least <= (chosen := window_from(start)).tokens <= budget_tokens:
            return chosen
    return _moved(window_from, starts, int(budget_tokens * _ROOMY))


def reply_reserve(context_tokens: int) -> int:
    """Return how many tokens of a context no prompt may take: the answer needs room too."""
    return min(MOST_RESERVE_TOKENS, context_tokens // 4)


def _opening(roles: Sequence[Role]) -> int:
    """Return how many system turns open the conversation, the last turn not counted."""
    for at, role in enumerate(roles[:-1]):
        if role is not Role.SYSTEM:
            return at
    return len(roles) - 1


def _question(roles: Sequence[Role], opening: int, start: int) -> tuple[int, ...]:
    """Return the place of what a person said last before a turn, if there is any."""
    asked = (at for at in range(start - 1, opening - 1, -1) if roles[at] is Role.USER)
    return tuple(islice(asked, 1))


def _moved(window_from: Callable[[int], Window], starts: Sequence[int], budget: int) -> Window:
    """Return the longest window that fits, or the shortest there is.

    Fewer turns never take more tokens, so the place is found by halving.
    """
    low, high = 0, len(starts) - 1
    best = window_from(starts[high])
    while high - low > 1:
        middle = (low + high) // 2
        tried = window_from(starts[middle])
        if tried.tokens <= budget:
            high, best = middle, tried
        else:
            low = middle
    return best
