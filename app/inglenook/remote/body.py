"""What an engine elsewhere is asked: a chat as the body of a request."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Told:
    """One message that goes along.

    Attributes:
        role: ``"system"``, ``"user"`` or ``"assistant"``.
        pictures: PNG or JPEG files, shown before the text.
    """

    role: str
    text: str
    pictures: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, with all that goes before it.

    Attributes:
        model: As the other side names it.
        knobs: What is asked for beyond the habits of the model there, by the names of the
            API; the usual is best left to the side that knows the model.
        continues: The last message is the beginning of the answer.
        thinks: Whether to think before the answer; None for the model's own habit.
    """

    model: str
    messages: Sequence[Told]
    knobs: Mapping[str, object]
    continues: bool = False
    thinks: bool | None = None


def body_of(ask: Ask) -> bytes:
    """Return the JSON of a request for a streamed answer."""
    body: dict[str, object] = {
        "model": ask.model,
        "messages": [_message(each) for each in ask.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        **ask.knobs,
    }
    if ask.continues:
        # As vLLM and SGLang have it; others go on with a last message of the assistant, or
        # answer anew.
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    if ask.thinks is not None:
        body["chat_template_kwargs"] = {"enable_thinking": ask.thinks}
    return msgspec.json.encode(body)


def _message(told: Told) -> dict[str, object]:
    if not told.pictures:
        return {"role": told.role, "content": told.text}
    parts: list[dict[str, object]] = [
        {"type": "image_url", "image_url": {"url": _data_url(each)}} for each in told.pictures
    ]
    if told.text:
        parts.append({"type": "text", "text": told.text})
    return {"role": told.role, "content": parts}


def _data_url(picture: bytes) -> str:
    kind = "jpeg" if picture.startswith(_JPEG) else "png"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"
