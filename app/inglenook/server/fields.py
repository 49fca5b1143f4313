"""The fields that several kinds of request have: their types, ranges and limits.

Unknown fields are left unread, as OpenAI does; ``null`` is the same as nothing.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

MOST_MESSAGES = 2048
MOST_INPUTS = 2048
MOST_ANSWERS = 16
"""Of one request: each takes a place in the engine."""
MOST_TOOLS = 128
_MOST_TOKEN = 2**31 - 1

ModelName = Annotated[str, Meta(max_length=300)]
Word = Annotated[str, Meta(max_length=200)]
Count = Annotated[int, Meta(ge=1, le=_MOST_TOKEN)]
NO_LIMIT = -1
"""Of an answer, as llama-server and LM Studio have it."""
Limit = Annotated[int, Meta(ge=NO_LIMIT, le=_MOST_TOKEN)]
Token = Annotated[int, Meta(ge=0, le=_MOST_TOKEN)]
Tokens = Annotated[list[Token], Meta(min_length=1, max_length=1_000_000)]
Alternatives = Annotated[int, Meta(ge=0, le=20)]
StopText = Annotated[str, Meta(max_length=500)]
GrammarText = Annotated[str, Meta(max_length=65_536)]
"""The engine does nothing else while it prepares one: some 0.2 s, at most 0.7 s (2026-11)."""
Effort = Literal["auto", "quick", "balanced", "careful", "deep"]
Schema = dict[str, Any]


class StreamOptions(msgspec.Struct):
    """What a stream holds besides the answer.

    Attributes:
        include_usage: A last chunk that says what it cost.
    """

    include_usage: bool | None = None


class Knobs(msgspec.Struct, kw_only=True):
    """How words are picked; what is not given is as usual here, not as at OpenAI.

    Attributes:
        grammar: The answer follows this, in llama.cpp's GBNF.
        json_schema: The answer is JSON of this schema; llama-server's name for it.
    """

    temperature: Annotated[float, Meta(ge=0.0, le=2.0)] | None = None
    top_p: Annotated[float, Meta(ge=0.0, le=1.0)] | None = None
    top_k: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    min_p: Annotated[float, Meta(ge=0.0, le=1.0)] | None = None
    repeat_penalty: Annotated[float, Meta(ge=1.0, le=2.0)] | None = None
    frequency_penalty: Annotated[float, Meta(ge=-2.0, le=2.0)] | None = None
    presence_penalty: Annotated[float, Meta(ge=-2.0, le=2.0)] | None = None
    logit_bias: (
        Annotated[
            dict[
                Annotated[str, Meta(pattern=r"^[0-9]{1,10}$")],
                Annotated[float, Meta(ge=-100.0, le=100.0)],
            ],
            Meta(max_length=1024),
        ]
        | None
    ) = None
    seed: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None = None
    stop: StopText | Annotated[list[StopText], Meta(max_length=16)] | None = None
    grammar: GrammarText | None = None
    json_schema: Schema | None = None


class TextFormat(msgspec.Struct, tag_field="type", tag="text"):
    """Free text."""


class JsonObject(msgspec.Struct, tag_field="type", tag="json_object"):
    """Any JSON object, or what a schema says, as llama-server reads it."""

    schema: Schema | None = None


class NamedSchema(msgspec.Struct):
    """A JSON schema."""

    schema: Schema
    name: Word = ""
    strict: bool | None = None


class JsonSchema(msgspec.Struct, tag_field="type", tag="json_schema"):
    """JSON of one schema, as chats ask for it."""

    json_schema: NamedSchema


class FlatSchema(msgspec.Struct, tag_field="type", tag="json_schema"):
    """JSON of one schema, as responses ask for it."""

    schema: Schema
    name: Word = ""
    strict: bool | None = None
