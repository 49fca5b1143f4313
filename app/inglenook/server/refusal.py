"""What a program is told when it gets no answer, in the form that OpenAI's clients read."""

from http import HTTPStatus

import msgspec

from inglenook.core.errors import Problem
from inglenook.engine.protocol import Failed

ENDED = "ended_by_person"
"""Kind of the problem of a request that the person at Inglenook has ended."""

_STATUS = {
    "model_not_found": 404,
    "context_length_exceeded": 400,
    "bad_request": 400,
    "busy": 429,
    "loading_failed": 503,
    "engine_stopped": 503,
    ENDED: 503,
}
_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}


class RefusedError(Exception):
    """A request gets no answer; the message is for whoever wrote the program.

    Attributes:
        status: Of HTTP, 400 to 599.
        message: A sentence or two.
        param: The field that is wrong, as in ``"messages[0].role"``; None for none.
        code: A word that a program can tell it by; None for none.
        headers: Sent besides the usual ones.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.param, self.code, self.headers = param, code, headers

    @property
    def kind(self) -> str:
        """Return OpenAI's name for its kind."""
        usual = "server_error" if self.status >= 500 else "invalid_request_error"
        return _TYPES.get(self.status, usual)

    def body(self) -> bytes:
        """Return it as JSON."""
        return msgspec.json.encode(self.fields())

    def fields(self) -> dict[str, object]:
        """Return it as what JSON will hold."""
        return {
            "error": {
                "message": self.message,
                "type": self.kind,
                "param": self.param,
                "code": self.code,
            }
        }


def bad(message: str, param: str | None = None, code: str | None = None) -> RefusedError:
    """Return what refuses a request that makes no sense."""
    return RefusedError(400, message, param=param, code=code)


def from_end(end: Failed | Problem) -> RefusedError:
    """Return why there is no answer, as a program reads it."""
    return from_problem(end.problem if isinstance(end, Failed) else end)


def from_problem(problem: Problem) -> RefusedError:
    """Return a problem of the services as a program reads it."""
    kind = problem.facts.get("kind", "")
    if not kind and {"tokens", "budget"} <= problem.facts.keys():
        kind = "context_length_exceeded"
    status = _STATUS.get(kind, int(HTTPStatus.INTERNAL_SERVER_ERROR))
    param = {"model_not_found": "model", "context_length_exceeded": "messages"}.get(kind)
    return RefusedError(
        status, problem.in_words(), param=param, code=kind or None, headers=_again(kind, status)
    )


def _again(kind: str, status: int) -> tuple[tuple[str, str], ...]:
    """Return when it is worth asking again, as OpenAI's clients do by themselves."""
    if kind == ENDED:
        return (("x-should-retry", "false"),)
    return (("retry-after", "5"),) if status in {429, 503} else ()
