"""The description of the routes that tools read, made of the requests themselves."""

from functools import cache
from typing import Any

import msgspec

from inglenook import __version__
from inglenook.server.chatrequest import ChatRequest
from inglenook.server.completionrequest import CompletionRequest
from inglenook.server.embeddingroute import EmbeddingRequest
from inglenook.server.responserequest import ResponseRequest
from inglenook.server.tokenroute import DetokeniseRequest, TokeniseRequest

_REQUESTS: dict[str, tuple[type, str]] = {
    "/v1/chat/completions": (ChatRequest, "Write the next message of a chat"),
    "/v1/completions": (CompletionRequest, "Go on with a text"),
    "/v1/embeddings": (EmbeddingRequest, "Make vectors of texts"),
    "/v1/responses": (ResponseRequest, "Answer"),
    "/tokenize": (TokeniseRequest, "Cut a text into tokens"),
    "/detokenize": (DetokeniseRequest, "Put tokens together"),
}
_READS = {
    "/health": "Say that somebody listens",
    "/v1/models": "List the models",
    "/v1/models/{model}": "Describe one model",
}
_NAME = {"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}


@cache
def document() -> dict[str, Any]:
    """Return it, as OpenAPI 3.1."""
    kinds = [kind for kind, _about in _REQUESTS.values()]
    _, schemas = msgspec.json.schema_components(
        kinds, ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, Any] = {path: {"get": _get(path, about)} for path, about in _READS.items()}
    for path, (kind, about) in _REQUESTS.items():
        paths[path] = {"post": _post(kind.__name__, about)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Inglenook", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Error": _ERROR},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}],
    }


def _get(path: str, about: str) -> dict[str, Any]:
    named = {"parameters": [_NAME]} if "{model}" in path else {}
    return {"summary": about, **named, "responses": _responses("application/json")}


def _post(kind: str, about: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{kind}"}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    both = ("application/json", "text/event-stream")
    return {"summary": about, "requestBody": body, "responses": _responses(*both)}


def _responses(*kinds: str) -> dict[str, Any]:
    error = {"schema": {"$ref": "#/components/schemas/Error"}}
    return {
        "200": {"description": "The answer.", "content": {kind: {} for kind in kinds}},
        "default": {"description": "None.", "content": {"application/json": error}},
    }
