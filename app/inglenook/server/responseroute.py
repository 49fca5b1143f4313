"""``/v1/responses``: one answer, whole or as events."""

from starlette.requests import Request
from starlette.responses import Response

from inglenook.server.exchange import NAME, Exchange, gather
from inglenook.server.names import key, now
from inglenook.server.plain import json_response
from inglenook.server.responseanswer import ResponseForm
from inglenook.server.responseevents import ResponseScript
from inglenook.server.responsepart import parts_of
from inglenook.server.responserequest import ResponseRequest, answer_to, question_of
from inglenook.server.sse import begun
from inglenook.server.streaming import frames


async def respond(request: Request) -> Response:
    """Answer."""
    exchange: Exchange = request.scope[NAME]
    asked = exchange.read(ResponseRequest)
    question = question_of(asked)
    model = exchange.model(asked.model)
    if any(turn.pictures for turn in question.turns):
        exchange.check_sight(asked.model)
    exchange.follow(model, 0, 0)
    form = ResponseForm(key(), now(), model, asked)
    answers = [answer_to(asked, question)]
    if asked.stream:
        script = ResponseScript(form, answers[0])
        return await begun(frames(exchange, model, [question], answers, script))
    with exchange.ask([question]) as going:
        await gather(exchange, model, going, answers)
    return json_response(form.whole(answers[0], parts_of(answers[0].told)))
