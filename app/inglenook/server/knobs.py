"""How a program asks for words to be picked, as the engine is told."""

from typing import Any

import msgspec

from inglenook.chat.sampling import Sampling
from inglenook.core.errors import InglenookError
from inglenook.server.fields import (
    NO_LIMIT,
    FlatSchema,
    JsonObject,
    JsonSchema,
    Knobs,
    TextFormat,
)
from inglenook.server.reading import check_depth
from inglenook.server.refusal import bad

_PLAIN = (
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "repeat_penalty",
    "frequency_penalty",
    "presence_penalty",
)
_WHOLE_WINDOW_TOKENS = 4096  # OpenAI's penalties look at all of the text; this is our most

Form = TextFormat | JsonObject | JsonSchema | FlatSchema | None


def sampling_from(
    knobs: Knobs, *, limit_tokens: int | None, form: Form = None, odds: int = 0, number: int = 0
) -> Sampling:
    """Return how the answer is made.

    Args:
        knobs: As they were asked for.
        limit_tokens: The most the answer may have; None or -1 for the room that is left.
        form: What it has to look like.
        odds: Tell so many of the likeliest tokens at each place, 0 to 20.
        number: Which of several answers it is; each has draws of its own.

    Raises:
        RefusedError: something of it cannot be had.
    """
    fields: dict[str, Any] = {
        name: value for name in _PLAIN if (value := getattr(knobs, name)) is not None
    }
    if knobs.frequency_penalty or knobs.presence_penalty:
        fields["repeat_window_tokens"] = _WHOLE_WINDOW_TOKENS
    if knobs.seed is not None:
        fields["seed"] = (knobs.seed + number) & 0xFFFF_FFFF
    stops = [knobs.stop] if isinstance(knobs.stop, str) else knobs.stop or []
    try:
        return Sampling(
            **fields,
            logit_bias=_biases(knobs),
            answer_limit_tokens=None if limit_tokens == NO_LIMIT else limit_tokens,
            stop=tuple(each for each in stops if each),
            json_schema=_schema_of(knobs, form),
            grammar=knobs.grammar or "",
            odds=odds,
        )
    except InglenookError as error:
        raise bad(error.problem.in_words()) from None


def schema_text(form: Form) -> str:
    """Return the schema that an answer follows, as text; ``""`` for free text.

    Raises:
        RefusedError: it is nested too deep.
    """
    match form:
        case JsonObject(schema=None):
            return '{"type":"object"}'
        case JsonObject(schema=dict(schema)):
            check_depth(schema, "response_format.schema")
            return msgspec.json.encode(schema).decode()
        case JsonSchema(json_schema=named):
            check_depth(named.schema, "response_format.json_schema.schema")
            return msgspec.json.encode(named.schema).decode()
        case FlatSchema(schema=schema):
            check_depth(schema, "text.format.schema")
            return msgspec.json.encode(schema).decode()
        case _:
            return ""


def form_beside(knobs: Knobs) -> str:
    """Return the field beside the question that asks for a form; ``""`` for none."""
    given = {"json_schema": knobs.json_schema is not None, "grammar": bool(knobs.grammar)}
    return next((name for name, is_so in given.items() if is_so), "")


def first_given(*limits: int | None) -> int | None:
    """Return the first limit that is there: programs know it by several names."""
    return next((each for each in limits if each is not None), None)


def _schema_of(knobs: Knobs, form: Form) -> str:
    schema = schema_text(form)
    is_given = {
        "response_format": bool(schema),
        "json_schema": knobs.json_schema is not None,
        "grammar": bool(knobs.grammar),
    }
    given = [name for name, is_so in is_given.items() if is_so]
    if len(given) > 1:
        raise bad(f"An answer has one form: leave out {given[0]} or {given[1]}.", given[-1])
    if knobs.json_schema is None:
        return schema
    check_depth(knobs.json_schema, "json_schema")
    return msgspec.json.encode(knobs.json_schema).decode()


def _biases(knobs: Knobs) -> tuple[tuple[int, float], ...]:
    given = (knobs.logit_bias or {}).items()
    return tuple((int(token), bias) for token, bias in given)
