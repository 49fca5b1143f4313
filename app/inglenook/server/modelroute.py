"""``/v1/models`` and ``/health``: what can be asked, and that somebody listens."""

from starlette.requests import Request
from starlette.responses import Response

from inglenook.server.exchange import NAME, Exchange
from inglenook.server.plain import json_response
from inglenook.server.refusal import from_problem
from inglenook.services.apiproblems import NO_CHAT
from inglenook.services.served import ServedModel


async def models(request: Request) -> Response:
    """List the models."""
    exchange: Exchange = request.scope[NAME]
    found = [_model(each) for each in exchange.api.models()]
    return json_response({"object": "list", "data": found})


async def model(request: Request) -> Response:
    """Describe one model."""
    exchange: Exchange = request.scope[NAME]
    found = exchange.served(request.path_params["name"]) or _usual(exchange)
    return json_response(_model(found))


async def health(_request: Request) -> Response:
    """Say that somebody listens."""
    return json_response({"status": "ok"})


def _usual(exchange: Exchange) -> ServedModel:
    found = exchange.api.usual()
    if found is None:
        raise from_problem(NO_CHAT)
    return found


def _model(each: ServedModel) -> dict[str, object]:
    return {
        "id": each.id,
        "object": "model",
        "created": 0,  # nobody knows when it was trained
        "owned_by": "inglenook",
        "inglenook": {
            "name": each.name,
            "kind": each.kind,
            "size_bytes": each.size_bytes,
            "context_tokens": each.context_tokens,
            "is_loaded": each.is_loaded,
            "sees": each.sees,
        },
    }
