"""An answer as ``/v1/responses`` tells it: an object with items, whole or at some moment."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from inglenook.server.cost import Fields, chosen, response_usage
from inglenook.server.gathered import Called, Gathered
from inglenook.server.refusal import RefusedError
from inglenook.server.responserequest import ResponseRequest

Status = Literal["in_progress", "completed", "incomplete", "failed"]


@dataclass(frozen=True, slots=True)
class ResponseForm:
    """What all parts of one response have in common.

    Attributes:
        message: Name of the item that is the answer.
        thoughts: Name of the item that comes before it, if the model thinks.
        call: What the names of calls begin with.
    """

    id: str
    message: str
    thoughts: str
    call: str
    created: int
    model: str
    request: ResponseRequest

    def whole(self, answer: Gathered) -> Fields:
        """Return the response when everything is there."""
        status = self.status(answer)
        ended = {"usage": response_usage(answer), "output": self.items(answer)}
        if status == "incomplete":
            ended["incomplete_details"] = {"reason": "max_output_tokens"}
        if self.request.effort:
            ended["inglenook"] = chosen([answer], self.request.effort)
        return self.at(status) | ended

    def failed(self, error: RefusedError) -> Fields:
        """Return the response when there is no answer."""
        about = {"code": "server_error", "message": error.message}
        return self.at("failed") | {"error": about}

    def at(self, status: Status) -> Fields:
        """Return the response without what is written."""
        asked = self.request
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": None,
            "instructions": asked.instructions,
            "max_output_tokens": asked.max_output_tokens,
            "metadata": asked.metadata or {},
            "model": self.model,
            "output": [],
            "parallel_tool_calls": asked.parallel_tool_calls is not False,
            "previous_response_id": None,
            "store": False,
            "temperature": asked.temperature,
            "tool_choice": msgspec.to_builtins(asked.tool_choice or "auto"),
            "tools": msgspec.to_builtins(asked.tools or []),
            "top_p": asked.top_p,
            "usage": None,
        }

    def status(self, answer: Gathered) -> Status:
        """Return how the answer ended."""
        return "incomplete" if answer.reason == "length" else "completed"

    def items(self, answer: Gathered) -> list[Fields]:
        """Return the thoughts, if there are any, the answer, and its calls."""
        thinking, text = "".join(answer.thinking), "".join(answer.text)
        first = [self.thought(thinking, "completed")] if thinking else []
        said = [self.said(text, self.status(answer))] if text or not answer.calls else []
        calls = [self.called(at, each, "completed") for at, each in enumerate(answer.calls)]
        return [*first, *said, *calls]

    def called(self, number: int, call: Called, status: Status) -> Fields:
        """Return the item of a call; one that has only begun has no arguments yet."""
        return {
            "id": self.call_name(number),
            "type": "function_call",
            "call_id": f"{self.call}_{number}",
            "name": call.name,
            "arguments": call.arguments if status == "completed" else "",
            "status": status,
        }

    def call_name(self, number: int) -> str:
        """Return the name of the item of a call."""
        return f"fc_{self.call}_{number}"

    def thought(self, text: str, status: Status) -> Fields:
        """Return the item of the thoughts; without any text it has no content."""
        content = [{"type": "reasoning_text", "text": text}] if text else []
        return {
            "id": self.thoughts,
            "type": "reasoning",
            "summary": [],
            "content": content,
            "status": status,
        }

    def said(self, text: str | None, status: Status) -> Fields:
        """Return the item of the answer; with None it has no content."""
        return {
            "id": self.message,
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": [] if text is None else [text_part(text)],
        }


def text_part(text: str) -> Fields:
    """Return the one part of an answer."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
