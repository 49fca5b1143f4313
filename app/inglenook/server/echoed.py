"""What stands before the answers: their prompts, if they are echoed, and the odds of these."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import msgspec

from inglenook.chat.sampling import BALANCED
from inglenook.core.errors import Problem
from inglenook.engine.protocol import Done, Failed, TokenOdds, Weighed
from inglenook.server.completionrequest import CompletionRequest, Prompt, question_of
from inglenook.server.exchange import Exchange
from inglenook.server.refusal import RefusedError, bad, from_end
from inglenook.server.tokenroute import text_of
from inglenook.services.requests import AnswerEvent

MOST_ODDS = 200_000
"""Of one request, as they are told: alternatives and repeats before each answer counted. Some
30 MB while they are gathered."""


@dataclass(frozen=True, slots=True)
class Echoed:
    """A prompt as it stands before its answers.

    Attributes:
        text: It; ``""`` if it is not echoed.
        odds: Of its tokens, in their order, if they are told. Those of the first mean nothing,
            since nothing stands before it.
    """

    text: str = ""
    odds: tuple[TokenOdds, ...] = ()


async def echoed(
    exchange: Exchange, model: str, asked: CompletionRequest, prompts: Sequence[Prompt]
) -> list[Echoed]:
    """Return what stands before the answers of each prompt.

    Raises:
        RefusedError: a prompt is too long, is none of the model's, or has too many odds.
    """
    if not asked.echo:
        return [Echoed() for _ in prompts]
    if asked.logprobs is not None:
        return await _weighed(exchange, model, asked, prompts)
    return [Echoed(await _text(exchange, asked.model, each)) for each in prompts]


async def _text(exchange: Exchange, model: str, prompt: Prompt) -> str:
    return prompt if isinstance(prompt, str) else await text_of(exchange, model, prompt)


async def _weighed(
    exchange: Exchange, model: str, asked: CompletionRequest, prompts: Sequence[Prompt]
) -> list[Echoed]:
    others = max(1, asked.logprobs or 0)
    told = replace(BALANCED, odds=others)
    found = [_Weighing() for _ in prompts]
    questions = [question_of(asked.model, each, told) for each in prompts]
    with exchange.weigh(questions) as going:
        async for number, event in going.all():
            found[number].hear(event)
            _check(sum(each.total for each in found) * (1 + others) * (asked.n or 1))
            exchange.follow(model, sum(len(each.odds) for each in found), 0)
    return [each.echoed(prompt) for each, prompt in zip(found, prompts, strict=True)]


def _check(odds: int) -> None:
    if odds > MOST_ODDS:
        raise bad(
            f"One request is told at most {MOST_ODDS} odds, alternatives included: send fewer "
            "or shorter prompts, or ask for fewer answers to each.",
            "logprobs",
            "request_too_large",
        )


@dataclass(slots=True)
class _Weighing:
    """A prompt whose odds are on their way.

    Threads: the loop's.
    """

    total: int = 0
    odds: list[TokenOdds] = field(default_factory=list)

    def hear(self, event: AnswerEvent) -> None:
        """Take what the engine tells.

        Raises:
            RefusedError: the prompt cannot be read.
        """
        match event:
            case Weighed(odds=odds, total=total, opening=opening):
                self.total = total
                self.odds += [] if opening is None else [TokenOdds(opening, 0.0)]
                self.odds += odds
            case Done(reason="unloaded"):
                raise RefusedError(503, "The model was exchanged before the prompt was read.")
            case Failed() | Problem():
                raise from_end(event)
            case _:
                pass

    def echoed(self, prompt: Prompt) -> Echoed:
        """Return the prompt as it is read; tokens have the text that they spell."""
        text = "".join(each.text for each in self.odds)
        if isinstance(prompt, str):
            if text == f" {prompt}":  # some vocabularies begin each text with a blank
                first = self.odds[0]
                self.odds[0] = msgspec.structs.replace(first, text=first.text[1:])
            text = prompt
        return Echoed(text, tuple(self.odds))
