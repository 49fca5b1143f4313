"""The messages of a chat as programs send them, and the turns they are for the engine."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from inglenook.chat.message import Role
from inglenook.engine.turns import Call, ResultOf, Turn
from inglenook.server.fields import MOST_TOOLS, Word
from inglenook.server.picture import MOST_PICTURES, picture_from
from inglenook.server.refusal import bad

ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
}


class TextPart(msgspec.Struct, tag_field="type", tag="text"):
    """Text."""

    text: str


class RefusalPart(msgspec.Struct, tag_field="type", tag="refusal"):
    """What a model said instead of an answer."""

    refusal: str


class PictureAddress(msgspec.Struct):
    """Where a picture is: inside the address itself."""

    url: str


class PicturePart(msgspec.Struct, tag_field="type", tag="image_url"):
    """A picture."""

    image_url: PictureAddress


class SoundPart(msgspec.Struct, tag_field="type", tag="input_audio"):
    """Sound, which no model here can hear; known so that it is refused in words."""


class FilePart(msgspec.Struct, tag_field="type", tag="file"):
    """A file; known so that it is refused in words."""


Part = TextPart | RefusalPart | PicturePart | SoundPart | FilePart


class CalledFunction(msgspec.Struct):
    """What a model called.

    Attributes:
        arguments: A JSON object, as text.
    """

    name: Word
    arguments: str = "{}"


class ToolCall(msgspec.Struct):
    """A call in an earlier answer."""

    function: CalledFunction
    id: Word = ""


class Message(msgspec.Struct):
    """One message."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | Annotated[list[Part], Meta(max_length=256)] | None = None
    name: Word | None = None
    reasoning_content: str | None = None
    tool_calls: Annotated[list[ToolCall], Meta(max_length=MOST_TOOLS)] | None = None
    tool_call_id: Word | None = None


def turns_from(messages: Sequence[Message]) -> tuple[Turn, ...]:
    """Return the turns.

    Raises:
        RefusedError: a message holds what cannot be shown to a model, or the last one calls
            functions that have no results yet.
    """
    turns = tuple(_turn(each, f"messages[{at}]") for at, each in enumerate(messages))
    if turns[-1].calls:
        raise bad("The functions called last have no results.", f"messages[{len(turns) - 1}]")
    if sum(len(turn.pictures) for turn in turns) > MOST_PICTURES:
        raise bad(f"There are more than {MOST_PICTURES} pictures.", "messages")
    return turns


def _turn(message: Message, param: str) -> Turn:
    text, pictures = _content(message, param)
    if message.role == "tool":
        if pictures:
            raise bad("Results of tools are text.", f"{param}.content")
        result_of = ResultOf(message.tool_call_id or "", message.name or "")
        return Turn(Role.USER, text, result_of=result_of)
    called = (message.role == "assistant" and message.tool_calls) or ()
    if message.content is None and not called:
        raise bad("The message has no content.", f"{param}.content")
    if pictures and message.role != "user":
        raise bad("Only messages of the user hold pictures.", f"{param}.content")
    calls = tuple(Call(each.function.name, each.function.arguments, each.id) for each in called)
    return Turn(ROLES[message.role], text, message.reasoning_content or "", pictures, calls)


def _content(message: Message, param: str) -> tuple[str, tuple[bytes, ...]]:
    if message.content is None or isinstance(message.content, str):
        return message.content or "", ()
    texts: list[str] = []
    pictures: list[bytes] = []
    for at, part in enumerate(message.content):
        where = f"{param}.content[{at}]"
        match part:
            case TextPart(text) | RefusalPart(text):
                texts.append(text)
            case PicturePart(address):
                pictures.append(picture_from(address.url, f"{where}.image_url.url"))
            case _:
                raise bad("Only text and pictures are read.", where)
    return "\n".join(texts), tuple(pictures)
