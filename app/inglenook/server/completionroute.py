"""``/v1/completions``: a text is gone on with as it stands."""

from collections.abc import AsyncGenerator, Sequence

from starlette.requests import Request
from starlette.responses import Response

from inglenook.server.completionanswer import CompletionForm, likeliest
from inglenook.server.completionrequest import (
    CompletionRequest,
    is_chosen,
    prompts_of,
    questions_for,
    writes,
    written_for_each,
)
from inglenook.server.echoed import Echoed, echoed
from inglenook.server.exchange import NAME, Exchange, gather
from inglenook.server.gathered import Gathered, Pieces
from inglenook.server.names import fresh, now
from inglenook.server.plain import json_response
from inglenook.server.refusal import RefusedError
from inglenook.server.sse import DONE, begun, frame
from inglenook.server.streaming import Frames, frames


async def completion(request: Request) -> Response:
    """Go on with a text."""
    exchange: Exchange = request.scope[NAME]
    asked = exchange.read(CompletionRequest)
    prompts = prompts_of(asked)
    questions = questions_for(asked, prompts)
    model = exchange.model(asked.model)
    exchange.follow(model, 0, 0)
    before = await echoed(exchange, model, asked, prompts)
    form = _form(asked, model, before)
    answers = [Gathered() for _ in questions]
    if asked.stream and writes(asked):
        script = CompletionScript(form, answers)
        return await begun(frames(exchange, model, questions, answers, script))
    if writes(asked) or not before[0].odds:
        with exchange.ask(questions) as going:
            await gather(exchange, model, going, answers)
    if not writes(asked):
        each = len(answers) // len(before)
        answers = [_unsaid(one, before[at // each]) for at, one in enumerate(answers)]
        if asked.stream:
            return await begun(_at_once(CompletionScript(form, answers), answers))
    return json_response(form.whole(answers, _told(asked, answers)))


def _form(asked: CompletionRequest, model: str, before: Sequence[Echoed]) -> CompletionForm:
    each = tuple(one for one in before for _ in range(asked.n or 1))
    counts = bool(asked.stream_options and asked.stream_options.include_usage)
    return CompletionForm(
        fresh("cmpl"), now(), model, each, asked.logprobs, len(before), counts
    )


def _told(asked: CompletionRequest, answers: Sequence[Gathered]) -> Sequence[Gathered]:
    """Return the answers that are told: all, or the likeliest of each prompt."""
    if not is_chosen(asked):
        return answers
    each = written_for_each(asked)
    groups = (answers[at : at + each] for at in range(0, len(answers), each))
    return [one for group in groups for one in likeliest(group, asked.n or 1)]


def _unsaid(answer: Gathered, before: Echoed) -> Gathered:
    """Return an answer without a word, to a prompt that was only to be read."""
    return Gathered(
        reason="length",
        prompt_tokens=answer.prompt_tokens or len(before.odds),
        reused_tokens=answer.reused_tokens,
    )


async def _at_once(
    script: "CompletionScript", answers: Sequence[Gathered]
) -> AsyncGenerator[bytes, None]:
    for number, answer in enumerate(answers):
        for each in script.told(number, answer, ()):
            yield each
    for each in script.ended():
        yield each


class CompletionScript:
    """Texts that are gone on with, in chunks.

    Threads: the loop's.
    """

    def __init__(self, form: CompletionForm, answers: Sequence[Gathered]) -> None:
        self._form, self._answers = form, answers
        self._opened: set[int] = set()
        self._at = [len(each.text) for each in form.before]

    def told(self, number: int, answer: Gathered, pieces: Pieces) -> Frames:
        """Return a chunk for each piece, before the first one the prompt if it is echoed."""
        found = []
        if number not in self._opened and self._form.before[number].text:
            found.append(frame(self._form.opening(number)))
        self._opened.add(number)
        for each in pieces:
            chunk = self._form.chunk(number, each.text, each.odds, at=self._at[number])
            self._at[number] += sum(len(token.text) for token in each.odds)
            found.append(frame(chunk))
        if answer.is_over:
            found.append(frame(self._form.closing(number, answer)))
        return found

    def ended(self) -> Frames:
        """Return what it cost, if that is asked for, and the end."""
        return [*([frame(self._form.cost(self._answers))] if self._form.counts else []), DONE]

    def failed(self, error: RefusedError) -> Frames:
        """Return the error, and the end."""
        return [frame(error.fields()), DONE]
