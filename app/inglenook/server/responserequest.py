"""A request to ``/v1/responses``, and the question it is for the engine."""

from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from inglenook.chat.message import Role
from inglenook.effort.level import Level
from inglenook.engine.turns import PromptOptions, Turn
from inglenook.server.chatrequest import EFFORTS, Thinking, has_drafts
from inglenook.server.fields import (
    MOST_MESSAGES,
    MOST_TOOLS,
    Count,
    Effort,
    FlatSchema,
    JsonObject,
    Knobs,
    ModelName,
    Schema,
    TextFormat,
)
from inglenook.server.gathered import Gathered
from inglenook.server.knobs import sampling_from
from inglenook.server.refusal import bad
from inglenook.server.responseitems import Item, turns_from
from inglenook.server.tools import (
    Choice,
    ChosenName,
    ChosenTool,
    Function,
    FunctionName,
    Tool,
    forced,
    offered,
)
from inglenook.services.apiquestion import Question

_NOT_KEPT = "Nothing is kept between requests: send the whole conversation."


class TextWishes(msgspec.Struct):
    """What the text has to look like."""

    format: TextFormat | JsonObject | FlatSchema | None = None


class ReasoningWishes(msgspec.Struct):
    """How long a model thinks that can be told."""

    effort: Thinking | None = None


class FlatTool(msgspec.Struct):
    """A tool; only functions are known."""

    name: FunctionName
    type: Literal["function"] = "function"
    description: str | None = None
    parameters: Schema | None = None
    strict: bool | None = None


class FlatChosen(msgspec.Struct):
    """The function that has to be called."""

    name: FunctionName
    type: Literal["function"] = "function"


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
    tools: Annotated[list[FlatTool], Meta(max_length=MOST_TOOLS)] | None = None
    tool_choice: Literal["none", "auto", "required"] | FlatChosen | None = None
    parallel_tool_calls: bool | None = None
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
    form = request.text.format if request.text else None
    call = _forced(request)
    if call and form and not isinstance(form, TextFormat):
        raise bad("A call that has to come has a form of its own.", "text.format")
    sampling = sampling_from(request, limit_tokens=request.max_output_tokens, form=form)
    return Question(
        model=request.model,
        turns=turns,
        sampling=replace(sampling, json_schema=call) if call else sampling,
        options=PromptOptions(
            thinking=None if asked is None else asked != "none",
            effort=EFFORTS.get(asked or "", ""),
            tools=offered(_tools(request), _choice(request)),
        ),
        effort=Level(request.effort) if request.effort else None,
        continues=turns[-1].role is Role.ASSISTANT,
    )


def answer_to(request: ResponseRequest, question: Question) -> Gathered:
    """Return what the answer is gathered in, still empty."""
    is_call = bool(_forced(request))
    most = 1 if request.parallel_tool_calls is False or is_call else MOST_TOOLS
    return Gathered(is_call or has_drafts(question), is_call, most)


def _check(request: ResponseRequest) -> None:
    if request.previous_response_id:
        raise bad(_NOT_KEPT, "previous_response_id")
    if request.conversation:
        raise bad(_NOT_KEPT, "conversation")
    if request.background:
        raise bad("An answer is written while its program waits.", "background")


def _turns(request: ResponseRequest) -> tuple[Turn, ...]:
    first = [Turn(Role.SYSTEM, request.instructions)] if request.instructions else []
    if isinstance(request.input, str):
        return (*first, Turn(Role.USER, request.input))
    return (*first, *turns_from(request.input))


def _tools(request: ResponseRequest) -> list[Tool]:
    return [
        Tool(Function(each.name, each.description, each.parameters, each.strict))
        for each in request.tools or ()
    ]


def _choice(request: ResponseRequest) -> Choice:
    asked = request.tool_choice
    return ChosenTool(ChosenName(asked.name)) if isinstance(asked, FlatChosen) else asked


def _forced(request: ResponseRequest) -> str:
    return forced(_tools(request), _choice(request))
