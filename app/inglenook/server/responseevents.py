"""The events of a response that is streamed, in the order that OpenAI's clients know."""

from inglenook.server.cost import Fields
from inglenook.server.gathered import Called, Gathered, Piece, Pieces
from inglenook.server.refusal import RefusedError
from inglenook.server.responseanswer import ResponseForm, text_part
from inglenook.server.sse import frame
from inglenook.server.streaming import Frames


class ResponseScript:
    """One response as events: its thoughts, if the model thinks, its text, then its calls.

    Threads: the loop's.
    """

    def __init__(self, form: ResponseForm, answer: Gathered) -> None:
        self._form, self._answer = form, answer
        self._number = -1
        self._thoughts = self._is_saying = False
        self._place = -1
        """Of the item that is being written, among all; -1 before the first."""

    def told(self, _number: int, answer: Gathered, pieces: Pieces) -> Frames:
        """Return an event for each piece, and those that open and close items."""
        found: list[bytes] = []
        if self._number < 0 and (pieces or answer.prompt_tokens or answer.is_over):
            found += self._open()
        for piece in pieces:
            found += self._piece(piece)
        return found

    def ended(self) -> Frames:
        """Return the events that close everything."""
        found = [] if self._number >= 0 else self._open()
        found += self._close_thoughts()
        form, answer = self._form, self._answer
        if not self._is_saying and not answer.calls:
            found += self._begin_text()
        if self._is_saying:
            found += self._close_text()
        for number, call in enumerate(answer.calls):
            found += self._call(number, call)
        status = form.status(answer)
        return [*found, self._event(f"response.{status}", {"response": form.whole(answer)})]

    def failed(self, error: RefusedError) -> Frames:
        """Return the event that says that there is no answer."""
        return [self._event("response.failed", {"response": self._form.failed(error)})]

    def _open(self) -> list[bytes]:
        now: Fields = {"response": self._form.at("in_progress")}
        return [self._event("response.created", now), self._event("response.in_progress", now)]

    def _piece(self, piece: Piece) -> list[bytes]:
        if piece.thinking:
            begun = [] if self._thoughts else self._begin_thoughts()
            return [*begun, self._delta("reasoning_text", self._form.thoughts, piece.thinking)]
        if not piece.text:
            return []
        begun = self._close_thoughts()
        if not self._is_saying:
            begun += self._begin_text()
        return [*begun, self._delta("output_text", self._form.message, piece.text)]

    def _begin_thoughts(self) -> list[bytes]:
        self._thoughts, self._is_saying = True, False
        self._place += 1
        return [self._item("added", self._form.thought("", "in_progress"))]

    def _close_thoughts(self) -> list[bytes]:
        if not self._thoughts:
            return []
        self._thoughts = False
        text, name = "".join(self._answer.thinking), self._form.thoughts
        place = {"item_id": name, "output_index": self._place, "content_index": 0}
        return [
            self._event("response.reasoning_text.done", place | {"text": text}),
            self._item("done", self._form.thought(text, "completed")),
        ]

    def _begin_text(self) -> list[bytes]:
        self._is_saying = True
        self._place += 1
        name = self._form.message
        place = {"item_id": name, "output_index": self._place, "content_index": 0}
        return [
            self._item("added", self._form.said(None, "in_progress")),
            self._event("response.content_part.added", place | {"part": text_part("")}),
        ]

    def _close_text(self) -> list[bytes]:
        form, text = self._form, "".join(self._answer.text)
        place = {"item_id": form.message, "output_index": self._place, "content_index": 0}
        return [
            self._event("response.output_text.done", place | {"text": text, "logprobs": []}),
            self._event("response.content_part.done", place | {"part": text_part(text)}),
            self._item("done", form.said(text, form.status(self._answer))),
        ]

    def _call(self, number: int, call: Called) -> list[bytes]:
        self._place += 1
        form, kind = self._form, "response.function_call_arguments"
        place = {"item_id": form.call_name(number), "output_index": self._place}
        whole = {"name": call.name, "arguments": call.arguments}
        return [
            self._item("added", form.called(number, call, "in_progress")),
            self._event(f"{kind}.delta", place | {"delta": call.arguments}),
            self._event(f"{kind}.done", place | whole),
            self._item("done", form.called(number, call, "completed")),
        ]

    def _delta(self, kind: str, item: str, text: str) -> bytes:
        fields: Fields = {
            "item_id": item,
            "output_index": self._place,
            "content_index": 0,
            "delta": text,
        }
        extra: Fields = {"logprobs": []} if kind == "output_text" else {}
        return self._event(f"response.{kind}.delta", fields | extra)

    def _item(self, what: str, item: Fields) -> bytes:
        fields: Fields = {"output_index": self._place, "item": item}
        return self._event(f"response.output_item.{what}", fields)

    def _event(self, kind: str, fields: Fields) -> bytes:
        self._number += 1
        return frame({"type": kind, "sequence_number": self._number, **fields}, kind)
