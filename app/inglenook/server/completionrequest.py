"""A request to go on with a text as it stands, and the questions it is for the engine."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from inglenook.chat.sampling import Sampling
from inglenook.server.fields import (
    MOST_ANSWERS,
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
from inglenook.server.knobs import first_given, sampling_from
from inglenook.server.refusal import bad
from inglenook.services.apiquestion import Question

_USUAL_TOKENS = 16  # OpenAI's API reference, completions: max_tokens


class CompletionRequest(Knobs, kw_only=True):
    """What ``/v1/completions`` is asked.

    Attributes:
        prompt: One or several, each as text or as tokens of the model.
        suffix: What follows a gap that the answer fills, by a model that can.
        best_of: So many answers are written for each prompt, and the ``n`` likeliest told.
        max_tokens: With 0 the prompt is read and nothing written.
        n_predict: ``max_tokens`` by llama-server's name.
        echo: The prompt stands before the answer, its odds too if there are any.
        logprobs: Tell so many of the likeliest tokens; None to tell no odds.
        effort: Known so that it is refused in words.
    """

    prompt: (
        Annotated[str, Meta(min_length=1)]
        | Annotated[list[str | int | list[int]], Meta(min_length=1, max_length=1_000_000)]
    )
    model: ModelName = ""
    suffix: Annotated[str, Meta(max_length=1_000_000)] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Meta(ge=1, le=MOST_ANSWERS)] | None = None
    best_of: Annotated[int, Meta(ge=1, le=MOST_ANSWERS)] | None = None
    max_tokens: Limit | None = None
    n_predict: Limit | None = None
    response_format: TextFormat | JsonObject | JsonSchema | None = None
    echo: bool | None = None
    logprobs: Alternatives | None = None
    effort: Effort | None = None


Prompt = str | tuple[int, ...]


def prompts_of(request: CompletionRequest) -> tuple[Prompt, ...]:
    """Return the prompts, those in tokens still so.

    Raises:
        RefusedError: they are mixed, or there are too many answers to give.
    """
    _check(request)
    given = request.prompt
    found = (given,) if isinstance(given, str) else prompts_in(given, "prompt")
    if len(found) * written_for_each(request) > MOST_ANSWERS:
        raise bad(f"One request has at most {MOST_ANSWERS} answers.", "n")
    return found


def written_for_each(request: CompletionRequest) -> int:
    """Return how many answers are written for each prompt."""
    return request.best_of or request.n or 1


def is_chosen(request: CompletionRequest) -> bool:
    """Tell whether fewer answers are told than are written."""
    return written_for_each(request) > (request.n or 1)


def writes(request: CompletionRequest) -> bool:
    """Tell whether anything is written behind the prompts."""
    return _limit(request) != 0


def prompts_in(given: Sequence[str | int | list[int]], param: str) -> tuple[Prompt, ...]:
    """Return the prompts in a list: texts, lists of tokens, or the tokens of only one.

    Raises:
        RefusedError: they are mixed, empty, or no tokens.
    """
    if all(isinstance(each, int) for each in given):
        return (_tokens(given, param),)
    if all(isinstance(each, str) for each in given):
        texts = tuple(each for each in given if isinstance(each, str) and each)
        if len(texts) < len(given):
            raise bad("A text is empty.", param)
        return texts
    lists = [each for each in given if isinstance(each, list)]
    if len(lists) < len(given):
        raise bad("Texts and tokens are not mixed.", param)
    return tuple(_tokens(each, f"{param}[{at}]") for at, each in enumerate(lists))


def questions_for(
    request: CompletionRequest, prompts: Sequence[Prompt]
) -> tuple[Question, ...]:
    """Return one question for each answer: all of the first prompt, then of the second.

    Where nothing is to be written they ask for the least there is, one token.

    Raises:
        RefusedError: something of it cannot be had.
    """
    counts = range(written_for_each(request))
    odds = 0 if request.logprobs is None else max(1, request.logprobs)
    return tuple(
        question_of(
            request.model,
            prompt,
            sampling_from(
                request,
                limit_tokens=_limit(request) or 1,
                form=request.response_format,
                odds=max(1, odds) if is_chosen(request) else odds,
                number=at * len(counts) + number,
            ),
            request.suffix or "",
        )
        for at, prompt in enumerate(prompts)
        for number in counts
    )


def question_of(model: str, prompt: Prompt, sampling: Sampling, suffix: str = "") -> Question:
    """Return the question to go on with a prompt, or about it."""
    if isinstance(prompt, str):
        return Question(model=model, prompt=prompt, sampling=sampling, suffix=suffix)
    return Question(model=model, tokens=prompt, sampling=sampling, suffix=suffix)


def _limit(request: CompletionRequest) -> int | None:
    return first_given(request.max_tokens, request.n_predict, _USUAL_TOKENS)


def _check(request: CompletionRequest) -> None:
    if request.suffix and request.echo and request.logprobs is not None:
        raise bad("The odds of a text with a gap are not told.", "suffix")
    if written_for_each(request) < (request.n or 1):
        raise bad("best_of is n or more.", "best_of")
    if is_chosen(request) and request.stream:
        raise bad("Answers that are chosen from more of them are told at once.", "best_of")
    if request.effort not in {None, "quick"}:
        raise bad("Only answers in a chat are chosen from several drafts.", "effort")


def _tokens(given: Sequence[object], param: str) -> tuple[int, ...]:
    found = tuple(each for each in given if isinstance(each, int) and 0 <= each < 2**31)
    if not found or len(found) < len(given):
        raise bad("A token is a number from 0 on.", param)
    return found
