"""An engine elsewhere: which models it has, and a streamed answer of one of them."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from inglenook.chat.elsewhere import OfferedModel
from inglenook.core.errors import InglenookError, RemoteError
from inglenook.remote.body import Ask, body_of
from inglenook.remote.call import Call, Way
from inglenook.remote.chunk import (
    Ended,
    Piece,
    Said,
    Usage,
    raise_told_error,
    read_chunk,
    read_object,
)
from inglenook.remote.patience import Patience
from inglenook.remote.sse import EventReader
from inglenook.remote.text import in_a_line

_MOST_NAME = 200
_LEAST_CONTEXT, _MOST_CONTEXT = 256, 2**26
_CONTEXT_NAMES = (
    "max_model_len", "n_ctx", "context_tokens", "context_length", "context_window",
    "max_context_length",
)  # fmt: skip
"""Of vLLM and SGLang, of llama-server, of ours, and of others."""

_MORE = ("meta", "inglenook")
"""Where llama-server and ours tell more."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a test of an address found.

    Attributes:
        models: Those for chats, as far as the engine tells them apart.
        took_s: Until the list was there.
        maker: The program that answers, where it says so; else "".
    """

    models: tuple[OfferedModel, ...]
    took_s: float
    maker: str = ""


def look_at(call: Call, way: Way) -> Found:
    """Ask for the list of models.

    Raises:
        InglenookError: there is none, or no connection.
        StoppedCall: it was hung up.
    """
    began_s = time.monotonic()
    patience = way.patience
    with call:
        call.send("GET", "/models", within_s=patience.list_s)
        told = read_object(b"".join(call.portions(patience.list_bytes)))
    took_s = time.monotonic() - began_s
    raise_told_error(told)
    listed = told.get("data")
    if not isinstance(listed, list):
        raise RemoteError(
            "There is no engine at this address",
            "Check the address; it often ends in /v1.",
            found="no list of models",
        )
    rows = [each for each in listed[: patience.models] if isinstance(each, dict)]
    models: dict[str, OfferedModel] = {}
    for model in filter(None, map(_model, rows)):
        models.setdefault(model.id, model)
    return Found(tuple(models.values()), took_s, _maker(rows))


def answer(call: Call, way: Way, ask: Ask, hear: Callable[[Piece | Usage], None]) -> Ended:
    """Have a question answered; return how the answer ended.

    Raises:
        InglenookError: there is no answer, or it broke; what was heard stays valid.
        StoppedCall: it was hung up.
    """
    patience = way.patience
    told: Ended | None = None
    chars = 0
    with call:
        head = call.send("POST", "/chat/completions", body_of(ask), within_s=patience.first_s)
        call.wait(patience.first_s)
        for said in _heard(call, head, patience):
            if isinstance(said, Ended):
                told = told or said
                continue
            if isinstance(said, Piece):
                chars += len(said.text)
                call.wait(patience.quiet_s)
            hear(said)
            if chars > patience.answer_chars:
                return Ended("length")
    if told is None:
        raise _broke_off(call)
    return told


def _heard(call: Call, head: Mapping[str, str], patience: Patience) -> Iterator[Said]:
    if "json" in head.get("content-type", ""):
        # It does not stream: the whole answer is one piece.
        yield from read_chunk(b"".join(call.portions(patience.whole_bytes)))
        return
    reader = EventReader()
    for portion in call.portions(patience.answer_bytes):
        for event in reader.feed(portion):
            if event == b"[DONE]":
                yield Ended("end")
                return
            yield from read_chunk(event)
    for event in reader.end():
        if event == b"[DONE]":
            yield Ended("end")
        elif _is_whole(event):
            yield from read_chunk(event)


def _is_whole(event: bytes) -> bool:
    """Tell whether what stands at the end is all there; a line that broke may cut it."""
    try:
        read_object(event)
    except RemoteError:
        return False
    return True


def _broke_off(call: Call) -> InglenookError:
    return RemoteError(
        "The connection to the engine broke", "Try again.", host=call.host, reason="no end"
    )


def _model(row: Mapping[str, object]) -> OfferedModel | None:
    name = row.get("id")
    if not isinstance(name, str) or not name.strip() or len(name) > _MOST_NAME:
        return None
    if in_a_line(name, _MOST_NAME) != name or _is_for_vectors(row):
        return None  # a name that hides something is none that anybody could choose
    return OfferedModel(name, _context(row))


def _is_for_vectors(row: Mapping[str, object]) -> bool:
    kinds = (each.get(name) for each in _told_in(row) for name in ("type", "kind"))
    return any("embed" in kind for kind in kinds if isinstance(kind, str))


def _context(row: Mapping[str, object]) -> int:
    for found in (each.get(name) for each in _told_in(row) for name in _CONTEXT_NAMES):
        if isinstance(found, int) and not isinstance(found, bool):
            return found if _LEAST_CONTEXT <= found <= _MOST_CONTEXT else 0
    return 0


def _told_in(row: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Return where facts on a model stand: beside its name, or under what makers add."""
    more = (row.get(name) for name in _MORE)
    return [row, *(each for each in more if isinstance(each, Mapping))]


def _maker(rows: list[dict[str, object]]) -> str:
    makers = (row.get("owned_by") for row in rows)
    return next((in_a_line(each, 40) for each in makers if isinstance(each, str)), "")
