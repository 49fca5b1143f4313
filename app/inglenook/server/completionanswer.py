"""Texts that were gone on with, as OpenAI's clients read them, whole or in chunks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from inglenook.engine.protocol import TokenOdds
from inglenook.server.cost import Fields, usage
from inglenook.server.echoed import Echoed
from inglenook.server.gathered import Gathered

_NOTHING = Echoed()


@dataclass(frozen=True, slots=True)
class CompletionForm:
    """What all parts of one response have in common.

    Attributes:
        before: What stands before each answer that is told.
        alternatives: Tell so many of the likeliest tokens; None to tell no odds.
        prompts: So many different ones there are.
        counts: Every chunk has the field ``usage``, since a last one tells it.
    """

    id: str
    created: int
    model: str
    before: tuple[Echoed, ...]
    alternatives: int | None = None
    prompts: int = 1
    counts: bool = False

    def whole(self, answers: Sequence[Gathered], told: Sequence[Gathered]) -> Fields:
        """Return the response when everything is there.

        Args:
            answers: All that were written.
            told: Those that were chosen of them, as many for each prompt.
        """
        choices = [
            self._choice(at, before.text + "".join(each.text), each.odds, each.reason, before)
            for at, (before, each) in enumerate(zip(self.before, told, strict=True))
        ]
        return {**self._head(), "choices": choices, **self._cost(answers)}

    def opening(self, index: int) -> Fields:
        """Return the chunk with what stands before an answer."""
        before = self.before[index]
        return self._chunk([self._choice(index, before.text, (), None, before)])

    def chunk(
        self, index: int, text: str, odds: Sequence[TokenOdds] = (), *, at: int = 0
    ) -> Fields:
        """Return what is new of an answer.

        Args:
            index: Which answer.
            text: What is new.
            odds: Of its tokens.
            at: So many characters were told before.
        """
        return self._chunk([self._choice(index, text, odds, None, at=at)])

    def closing(self, index: int, answer: Gathered) -> Fields:
        """Return the last chunk of an answer."""
        return self._chunk([self._choice(index, "", (), answer.reason)])

    def cost(self, answers: Sequence[Gathered]) -> Fields:
        """Return the chunk that says what everything cost; it has no choices."""
        return {**self._head(), "choices": [], **self._cost(answers)}

    def _chunk(self, choices: Sequence[Fields]) -> Fields:
        return {**self._head(), "choices": choices, **({"usage": None} if self.counts else {})}

    def _head(self) -> Fields:
        return {
            "id": self.id,
            "object": "text_completion",
            "created": self.created,
            "model": self.model,
            "system_fingerprint": None,
        }

    def _cost(self, answers: Sequence[Gathered]) -> Fields:
        each = max(1, len(answers) // self.prompts)
        firsts = answers[::each]
        prompt = sum(one.prompt_tokens for one in firsts)
        written = sum(one.answer_tokens for one in answers)
        cost = usage(answers) | {"prompt_tokens": prompt, "total_tokens": prompt + written}
        return {"usage": cost}

    def _choice(
        self,
        index: int,
        text: str,
        odds: Sequence[TokenOdds],
        reason: str | None,
        before: Echoed = _NOTHING,
        *,
        at: int = 0,
    ) -> Fields:
        told = None if self.alternatives is None else _odds(before, odds, self.alternatives, at)
        return {"index": index, "text": text, "logprobs": told, "finish_reason": reason}


def likeliest(answers: Sequence[Gathered], count: int) -> list[Gathered]:
    """Return the answers with the greatest log-probability per token, best first.

    It is what OpenAI's API reference says of ``best_of``. One without a token comes last.
    """

    def mean(answer: Gathered) -> float:
        total = sum(each.logprob for each in answer.odds)
        return total / len(answer.odds) if answer.odds else -math.inf

    return sorted(answers, key=mean, reverse=True)[:count]


def _odds(before: Echoed, odds: Sequence[TokenOdds], alternatives: int, at: int) -> Fields:
    tokens = [*before.odds, *odds]
    chances: list[float | None] = [each.logprob for each in tokens]
    likely: list[dict[str, float] | None] = [_likely(each, alternatives) for each in tokens]
    if before.odds:  # as at OpenAI, since nothing stands before it
        chances[0] = likely[0] = None
    offsets = accumulate((len(each.text) for each in tokens), initial=at)
    return {
        "tokens": [each.text for each in tokens],
        "token_logprobs": chances,
        "top_logprobs": likely,
        "text_offset": list(offsets)[:-1],
    }


def _likely(odds: TokenOdds, alternatives: int) -> dict[str, float]:
    """Return the likeliest tokens, and the one that stands there, as OpenAI always tells it."""
    found: dict[str, float] = {}
    # Two may be spelled alike, where each is a part of a sign; the likelier one comes first.
    for text, logprob in (*odds.others[:alternatives], (odds.text, odds.logprob)):
        found.setdefault(text, logprob)
    return found
