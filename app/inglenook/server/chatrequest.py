"""A request for the next message of a chat, and the questions it is for the engine."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from inglenook.chat.message import Role
from inglenook.effort.level import Level, strategy_for
from inglenook.engine.turns import PromptOptions, Turn
from inglenook.server.fields import (
    MOST_ANSWERS,
    MOST_MESSAGES,
    MOST_TOOLS,
    Alternatives,
    Effort,
    JsonObject,
    JsonSchema,
    Knobs,
    Limit,
    ModelName,
    StreamOptions,
    TextFormat,
)
from inglenook.server.gathered import Gathered
from inglenook.server.knobs import first_given, form_beside, sampling_from
from inglenook.server.messages import Message, turns_from
from inglenook.server.refusal import bad
from inglenook.server.tools import Choice, Tool, forced, offered
from inglenook.services.apiquestion import Question

Thinking = Literal["none", "minimal", "low", "medium", "high", "xhigh"]
EFFORTS = {"minimal": "low", "low": "low", "medium": "medium", "high": "high", "xhigh": "high"}
"""What models are told that know how long to think, by OpenAI's words for it."""


class TemplateWishes(msgspec.Struct):
    """What a chat template is told, by the name that other servers know."""

    enable_thinking: bool | None = None


class ChatRequest(Knobs, kw_only=True):
    """What ``/v1/chat/completions`` is asked.

    Attributes:
        n_predict: ``max_tokens`` by llama-server's name.
        effort: How many drafts each answer is chosen from; ours alone.
        reasoning_effort: How long a model thinks that can be told.
    """

    messages: Annotated[list[Message], Meta(min_length=1, max_length=MOST_MESSAGES)]
    model: ModelName = ""
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Meta(ge=1, le=MOST_ANSWERS)] | None = None
    max_tokens: Limit | None = None
    max_completion_tokens: Limit | None = None
    n_predict: Limit | None = None
    tools: Annotated[list[Tool], Meta(max_length=MOST_TOOLS)] | None = None
    tool_choice: Choice = None
    parallel_tool_calls: bool | None = None
    response_format: TextFormat | JsonObject | JsonSchema | None = None
    logprobs: bool | None = None
    top_logprobs: Alternatives | None = None
    reasoning_effort: Thinking | None = None
    chat_template_kwargs: TemplateWishes | None = None
    effort: Effort | None = None


@dataclass(frozen=True, slots=True)
class ChatQuestion:
    """A request, understood.

    Attributes:
        questions: One for each answer.
        alternatives: Tell so many of the likeliest tokens; None to tell no odds.
    """

    request: ChatRequest
    questions: tuple[Question, ...]
    is_forced: bool
    alternatives: int | None

    @property
    def sees(self) -> bool:
        """Whether there are pictures in it."""
        return any(turn.pictures for turn in self.questions[0].turns)

    def answers(self) -> list[Gathered]:
        """Return what the answers are gathered in, still empty."""
        request = self.request
        most = 1 if request.parallel_tool_calls is False or self.is_forced else MOST_TOOLS
        holds = has_drafts(self.questions[0])
        return [Gathered(holds, self.is_forced, most) for _ in self.questions]


def understood(request: ChatRequest) -> ChatQuestion:
    """Return the questions for the engine.

    Raises:
        RefusedError: the fields contradict each other, or ask for what cannot be had.
    """
    call = forced(request.tools or (), request.tool_choice)
    if call and (form := _form_of(request)):
        raise bad("A call that has to come has a form of its own.", form)
    if request.top_logprobs is not None and not request.logprobs:
        raise bad("top_logprobs goes with logprobs.", "top_logprobs")
    alternatives = (request.top_logprobs or 0) if request.logprobs else None
    if alternatives is not None and request.effort not in {None, "quick"}:
        raise bad("Answers chosen from several drafts have no logprobs.", "logprobs")
    turns = turns_from(request.messages)
    numbers = range(request.n or 1)
    questions = tuple(_question(request, turns, call, number) for number in numbers)
    return ChatQuestion(request, questions, bool(call), alternatives)


def has_drafts(question: Question) -> bool:
    """Tell whether its answer may be chosen from several drafts, and so comes at once."""
    sampling = question.sampling
    has_form = bool(sampling.json_schema or sampling.grammar or question.options.tools)
    asked = question.turns[-1]
    if question.effort is None or question.continues or has_form or asked.result_of:
        return False
    return not strategy_for(question.effort, asked.text).is_plain


def _question(
    request: ChatRequest, turns: tuple[Turn, ...], call: str, number: int
) -> Question:
    sampling = sampling_from(
        request,
        limit_tokens=first_given(
            request.max_completion_tokens, request.max_tokens, request.n_predict
        ),
        form=request.response_format,
        odds=max(1, request.top_logprobs or 0) if request.logprobs else 0,
        number=number,
    )
    if call:
        sampling = replace(sampling, json_schema=call)
    return Question(
        model=request.model,
        turns=turns,
        sampling=sampling,
        options=_options(request),
        effort=Level(request.effort) if request.effort else None,
        continues=turns[-1].role is Role.ASSISTANT,
    )


def _options(request: ChatRequest) -> PromptOptions:
    wishes, asked = request.chat_template_kwargs, request.reasoning_effort
    thinking = wishes.enable_thinking if wishes else None
    if asked is not None:
        thinking = asked != "none"
    return PromptOptions(
        thinking=thinking,
        effort=EFFORTS.get(asked or "", ""),
        tools=offered(request.tools or (), request.tool_choice),
    )


def _form_of(request: ChatRequest) -> str:
    """Return the field that asks for a form; ``""`` for none."""
    form = request.response_format
    is_formed = form and not isinstance(form, TextFormat)
    return "response_format" if is_formed else form_beside(request)
