"""``/v1/completions``: a text is gone on with as it stands."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from inglenook.server.completionanswer import CompletionForm
from inglenook.server.completionrequest import (
    CompletionRequest,
    Prompt,
    prompts_of,
    questions_for,
)
from inglenook.server.exchange import NAME, Exchange, gather
from inglenook.server.gathered import Gathered, Pieces
from inglenook.server.names import fresh, now
from inglenook.server.plain import json_response
from inglenook.server.refusal import RefusedError
from inglenook.server.sse import DONE, begun, frame
from inglenook.server.streaming import Frames, frames
from inglenook.server.tokenroute import text_of


async def completion(request: Request) -> Response:
    """Go on with a text."""
    exchange: Exchange = request.scope[NAME]
    asked = exchange.read(CompletionRequest)
    prompts = prompts_of(asked)
    model = exchange.model(asked.model)
    exchange.follow(model, 0, 0)
    texts = [await _text(exchange, asked.model, each) for each in prompts]
    questions = questions_for(asked, texts)
    form = _form(asked, model, texts)
    answers = [Gathered() for _ in questions]
    if asked.stream:
        script = CompletionScript(form, answers)
        return await begun(frames(exchange, model, questions, answers, script))
    with exchange.ask(questions) as going:
        await gather(exchange, model, going, answers)
    return json_response(form.whole(answers))


async def _text(exchange: Exchange, model: str, prompt: Prompt) -> str:
    return prompt if isinstance(prompt, str) else await text_of(exchange, model, prompt)


def _form(asked: CompletionRequest, model: str, texts: Sequence[str]) -> CompletionForm:
    each = asked.n or 1
    before = tuple(text if asked.echo else "" for text in texts for _ in range(each))
    counts = bool(asked.stream_options and asked.stream_options.include_usage)
    return CompletionForm(
        fresh("cmpl"), now(), model, before, asked.logprobs, len(texts), counts
    )


class CompletionScript:
    """Texts that are gone on with, in chunks.

    Threads: the loop's.
    """

    def __init__(self, form: CompletionForm, answers: Sequence[Gathered]) -> None:
        self._form, self._answers = form, answers
        self._opened: set[int] = set()

    def told(self, number: int, answer: Gathered, pieces: Pieces) -> Frames:
        """Return a chunk for each piece, before the first one the prompt if it is echoed."""
        found = []
        if number not in self._opened and self._form.before[number]:
            found.append(frame(self._form.chunk(number, self._form.before[number])))
        self._opened.add(number)
        found += [frame(self._form.chunk(number, each.text, each.odds)) for each in pieces]
        if answer.is_over:
            found.append(frame(self._form.closing(number, answer)))
        return found

    def ended(self) -> Frames:
        """Return what it cost, if that is asked for, and the end."""
        return [*([frame(self._form.cost(self._answers))] if self._form.counts else []), DONE]

    def failed(self, error: RefusedError) -> Frames:
        """Return the error, and the end."""
        return [frame(error.fields()), DONE]
