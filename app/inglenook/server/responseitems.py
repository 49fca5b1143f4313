"""The items of a conversation as ``/v1/responses`` reads them, and the turns they are."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from inglenook.chat.message import Role
from inglenook.engine.turns import Call, ResultOf, Turn
from inglenook.server.fields import Word
from inglenook.server.messages import ROLES
from inglenook.server.picture import MOST_PICTURES, picture_from
from inglenook.server.refusal import bad


class InputText(msgspec.Struct, tag_field="type", tag="input_text"):
    """Text of a person."""

    text: str


class OutputText(msgspec.Struct, tag_field="type", tag="output_text"):
    """Text of an earlier answer."""

    text: str


class ReasoningText(msgspec.Struct, tag_field="type", tag="reasoning_text"):
    """Thoughts that came before an earlier answer or call."""

    text: str


class InputImage(msgspec.Struct, tag_field="type", tag="input_image"):
    """A picture, inside its address."""

    image_url: str


class InputFile(msgspec.Struct, tag_field="type", tag="input_file"):
    """A file; known so that it is refused in words."""


Part = InputText | OutputText | ReasoningText | InputImage | InputFile
Content = str | Annotated[list[Part], Meta(max_length=256)]


class Item(msgspec.Struct):
    """A message, a call, its result, or the thoughts before an answer or a call.

    Attributes:
        call_id: Of a call and of its result.
        name: Of the function that was called.
        arguments: A JSON object, as text.
        output: What the function has returned.
    """

    type: Word = "message"
    role: Literal["system", "developer", "user", "assistant"] | None = None
    content: Content | None = None
    call_id: Word = ""
    name: Word = ""
    arguments: str = "{}"
    output: Content | None = None


def turns_from(items: Sequence[Item]) -> tuple[Turn, ...]:
    """Return the turns; calls that follow an answer, or one another, are one turn with it.

    Raises:
        RefusedError: an item holds what cannot be shown to a model, there is none, or the
            last one calls a function that has no result yet.
    """
    turns: list[Turn] = []
    thoughts = ""
    for at, item in enumerate(items):
        if item.type == "reasoning":
            thoughts = _thoughts(item)
            continue
        turn = _turn(item, f"input[{at}]")
        if turn.role is Role.ASSISTANT:
            turn = replace(turn, thinking=thoughts)
        if turn.calls and turns and turns[-1].role is Role.ASSISTANT:
            last = turns.pop()
            calls, thinking = (*last.calls, *turn.calls), last.thinking or turn.thinking
            turn = replace(last, calls=calls, thinking=thinking)
        turns.append(turn)
        thoughts = ""
    if not turns:
        raise bad("There is no message.", "input")
    if turns[-1].calls:
        raise bad("The functions called last have no results.", f"input[{len(items) - 1}]")
    if sum(len(each.pictures) for each in turns) > MOST_PICTURES:
        raise bad(f"There are more than {MOST_PICTURES} pictures.", "input")
    return tuple(turns)


def _turn(item: Item, param: str) -> Turn:
    if item.type == "function_call" and item.name:
        calls = (Call(item.name, item.arguments, item.call_id),)
        return Turn(Role.ASSISTANT, "", calls=calls)
    if item.type == "function_call_output" and item.output is not None:
        text, _ = _content(item.output, f"{param}.output", sees=False)
        return Turn(Role.USER, text, result_of=ResultOf(item.call_id))
    if item.type != "message" or item.role is None:
        raise bad("Only messages with a role, calls and their results are read.", param)
    if item.content is None:
        raise bad("The message has no content.", f"{param}.content")
    text, pictures = _content(item.content, f"{param}.content", sees=item.role == "user")
    return Turn(ROLES[item.role], text, "", pictures)


def _thoughts(item: Item) -> str:
    """Return thoughts as far as they are told; a summary or a cipher says nothing here."""
    parts = item.content if isinstance(item.content, list) else []
    return "".join(each.text for each in parts if isinstance(each, ReasoningText))


def _content(content: Content, param: str, *, sees: bool) -> tuple[str, tuple[bytes, ...]]:
    if isinstance(content, str):
        return content, ()
    texts: list[str] = []
    pictures: list[bytes] = []
    for at, part in enumerate(content):
        match part:
            case InputText(text) | OutputText(text):
                texts.append(text)
            case InputImage(url) if sees:
                pictures.append(picture_from(url, f"{param}[{at}].image_url"))
            case _:
                raise bad("Only text, and pictures of the user, are read.", f"{param}[{at}]")
    return "\n".join(texts), tuple(pictures)
