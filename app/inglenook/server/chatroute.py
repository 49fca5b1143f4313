"""``/v1/chat/completions``: the next message of a chat, whole or as it is written."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from inglenook.server.chatanswer import ChatForm
from inglenook.server.chatrequest import ChatQuestion, ChatRequest, understood
from inglenook.server.exchange import NAME, Exchange, gather
from inglenook.server.gathered import Gathered, Pieces
from inglenook.server.names import fresh, now
from inglenook.server.plain import json_response
from inglenook.server.refusal import RefusedError
from inglenook.server.sse import DONE, begun, frame
from inglenook.server.streaming import Frames, frames


async def chat(request: Request) -> Response:
    """Answer a chat."""
    exchange: Exchange = request.scope[NAME]
    asked = understood(exchange.read(ChatRequest))
    model = exchange.model(asked.request.model)
    if asked.sees:
        exchange.check_sight(asked.request.model)
    form, answers = _form(asked, model), asked.answers()
    exchange.follow(model, 0, 0)
    if asked.request.stream:
        script = ChatScript(form, answers)
        return await begun(frames(exchange, model, asked.questions, answers, script))
    with exchange.ask(asked.questions) as going:
        await gather(exchange, model, going, answers)
    return json_response(form.whole(answers))


def _form(asked: ChatQuestion, model: str) -> ChatForm:
    request = asked.request
    counts = bool(request.stream_options and request.stream_options.include_usage)
    return ChatForm(
        fresh("chatcmpl"), now(), model, asked.alternatives, request.effort or "", counts
    )


class ChatScript:
    """A chat's answers in chunks.

    Threads: the loop's.
    """

    def __init__(self, form: ChatForm, answers: Sequence[Gathered]) -> None:
        self._form, self._answers = form, answers
        self._opened: set[int] = set()
        self._calls = [0] * len(answers)

    def told(self, number: int, answer: Gathered, pieces: Pieces) -> Frames:
        """Return a chunk for each piece, and those that begin and end an answer."""
        if not (pieces or answer.is_over or answer.prompt_tokens):
            return ()
        found = [] if number in self._opened else [frame(self._form.opening(number))]
        self._opened.add(number)
        for piece in pieces:
            found += map(frame, self._form.chunks(number, piece, self._calls[number]))
            self._calls[number] += piece.call is not None
        if answer.is_over:
            found.append(frame(self._form.closing(number, answer)))
        return found

    def ended(self) -> Frames:
        """Return what it cost, if that is asked for, and the end."""
        is_told = self._form.counts or self._form.effort
        return [*([frame(self._form.cost(self._answers))] if is_told else []), DONE]

    def failed(self, error: RefusedError) -> Frames:
        """Return the error, and the end."""
        return [frame(error.fields()), DONE]
