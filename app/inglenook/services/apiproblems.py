"""What went wrong, told to programs: the same words with a kind that they can tell apart."""

from dataclasses import replace

from inglenook.core.errors import Problem
from inglenook.engine.protocol import Failed
from inglenook.services.requests import AnswerEvent

MODEL_NOT_FOUND = "model_not_found"
CONTEXT_LENGTH = "context_length_exceeded"
BUSY = "busy"
BAD_REQUEST = "bad_request"
LOADING_FAILED = "loading_failed"
ENGINE_STOPPED = "engine_stopped"

TOO_MANY = Problem("Too many questions wait already", "Ask again in a moment.", {"kind": BUSY})
NEEDED_HERE = Problem(
    "The model was needed at the computer itself",
    "Ask again: another model took its place.",
    {"kind": BUSY},
)
CLOSING = Problem(
    "Inglenook is closing", "Ask again when it runs again.", {"kind": ENGINE_STOPPED}
)
NOTHING_ASKED = Problem(
    "Nothing was asked", "Send at least one message, or a prompt.", {"kind": BAD_REQUEST}
)
CANNOT_CHAT = Problem(
    "This model compares texts but cannot chat",
    "Name a model that chats.",
    {"kind": BAD_REQUEST},
)
NO_CHAT = Problem(
    "No chat model is installed",
    "Install one in Inglenook, then ask again.",
    {"kind": MODEL_NOT_FOUND},
)
NO_EMBEDDING = Problem(
    "No installed model is made for embeddings",
    "Install an embedding model, or name a chat model to use it for this.",
    {"kind": MODEL_NOT_FOUND},
)


def of_kind(problem: Problem, kind: str) -> Problem:
    """Return a problem with a kind, if it has none."""
    if "kind" in problem.facts:
        return problem
    return replace(problem, facts={**problem.facts, "kind": kind})


def told(event: AnswerEvent) -> AnswerEvent:
    """Return the end of an answer as programs are told it."""
    if isinstance(event, Problem):
        return of_kind(event, ENGINE_STOPPED)
    if isinstance(event, Failed):
        return Failed(event.request, of_kind(event.problem, _kind(event.problem)))
    return event


def _kind(problem: Problem) -> str:
    """Tell whose fault it is that an answer failed: the facts say what was counted."""
    if "budget" in problem.facts:
        return CONTEXT_LENGTH
    if problem.facts.keys() & {"code", "exception"}:
        return ENGINE_STOPPED
    return BAD_REQUEST
