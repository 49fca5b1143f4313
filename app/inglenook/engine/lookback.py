"""What can be asked about an answer that is there: its prompt, and the odds of its tokens."""

import msgspec

from inglenook.core.errors import Problem
from inglenook.engine.tagged import Tagged
from inglenook.engine.turns import PromptOptions, Turn


class TokenOdds(msgspec.Struct, frozen=True):
    """How likely a written token was, and what else could have stood there.

    Attributes:
        text: The token, spelled out; "" for a part of a sign that a later token ends.
        logprob: Natural logarithm of its probability before any sampling knob.
        others: The likeliest tokens and their logarithms, best first; may hold the token.
    """

    text: str
    logprob: float
    others: tuple[tuple[str, float], ...] = ()


# --- commands: window to engine ---


class Render(Tagged, frozen=True):
    """Tell the prompt that an Answer with the same fields would have; Rendered follows.

    Nothing is read by the model, and nothing of it is kept or logged.
    """

    request: str
    turns: tuple[Turn, ...]
    options: PromptOptions = PromptOptions()
    last_start: int = 0


class Weigh(Tagged, frozen=True):
    """Read an answer again for how likely its tokens are; Weighed…, and Done or Failed follow.

    It is done in the background, a few tokens in each step, and can be cancelled.

    Attributes:
        turns: The branch, oldest first; the last turn is the answer.
        others: Tell so many of the likeliest tokens at each place, 1 to 20.
        raw: The text of the first turn is read as it stands, as in a raw Answer, and the odds
            of all its tokens are told that have something before them.
        ids: With ``raw``, the tokens of the model to read in place of the text.
        chat: With ``raw``, whose text it is: an Answer with the same beginning goes on from
            what was read of it.
    """

    request: str
    turns: tuple[Turn, ...]
    others: int = 5
    options: PromptOptions = PromptOptions()
    last_start: int = 0
    raw: bool = False
    ids: tuple[int, ...] = ()
    chat: str = ""


# --- events: engine to window ---


class Rendered(Tagged, frozen=True):
    """The prompt of a Render, or why there is none.

    Attributes:
        text: With every special token spelled out.
        tokens: How many it has.
        left_out_turns: Oldest turns that do not fit.
    """

    request: str
    text: str = ""
    tokens: int = 0
    left_out_turns: int = 0
    problem: Problem | None = None


class Weighed(Tagged, frozen=True):
    """Some tokens of an answer, in their order, and how likely they were.

    Attributes:
        odds: Those that follow what was told before.
        total: How many the answer has.
        opening: Told first, of what is read as it stands: its first token, spelled out, which
            has no odds and does not count; None if all have odds.
    """

    request: str
    odds: tuple[TokenOdds, ...]
    total: int
    opening: str | None = None
