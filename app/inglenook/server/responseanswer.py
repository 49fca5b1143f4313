"""An answer as ``/v1/responses`` tells it: an object with items, whole or at some moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from inglenook.engine.protocol import TokenOdds
from inglenook.server.cost import Fields, chosen, response_usage
from inglenook.server.gathered import Gathered
from inglenook.server.odds import odds_fields
from inglenook.server.refusal import RefusedError
from inglenook.server.responsepart import Part, Parts
from inglenook.server.responserequest import ResponseRequest, alternatives_of, functions_of

Status = Literal["in_progress", "completed", "incomplete", "failed"]
_PREFIXES = {"thinking": "rs", "text": "msg", "call": "fc"}


@dataclass(frozen=True, slots=True)
class ResponseForm:
    """What all parts of one response have in common.

    Attributes:
        key: What the names of the response and of its items end with, or hold.
    """

    key: str
    created: int
    model: str
    request: ResponseRequest

    # --- the response ---

    def whole(self, answer: Gathered, parts: Parts) -> Fields:
        """Return the response when everything is there."""
        status = self.status(answer)
        items = [self.item(each, self.ending(each, answer, parts)) for each in parts.all]
        ended: Fields = {"usage": response_usage(answer), "output": items}
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
        form = asked.text.format if asked.text else None
        thinking = asked.reasoning.effort if asked.reasoning else None
        return {
            "id": f"resp_{self.key}",
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
            "reasoning": {"effort": thinking, "summary": None},
            "store": False,
            "temperature": asked.temperature,
            "text": {"format": msgspec.to_builtins(form) if form else {"type": "text"}},
            "tool_choice": msgspec.to_builtins(asked.tool_choice or "auto"),
            "tools": msgspec.to_builtins(functions_of(asked)),
            "top_logprobs": alternatives_of(asked) or 0,
            "top_p": asked.top_p,
            "truncation": "disabled",
            "usage": None,
        }

    def status(self, answer: Gathered) -> Status:
        """Return how the answer ended."""
        return "incomplete" if answer.reason == "length" else "completed"

    # --- its items ---

    def ending(self, part: Part, answer: Gathered, parts: Parts) -> Status:
        """Return how a part ended; the last may be cut short, unless it is a whole call."""
        may_be_cut = part is parts.last and (part.call is None or part.goes_on)
        return self.status(answer) if may_be_cut else "completed"

    def item(self, part: Part, status: Status) -> Fields:
        """Return a part as an item; while it is being written it holds nothing yet."""
        head: Fields = {"id": self.name(part), "status": status}
        holds = status != "in_progress"
        if part.call is not None:
            return {
                **head,
                "type": "function_call",
                "call_id": f"call_{self.key}_{part.place}",
                "name": part.call.name,
                "arguments": part.text if holds else "",
            }
        content = [self.content(part)] if holds else []
        if part.kind == "thinking":
            return {**head, "type": "reasoning", "summary": [], "content": content}
        return {**head, "type": "message", "role": "assistant", "content": content}

    def name(self, part: Part) -> str:
        """Return the name of the item that a part is."""
        return f"{_PREFIXES[part.kind]}_{self.key}_{part.place}"

    def content(self, part: Part) -> Fields:
        """Return what a text or thoughts say so far."""
        if part.kind == "thinking":
            return {"type": "reasoning_text", "text": part.text}
        odds = self.odds(part.odds)
        return {"type": "output_text", "text": part.text, "annotations": [], "logprobs": odds}

    def odds(self, odds: Sequence[TokenOdds]) -> list[Fields]:
        """Return the odds of tokens, if they were asked for."""
        alternatives = alternatives_of(self.request)
        return [] if alternatives is None else odds_fields(odds, alternatives)
