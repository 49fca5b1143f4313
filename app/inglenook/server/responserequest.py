"""A request to ``/v1/responses``, and the question it is for the engine; text only."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from inglenook.chat.message import Role
from inglenook.effort.level import Level
from inglenook.engine.turns import PromptOptions, Turn
from inglenook.server.chatrequest import EFFORTS, Thinking
from inglenook.server.fields import (
    MOST_MESSAGES,
    Count,
    Effort,
    FlatSchema,
    JsonObject,
    Knobs,
    ModelName,
    TextFormat,
    Word,
)
from inglenook.server.knobs import sampling_from
from inglenook.server.picture import MOST_PICTURES, picture_from
from inglenook.server.refusal import bad
from inglenook.services.apiquestion import Question

_ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
}
_NOT_KEPT = "Nothing is kept between requests: send the whole conversation."


class InputText(msgspec.Struct, tag_field="type", tag="input_text"):
    """Text of a person."""

    text: str


class OutputText(msgspec.Struct, tag_field="type", tag="output_text"):
    """Text of an earlier answer."""

    text: str


class InputImage(msgspec.Struct, tag_field="type", tag="input_image"):
    """A picture, inside its address."""

    image_url: str


class InputFile(msgspec.Struct, tag_field="type", tag="input_file"):
    """A file; known so that it is refused in words."""


class Item(msgspec.Struct):
    """A message, or what is not read: earlier thoughts."""

    type: Word = "message"
    role: Literal["system", "developer", "user", "assistant"] | None = None
    content: (
        str
        | Annotated[list[InputText | OutputText | InputImage | InputFile], Meta(max_length=256)]
        | None
    ) = None


class TextWishes(msgspec.Struct):
    """What the text has to look like."""

    format: TextFormat | JsonObject | FlatSchema | None = None


class ReasoningWishes(msgspec.Struct):
    """How long a model thinks that can be told."""

    effort: Thinking | None = None


class ResponseRequest(Knobs, kw_only=True):
    """What ``/v1/responses`` is asked.

    Attributes:
        effort: How many drafts the answer is chosen from; ours alone.
    """

    input: (
        Annotated[str, Meta(min_length=1)]
        | Annotated[list[Item], Meta(min_length=1, max_length=MOST_MESSAGES)]
    )
    model: ModelName = ""
    instructions: str | None = None
    stream: bool | None = None
    max_output_tokens: Count | None = None
    text: TextWishes | None = None
    reasoning: ReasoningWishes | None = None
    tools: list[dict[str, Any]] | None = None
    previous_response_id: str | None = None
    conversation: str | dict[str, Any] | None = None
    background: bool | None = None
    metadata: dict[str, str] | None = None
    effort: Effort | None = None


def question_of(request: ResponseRequest) -> Question:
    """Return the question for the engine.

    Raises:
        RefusedError: it asks for what cannot be had.
    """
    _check(request)
    turns = _turns(request)
    asked = request.reasoning.effort if request.reasoning else None
    return Question(
        model=request.model,
        turns=turns,
        sampling=sampling_from(
            request,
            limit_tokens=request.max_output_tokens,
            form=request.text.format if request.text else None,
        ),
        options=PromptOptions(
            thinking=None if asked is None else asked != "none",
            effort=EFFORTS.get(asked or "", ""),
        ),
        effort=Level(request.effort) if request.effort else None,
        continues=turns[-1].role is Role.ASSISTANT,
    )


def _check(request: ResponseRequest) -> None:
    if request.previous_response_id:
        raise bad(_NOT_KEPT, "previous_response_id")
    if request.conversation:
        raise bad(_NOT_KEPT, "conversation")
    if request.background:
        raise bad("An answer is written while its program waits.", "background")
    if request.tools:
        raise bad("Functions are offered at /v1/chat/completions.", "tools")


def _turns(request: ResponseRequest) -> tuple[Turn, ...]:
    first = [Turn(Role.SYSTEM, request.instructions)] if request.instructions else []
    if isinstance(request.input, str):
        return (*first, Turn(Role.USER, request.input))
    items = [
        _turn(item, f"input[{at}]")
        for at, item in enumerate(request.input)
        if item.type != "reasoning"
    ]
    if not items:
        raise bad("There is no message.", "input")
    if sum(len(each.pictures) for each in items) > MOST_PICTURES:
        raise bad(f"There are more than {MOST_PICTURES} pictures.", "input")
    return (*first, *items)


def _turn(item: Item, param: str) -> Turn:
    if item.type != "message" or item.role is None:
        raise bad("Only messages with a role are read.", param)
    if item.content is None:
        raise bad("The message has no content.", f"{param}.content")
    if isinstance(item.content, str):
        return Turn(_ROLES[item.role], item.content)
    texts: list[str] = []
    pictures: list[bytes] = []
    for at, part in enumerate(item.content):
        where = f"{param}.content[{at}]"
        match part:
            case InputText(text) | OutputText(text):
                texts.append(text)
            case InputImage(url) if item.role == "user":
                pictures.append(picture_from(url, f"{where}.image_url"))
            case _:
                raise bad("Only text, and pictures of the user, are read.", where)
    return Turn(_ROLES[item.role], "\n".join(texts), "", tuple(pictures))
