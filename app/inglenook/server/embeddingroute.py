"""``/v1/embeddings``: texts as vectors, so that a program can tell which are alike."""

import array
import base64
import sys
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response

from inglenook.core.errors import Problem
from inglenook.engine.protocol import Embedded, Failed
from inglenook.server.asked import Asked
from inglenook.server.completionrequest import Prompt, prompts_in
from inglenook.server.exchange import NAME, Exchange
from inglenook.server.fields import MOST_INPUTS, Count, ModelName
from inglenook.server.plain import json_response
from inglenook.server.refusal import RefusedError, bad, from_problem
from inglenook.server.tokenroute import text_of

_FLOAT_BYTES = 4


class EmbeddingRequest(msgspec.Struct, kw_only=True):
    """What ``/v1/embeddings`` is asked.

    Attributes:
        dimensions: Only the size that the model's vectors have.
    """

    input: (
        Annotated[str, Meta(min_length=1)]
        | Annotated[list[str | int | list[int]], Meta(min_length=1, max_length=1_000_000)]
    )
    model: ModelName = ""
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Count | None = None


async def embed(request: Request) -> Response:
    """Make a vector of each text."""
    exchange: Exchange = request.scope[NAME]
    asked = exchange.read(EmbeddingRequest)
    model = exchange.model(asked.model)
    exchange.follow(model, 0, 0)
    inputs = _inputs(asked)
    texts = tuple([await _text(exchange, asked.model, each) for each in inputs])
    found = await _vectors(exchange, asked.model, model, texts)
    return json_response(_response(asked, model, found))


def _inputs(asked: EmbeddingRequest) -> Sequence[Prompt]:
    if isinstance(asked.input, str):
        return (asked.input,)
    found = prompts_in(asked.input, "input")
    if len(found) > MOST_INPUTS:
        raise bad(f"One request has at most {MOST_INPUTS} texts.", "input")
    return found


async def _text(exchange: Exchange, model: str, each: Prompt) -> str:
    return each if isinstance(each, str) else await text_of(exchange, model, each)


async def _vectors(
    exchange: Exchange, name: str, model: str, texts: tuple[str, ...]
) -> Sequence[Embedded]:
    found: dict[int, Embedded] = {}
    with Asked(
        [lambda hear: exchange.api.embed(name, texts, hear)], exchange.api.cancel
    ) as asked:
        async for _number, event in asked.all():
            match event:
                case Embedded():
                    found[event.place] = event
                    exchange.follow(model, sum(each.tokens for each in found.values()), 0)
                case Failed(problem=problem):
                    raise from_problem(problem)
                case Problem():
                    raise from_problem(event)
                case _:
                    pass
    if len(found) < len(texts):
        raise RefusedError(503, "Not every text was read. Try again.")
    return [found[place] for place in range(len(texts))]


def _response(
    asked: EmbeddingRequest, model: str, found: Sequence[Embedded]
) -> dict[str, object]:
    size = len(found[0].vector) // _FLOAT_BYTES
    if asked.dimensions not in {None, size}:
        raise bad(f"The vectors of this model have {size} numbers.", "dimensions")
    is_base64 = asked.encoding_format == "base64"
    tokens = sum(each.tokens for each in found)
    data = [
        {
            "object": "embedding",
            "index": at,
            "embedding": _base64(each.vector) if is_base64 else _floats(each.vector),
        }
        for at, each in enumerate(found)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": model, "usage": usage}


def _base64(vector: bytes) -> str:
    return base64.b64encode(vector).decode()


def _floats(vector: bytes) -> list[float]:
    numbers = array.array("f", vector)
    if sys.byteorder == "big":  # pragma: no cover - another machine
        numbers.byteswap()
    return numbers.tolist()
