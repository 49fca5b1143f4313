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
from inglenook.server.exchange import NAME, Exchange
from inglenook.server.fields import MOST_INPUTS, Count, ModelName
from inglenook.server.plain import json_response
from inglenook.server.refusal import RefusedError, bad, from_end

_FLOAT_BYTES = 4
_TOKENS = (
    "Vectors are made here of texts, not of tokens: those of OpenAI's vocabulary would mean "
    "other words to this model. Send the text as it is; with LangChain's OpenAIEmbeddings by "
    "check_embedding_ctx_length=False."
)


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
    model = exchange.reader(asked.model)
    exchange.follow(model, 0, 0)
    texts = _texts(asked)
    found = await _vectors(exchange, asked.model, model, texts)
    return json_response(_response(asked, model, found))


def _texts(asked: EmbeddingRequest) -> tuple[str, ...]:
    given = [asked.input] if isinstance(asked.input, str) else asked.input
    texts = tuple(each for each in given if isinstance(each, str))
    if len(texts) < len(given):
        raise bad(_TOKENS, "input", "tokens_not_read")
    if len(texts) > MOST_INPUTS or not all(texts):
        raise bad(f"One request has at most {MOST_INPUTS} texts, none of them empty.", "input")
    return texts


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
                case Failed() | Problem():
                    raise from_end(event)
                case _:
                    pass  # Done
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
