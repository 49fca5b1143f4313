"""Which path is answered by whom."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router

from inglenook.server.api import Api
from inglenook.server.chatroute import chat
from inglenook.server.completionroute import completion
from inglenook.server.embeddingroute import embed
from inglenook.server.gate import Gate
from inglenook.server.modelroute import health, model, models
from inglenook.server.openapi import document
from inglenook.server.plain import json_response, refusal_response
from inglenook.server.refusal import RefusedError
from inglenook.server.responseroute import respond
from inglenook.server.tokenroute import detokenise, tokenise
from inglenook.services.listening import Door, Watch

_MESSAGES = {404: "There is no such route.", 405: "This route has other methods."}

Endpoint = Callable[[Request], Awaitable[Response]]
GETS: dict[str, Endpoint] = {
    "/health": health,
    "/v1/models": models,
    "/v1/models/{name:path}": model,
}
POSTS: dict[str, Endpoint] = {
    "/v1/chat/completions": chat,
    "/v1/completions": completion,
    "/v1/embeddings": embed,
    "/v1/responses": respond,
    "/tokenize": tokenise,
    "/detokenize": detokenise,
}


def build(api: Api, door: Door, watch: Watch) -> Gate:
    """Return what answers every request."""
    routes = [
        *(Route(path, each, methods=["GET"]) for path, each in GETS.items()),
        *(Route(path, each, methods=["POST"]) for path, each in POSTS.items()),
        Route("/openapi.json", _describe, methods=["GET"]),
    ]
    # A redirect would be built from the Host that was sent.
    router = Router(routes, redirect_slashes=False)
    handlers = {HTTPException: _no_route, RefusedError: _refused}
    return Gate(ExceptionMiddleware(router, handlers=handlers), api, door, watch)


async def _describe(_request: Request) -> Response:
    return json_response(document())


async def _no_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    message = _MESSAGES.get(status, "This cannot be answered.")
    meant = f"/v1{request.url.path}"
    if status == 404 and (meant in GETS or meant in POSTS):
        message = f"There is no such route. The address ends in /v1; this is {meant} here."
    return refusal_response(
        RefusedError(status, message, code="not_found", headers=tuple((headers or {}).items()))
    )


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return refusal_response(error)
