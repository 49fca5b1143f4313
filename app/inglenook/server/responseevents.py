"""The events of a response that is streamed, in the order that OpenAI's clients know."""

from inglenook.server.cost import Fields
from inglenook.server.gathered import Gathered, Piece, Pieces
from inglenook.server.refusal import RefusedError
from inglenook.server.responseanswer import ResponseForm, Status
from inglenook.server.responsepart import Part, Parts
from inglenook.server.sse import frame
from inglenook.server.streaming import Frames

_KINDS = {
    "thinking": "reasoning_text",
    "text": "output_text",
    "call": "function_call_arguments",
}


class ResponseScript:
    """One response as events: its thoughts, texts and calls, each told as it is written.

    Threads: the loop's.
    """

    def __init__(self, form: ResponseForm, answer: Gathered) -> None:
        self._form, self._answer = form, answer
        self._number = -1
        self._parts = Parts()
        self._open: Part | None = None
        """What is being written."""

    def told(self, _number: int, answer: Gathered, pieces: Pieces) -> Frames:
        """Return an event for each piece, and those that open and close items."""
        if not (pieces or answer.prompt_tokens or answer.is_over):
            return ()
        found = self._begin()
        for piece in pieces:
            found += self._piece(piece)
        return found

    def ended(self) -> Frames:
        """Return the events that close everything."""
        found: list[bytes] = []
        if self._parts.lacks_answer:
            found += self._close("completed")
            found += self._open_part(self._parts.begin("text"))
        status = self._form.status(self._answer)
        found += self._close(status)
        whole = self._form.whole(self._answer, self._parts)
        return [*found, self._event(f"response.{status}", {"response": whole})]

    def failed(self, error: RefusedError) -> Frames:
        """Return the event that says that there is no answer."""
        last: Fields = {"response": self._form.failed(error)}
        return [*self._begin(), self._event("response.failed", last)]

    def _begin(self) -> list[bytes]:
        if self._number >= 0:
            return []
        now: Fields = {"response": self._form.at("in_progress")}
        return [self._event("response.created", now), self._event("response.in_progress", now)]

    def _piece(self, piece: Piece) -> list[bytes]:
        before, part = self._parts.last, self._parts.add(piece)
        if part is None:
            return []
        found = [] if part is before else [*self._close("completed"), *self._open_part(part)]
        fields = self._place(part) | {"delta": piece.words}
        if part.kind == "text":
            fields["logprobs"] = self._form.odds(piece.odds)
        found.append(self._event(f"response.{_KINDS[part.kind]}.delta", fields))
        is_whole = part.call is not None and not part.goes_on
        return [*found, *self._close("completed")] if is_whole else found

    def _open_part(self, part: Part) -> list[bytes]:
        """Begin a part."""
        self._open = part
        found = [self._item("added", part, "in_progress")]
        if part.call is None:
            empty = self._form.content(Part(part.place, part.kind))
            fields = self._place(part) | {"part": empty}
            found.append(self._event("response.content_part.added", fields))
        return found

    def _close(self, status: Status) -> list[bytes]:
        """End the part that is being written, if there is one."""
        part, self._open = self._open, None
        if part is None:
            return []
        place = self._place(part)
        if part.call is not None:
            whole = place | {"name": part.call.name, "arguments": part.text}
        else:
            whole = place | {"text": part.text}
        if part.kind == "text":
            whole["logprobs"] = self._form.odds(part.odds)
        found = [self._event(f"response.{_KINDS[part.kind]}.done", whole)]
        if part.call is None:
            fields = place | {"part": self._form.content(part)}
            found.append(self._event("response.content_part.done", fields))
        return [*found, self._item("done", part, status)]

    def _place(self, part: Part) -> Fields:
        place: Fields = {"item_id": self._form.name(part), "output_index": part.place}
        return place if part.call is not None else place | {"content_index": 0}

    def _item(self, what: str, part: Part, status: Status) -> bytes:
        fields: Fields = {"output_index": part.place, "item": self._form.item(part, status)}
        return self._event(f"response.output_item.{what}", fields)

    def _event(self, kind: str, fields: Fields) -> bytes:
        self._number += 1
        return frame({"type": kind, "sequence_number": self._number, **fields}, kind)
