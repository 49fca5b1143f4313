"""What one piece of a streamed answer says; every field of it is checked."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from inglenook.core.errors import RemoteError
from inglenook.remote.text import as_said, in_a_line

MOST_TOKENS = 2**31 - 1
_MOST_MESSAGE = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more of the answer, or of the thinking before it."""

    text: str
    thinking: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """What the other side counted, in tokens; 0 for what it does not say."""

    prompt_tokens: int = 0
    answer_tokens: int = 0
    reused_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """The other side says that the answer has ended.

    Attributes:
        reason: ``"end"`` or ``"length"``.
    """

    reason: str


Said = Piece | Usage | Ended


def read_chunk(data: bytes) -> tuple[Said, ...]:
    """Return what the data of one event say; nothing for what is not for us.

    Tools are not offered, so calls of them are skipped.

    Raises:
        RemoteError: it is no JSON object, or the other side tells of a failure.
    """
    told = read_object(data)
    raise_told_error(told)
    choices = told.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    found: list[Said] = []
    if isinstance(choice, Mapping):
        delta = choice.get("delta", choice.get("message"))
        if isinstance(delta, Mapping):
            found += _pieces(delta)
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason:
            found.append(Ended("length" if reason == "length" else "end"))
    usage = told.get("usage")
    if isinstance(usage, Mapping):
        found.append(_usage(usage))
    return tuple(found)


def read_object(data: bytes) -> Mapping[str, object]:
    """Return a JSON object.

    Raises:
        RemoteError: it is none.
    """
    try:
        told = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as cause:
        raise _senseless("no JSON") from cause
    if not isinstance(told, dict):
        raise _senseless("JSON of another kind")
    return told


def raise_told_error(told: Mapping[str, object]) -> None:
    """Raise the failure that an object tells of, if it does.

    Raises:
        RemoteError: in the other side's words.
    """
    error = told.get("error")
    if not error:
        return
    words = error.get("message") if isinstance(error, Mapping) else error
    raise RemoteError(
        "The engine could not answer",
        "Try again, or see what it says under Details.",
        said=in_a_line(str(words), _MOST_MESSAGE),
    )


def _pieces(delta: Mapping[str, object]) -> list[Piece]:
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    found = [(thought, True), (delta.get("content"), False)]
    return [
        Piece(as_said(text), thinking)
        for text, thinking in found
        if isinstance(text, str) and text
    ]


def _usage(usage: Mapping[str, object]) -> Usage:
    details = usage.get("prompt_tokens_details")
    reused = details.get("cached_tokens") if isinstance(details, Mapping) else 0
    return Usage(
        _count(usage.get("prompt_tokens")),
        _count(usage.get("completion_tokens")),
        _count(reused),
    )


def _count(value: object) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), MOST_TOKENS) if is_number and isinstance(value, int) else 0


def _senseless(found: str) -> RemoteError:
    return RemoteError(
        "The engine's answer makes no sense",
        "Check that the address leads to an engine.",
        found=found,
    )
