"""Responses that are one piece of JSON."""

import msgspec
from starlette.responses import Response

from inglenook.server.refusal import RefusedError


def json_response(fields: object, status: int = 200) -> Response:
    """Return a response of JSON."""
    return Response(msgspec.json.encode(fields), status, media_type="application/json")


def refusal_response(error: RefusedError) -> Response:
    """Return a response that refuses."""
    return Response(
        error.body(), error.status, dict(error.headers), media_type="application/json"
    )
