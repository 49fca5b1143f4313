"""The odds of tokens, as chats and responses tell them."""

from collections.abc import Sequence

from inglenook.engine.protocol import TokenOdds
from inglenook.server.cost import Fields


def odds_fields(odds: Sequence[TokenOdds], alternatives: int) -> list[Fields]:
    """Return what a program reads of each token.

    Args:
        odds: Of the tokens, in their order.
        alternatives: Tell so many of the likeliest tokens at each place.
    """
    return [_token(each, alternatives) for each in odds]


def _token(odds: TokenOdds, alternatives: int) -> Fields:
    others = [_spelled(text, logprob) for text, logprob in odds.others[:alternatives]]
    return {**_spelled(odds.text, odds.logprob), "top_logprobs": others}


def _spelled(text: str, logprob: float) -> Fields:
    return {"token": text, "logprob": logprob, "bytes": list(text.encode("utf-8", "replace"))}
