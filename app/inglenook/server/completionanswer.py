"""Texts that were gone on with, as OpenAI's clients read them, whole or in chunks."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.engine.protocol import TokenOdds
from inglenook.server.cost import Fields, usage
from inglenook.server.gathered import Gathered


@dataclass(frozen=True, slots=True)
class CompletionForm:
    """What all parts of one response have in common.

    Attributes:
        before: What stands before each answer: its prompt, or ``""``.
        alternatives: Tell so many of the likeliest tokens; None to tell no odds.
        prompts: So many different ones there are.
        counts: Every chunk has the field ``usage``, since a last one tells it.
    """

    id: str
    created: int
    model: str
    before: tuple[str, ...]
    alternatives: int | None = None
    prompts: int = 1
    counts: bool = False

    def whole(self, answers: Sequence[Gathered]) -> Fields:
        """Return the response when everything is there."""
        choices = [
            self._choice(at, self.before[at] + "".join(each.text), each.odds, each.reason)
            for at, each in enumerate(answers)
        ]
        return {**self._head(), "choices": choices, **self._cost(answers)}

    def chunk(self, index: int, text: str, odds: Sequence[TokenOdds] = ()) -> Fields:
        """Return what is new of an answer."""
        return self._chunk([self._choice(index, text, odds, None)])

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
        self, index: int, text: str, odds: Sequence[TokenOdds], reason: str | None
    ) -> Fields:
        told = None if self.alternatives is None else _odds(odds, self.alternatives)
        return {"index": index, "text": text, "logprobs": told, "finish_reason": reason}


def _odds(odds: Sequence[TokenOdds], alternatives: int) -> Fields:
    offsets, at = [], 0
    for each in odds:
        offsets.append(at)
        at += len(each.text)
    return {
        "tokens": [each.text for each in odds],
        "token_logprobs": [each.logprob for each in odds],
        "top_logprobs": [dict(each.others[:alternatives]) for each in odds],
        "text_offset": offsets,
    }
