"""``/tokenize`` and ``/detokenize``: text as the tokens of a model, and back."""

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from inglenook.core.errors import Problem
from inglenook.engine.inquiry import MOST_TOKENS
from inglenook.engine.protocol import Detokenised, Failed, Tokenised
from inglenook.server.asked import Ask, Asked
from inglenook.server.exchange import NAME, Exchange
from inglenook.server.fields import ModelName, Token
from inglenook.server.plain import json_response
from inglenook.server.refusal import RefusedError, bad, from_end
from inglenook.services.requests import AnswerEvent

MOST_COUNTED_CHARACTERS = 100_000
"""The engine does nothing else while it counts: 0.16 s for this many Chinese characters, 2.3 s
for ten times as many (measured 2026-11 with SmolLM2's vocabulary)."""

TokenList = Annotated[list[Token], Meta(max_length=MOST_TOKENS)]


_TOO_LONG = (
    f"One request counts at most {MOST_COUNTED_CHARACTERS} characters, since others wait "
    "meanwhile: send the text in several parts."
)


class TokeniseRequest(msgspec.Struct, kw_only=True):
    """What ``/tokenize`` is asked.

    Attributes:
        content: The text; other servers call it ``prompt``.
    """

    content: str | None = None
    prompt: str | None = None
    model: ModelName = ""


class DetokeniseRequest(msgspec.Struct, kw_only=True):
    """What ``/detokenize`` is asked."""

    tokens: TokenList
    model: ModelName = ""


async def tokenise(request: Request) -> Response:
    """Cut a text into tokens."""
    exchange: Exchange = request.scope[NAME]
    asked = exchange.read(TokeniseRequest)
    text = asked.content if asked.content is not None else asked.prompt
    if text is None:
        raise bad("There is no text.", "content")
    if len(text) > MOST_COUNTED_CHARACTERS:
        raise bad(_TOO_LONG, "content", "request_too_large")
    model = exchange.model(asked.model)
    exchange.follow(model, 0, 0)
    tokens = await tokens_of(exchange, asked.model, text)
    return json_response({"model": model, "tokens": tokens, "count": len(tokens)})


async def detokenise(request: Request) -> Response:
    """Put tokens together."""
    exchange: Exchange = request.scope[NAME]
    asked = exchange.read(DetokeniseRequest)
    model = exchange.model(asked.model)
    exchange.follow(model, 0, 0)
    text = await text_of(exchange, asked.model, tuple(asked.tokens))
    return json_response({"model": model, "content": text})


async def tokens_of(exchange: Exchange, model: str, text: str) -> tuple[int, ...]:
    """Return the tokens of a text.

    Raises:
        RefusedError: there is no such model, or it cannot be loaded.
    """
    found = await _told(exchange, lambda hear: exchange.api.tokenise(model, text, hear))
    if isinstance(found, Tokenised) and found.problem is None:
        return found.tokens
    raise _failure(found)


async def text_of(exchange: Exchange, model: str, tokens: tuple[int, ...]) -> str:
    """Return the text of tokens.

    Raises:
        RefusedError: they are none of the model, or it cannot be loaded.
    """
    found = await _told(exchange, lambda hear: exchange.api.detokenise(model, tokens, hear))
    if isinstance(found, Detokenised) and found.problem is None:
        return found.text
    raise _failure(found)


async def _told(exchange: Exchange, ask: Ask) -> AnswerEvent | None:
    last = None
    # One after the other, so that between two of them the engine goes on with answers.
    async with exchange.turn:
        with Asked([ask], exchange.api.cancel) as asked:
            async for _number, event in asked.all():
                last = event
    return last


def _failure(event: AnswerEvent | None) -> RefusedError:
    match event:
        case (
            Tokenised(problem=Problem() as problem) | Detokenised(problem=Problem() as problem)
        ):
            return bad(problem.in_words(), code=problem.facts.get("kind"))
        case Failed() | Problem():
            return from_end(event)
        case _:
            return RefusedError(503, "The count was stopped. Try again.")
