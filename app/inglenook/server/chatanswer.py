"""The answers of a chat as OpenAI's clients read them, whole or in chunks."""

from collections.abc import Sequence
from dataclasses import dataclass

from inglenook.engine.protocol import TokenOdds
from inglenook.server.cost import Fields, chosen, usage
from inglenook.server.gathered import Called, Gathered, Piece
from inglenook.server.names import fresh
from inglenook.server.odds import odds_fields


@dataclass(frozen=True, slots=True)
class ChatForm:
    """What all parts of one response have in common.

    Attributes:
        alternatives: Tell so many of the likeliest tokens; None to tell no odds.
        effort: As it was asked for; ``""`` for nothing.
        counts: Every chunk has the field ``usage``, since a last one tells it.
    """

    id: str
    created: int
    model: str
    alternatives: int | None = None
    effort: str = ""
    counts: bool = False

    # --- whole ---

    def whole(self, answers: Sequence[Gathered]) -> Fields:
        """Return the response when everything is there."""
        return {
            **self._head("chat.completion"),
            "choices": [self._choice(at, each) for at, each in enumerate(answers)],
            "usage": usage(answers),
            **self._chosen(answers),
        }

    def _choice(self, index: int, answer: Gathered) -> Fields:
        text, thinking = "".join(answer.text), "".join(answer.thinking)
        message: Fields = {
            "role": "assistant",
            "content": text if text or not answer.calls else None,
            "refusal": None,
        }
        if thinking:
            message["reasoning_content"] = thinking
        if answer.calls:
            message["tool_calls"] = [_call(each) for each in answer.calls]
        return {
            "index": index,
            "message": message,
            "logprobs": self._odds(answer.odds),
            "finish_reason": answer.reason,
        }

    # --- in chunks ---

    def opening(self, index: int) -> Fields:
        """Return the first chunk of an answer."""
        return self._chunk(index, {"role": "assistant", "content": ""})

    def chunks(self, index: int, piece: Piece, calls_before: int) -> list[Fields]:
        """Return what is new; of a call first its name, then its arguments.

        Args:
            index: Of which answer.
            piece: What it is.
            calls_before: So many functions were called before in the same answer.
        """
        if piece.call or piece.arguments:
            parts = _call_parts(piece, calls_before)
            return [self._chunk(index, {"tool_calls": [each]}) for each in parts]
        if piece.thinking:
            return [self._chunk(index, {"reasoning_content": piece.thinking})]
        return [self._chunk(index, {"content": piece.text}, odds=piece.odds)]

    def closing(self, index: int, answer: Gathered) -> Fields:
        """Return the last chunk of an answer."""
        return self._chunk(index, {}, reason=answer.reason)

    def cost(self, answers: Sequence[Gathered]) -> Fields:
        """Return the chunk that says what everything cost; it has no choices."""
        return {
            **self._head("chat.completion.chunk"),
            "choices": [],
            **({"usage": usage(answers)} if self.counts else {}),
            **self._chosen(answers),
        }

    def _chunk(
        self,
        index: int,
        delta: Fields,
        *,
        reason: str | None = None,
        odds: Sequence[TokenOdds] = (),
    ) -> Fields:
        choice = {
            "index": index,
            "delta": delta,
            "logprobs": self._odds(odds) if odds else None,
            "finish_reason": reason,
        }
        head = self._head("chat.completion.chunk")
        return {**head, "choices": [choice], **({"usage": None} if self.counts else {})}

    def _head(self, kind: str) -> Fields:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": None,
        }

    def _odds(self, odds: Sequence[TokenOdds]) -> Fields | None:
        if self.alternatives is None:
            return None
        return {"content": odds_fields(odds, self.alternatives), "refusal": None}

    def _chosen(self, answers: Sequence[Gathered]) -> Fields:
        return {"inglenook": chosen(answers, self.effort)} if self.effort else {}


def _call_parts(piece: Piece, calls_before: int) -> list[Fields]:
    """Return a call that begins without its arguments, then the arguments."""
    said: Fields = {"function": {"arguments": piece.words}}
    rest = [said] if piece.words else []
    if piece.call is None:
        return [{"index": calls_before - 1, **each} for each in rest]
    begun = _call(Called(piece.call.name, ""))
    return [{"index": calls_before, **each} for each in (begun, *rest)]


def _call(call: Called) -> Fields:
    return {
        "id": fresh("call"),
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }
