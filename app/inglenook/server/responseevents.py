"""The events of a response that is streamed, in the order that OpenAI's clients know."""

from inglenook.server.cost import Fields
from inglenook.server.gathered import Called, Gathered, Piece, Pieces
from inglenook.server.refusal import RefusedError
from inglenook.server.responseanswer import ResponseForm, Status
from inglenook.server.responsepart import Part, Parts
from inglenook.server.sse import frame
from inglenook.server.streaming import Frames

_KINDS = {"thinking": "reasoning_text", "text": "output_text"}


class ResponseScript:
    """One response as events: its thoughts, texts and calls, each told as it is written.

    Threads: the loop's.
    """

    def __init__(self, form: ResponseForm, answer: Gathered) -> None:
        self._form, self._answer = form, answer
        self._number = -1
        self._parts = Parts()
        self._open: Part | None = None
        """The thoughts or the text that are being written; a call comes whole."""

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
        if part.call is not None:
            return [*self._close("completed"), *self._called(part, part.call)]
        begun = [] if part is before else [*self._close("completed"), *self._open_part(part)]
        fields = self._place(part) | {"delta": piece.thinking or piece.text}
        if part.kind == "text":
            fields["logprobs"] = self._form.odds(piece.odds)
        return [*begun, self._event(f"response.{_KINDS[part.kind]}.delta", fields)]

    def _open_part(self, part: Part) -> list[bytes]:
        """Begin thoughts or a text."""
        self._open = part
        empty = self._place(part) | {"part": self._form.content(Part(part.place, part.kind))}
        return [
            self._item("added", part, "in_progress"),
            self._event("response.content_part.added", empty),
        ]

    def _close(self, status: Status) -> list[bytes]:
        """End the thoughts or the text that are being written, if there are any."""
        part, self._open = self._open, None
        if part is None:
            return []
        whole = self._place(part) | {"text": part.text}
        if part.kind == "text":
            whole["logprobs"] = self._form.odds(part.odds)
        content = self._place(part) | {"part": self._form.content(part)}
        return [
            self._event(f"response.{_KINDS[part.kind]}.done", whole),
            self._event("response.content_part.done", content),
            self._item("done", part, status),
        ]

    def _called(self, part: Part, call: Called) -> list[bytes]:
        kind = "response.function_call_arguments"
        place = {"item_id": self._form.name(part), "output_index": part.place}
        whole = {"name": call.name, "arguments": call.arguments}
        return [
            self._item("added", part, "in_progress"),
            self._event(f"{kind}.delta", place | {"delta": call.arguments}),
            self._event(f"{kind}.done", place | whole),
            self._item("done", part, "completed"),
        ]

    def _place(self, part: Part) -> Fields:
        name = self._form.name(part)
        return {"item_id": name, "output_index": part.place, "content_index": 0}

    def _item(self, what: str, part: Part, status: Status) -> bytes:
        fields: Fields = {"output_index": part.place, "item": self._form.item(part, status)}
        return self._event(f"response.output_item.{what}", fields)

    def _event(self, kind: str, fields: Fields) -> bytes:
        self._number += 1
        return frame({"type": kind, "sequence_number": self._number, **fields}, kind)
