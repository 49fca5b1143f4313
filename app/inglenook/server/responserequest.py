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
    Alternatives,
    Count,
    Effort,
    FlatSchema,
    JsonObject,
    Knobs,
    ModelName,
    Schema,
    TextFormat,
    Word,
)
from inglenook.server.gathered import Gathered
from inglenook.server.knobs import form_beside, sampling_from
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

_ODDS = "message.output_text.logprobs"
_NOT_KEPT = "Nothing is kept between requests: send the whole conversation."


class TextWishes(msgspec.Struct):
    """What the text has to look like."""

    format: TextFormat | JsonObject | FlatSchema | None = None


class ReasoningWishes(msgspec.Struct):
    """How long a model thinks that can be told."""

    effort: Thinking | None = None


class FlatTool(msgspec.Struct):
    """A tool; one that is no function would be run by OpenAI, and is offered to no model here.

    Programs such as Codex offer theirs to every server and do not rely on any.
    """

    type: Word = "function"
    name: FunctionName | None = None
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
        include: What is told besides; of what can be asked for, only odds are there.
        prompt: Instructions that are kept at OpenAI; known so that they are refused in words.
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
    include: Annotated[list[Word], Meta(max_length=64)] | None = None
    top_logprobs: Alternatives | None = None
    prompt: Any = None
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
    is_formed = form and not isinstance(form, TextFormat)
    if call and (formed := "text.format" if is_formed else form_beside(request)):
        raise bad("A call that has to come has a form of its own.", formed)
    alternatives = alternatives_of(request)
    sampling = sampling_from(
        request,
        limit_tokens=request.max_output_tokens,
        form=form,
        odds=0 if alternatives is None else max(1, alternatives),
    )
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
    return Gathered(has_drafts(question), is_call, most)


def functions_of(request: ResponseRequest) -> list[FlatTool]:
    """Return what the model may call."""
    return [each for each in request.tools or () if each.type == "function"]


def alternatives_of(request: ResponseRequest) -> int | None:
    """Return how many of the likeliest tokens are told; None to tell no odds."""
    return (request.top_logprobs or 0) if _ODDS in (request.include or ()) else None


def _check(request: ResponseRequest) -> None:
    for name in ("previous_response_id", "conversation"):
        if getattr(request, name):
            raise bad(_NOT_KEPT, name)
    if request.prompt:
        raise bad("That prompt is kept at OpenAI: send its instructions.", "prompt")
    if request.background:
        raise bad("An answer is written while its program waits.", "background")
    if alternatives_of(request) is not None and request.effort not in {None, "quick"}:
        raise bad("Answers chosen from several drafts have no logprobs.", "include")


def _turns(request: ResponseRequest) -> tuple[Turn, ...]:
    first = [Turn(Role.SYSTEM, request.instructions)] if request.instructions else []
    if isinstance(request.input, str):
        return (*first, Turn(Role.USER, request.input))
    return (*first, *turns_from(request.input))


def _tools(request: ResponseRequest) -> list[Tool]:
    return [
        Tool(Function(_name(each), each.description, each.parameters, each.strict))
        for each in functions_of(request)
    ]


def _name(tool: FlatTool) -> str:
    if tool.name is None:
        raise bad("Every function has a name.", "tools")
    return tool.name


def _choice(request: ResponseRequest) -> Choice:
    asked = request.tool_choice
    return ChosenTool(ChosenName(asked.name)) if isinstance(asked, FlatChosen) else asked


def _forced(request: ResponseRequest) -> str:
    return forced(_tools(request), _choice(request))
