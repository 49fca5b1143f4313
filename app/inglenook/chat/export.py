"""A conversation as a document that people read: Markdown."""

from collections.abc import Mapping, Sequence

from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Message, Role
from inglenook.chat.tree import Conversation
from inglenook.core.ids import NodeId

_SPEAKERS = {Role.SYSTEM: "Instructions", Role.USER: "You", Role.ASSISTANT: "Assistant"}
_NO_FILES: Mapping[NodeId, Sequence[Attachment]] = {}


def to_markdown(
    conversation: Conversation,
    files: Mapping[NodeId, Sequence[Attachment]] = _NO_FILES,
    *,
    with_thinking: bool = False,
) -> str:
    """Return the branch on screen as a document: a heading a turn, text as it is.

    Args:
        conversation: Any.
        files: What was attached, by message; their names are told.
        with_thinking: Also what a model wrote before its answers, as quotes.
    """
    parts = [f"# {heading(conversation)}"]
    for message in conversation.path():
        parts.append(f"## {speaker(message)}")
        if names := [each.name for each in files.get(message.id, ())]:
            parts.append(f"*Attached: {', '.join(map(_one_line, names))}*")
        if with_thinking and message.thinking.strip():
            parts.append(
                "\n".join(f"> {line}" for line in message.thinking.strip().split("\n"))
            )
        if message.text.strip():
            parts.append(message.text.strip())
        if message.note:
            parts.append(f"*{message.note}*")
    return "\n\n".join(parts) + "\n"


def heading(conversation: Conversation) -> str:
    """Return the title as one line; a word if there is none."""
    return _one_line(conversation.title) or "Chat"


def speaker(message: Message) -> str:
    """Return who says a message, with the model that wrote it."""
    name = _SPEAKERS[message.role]
    return f"{name} ({message.model})" if message.model else name


def _one_line(text: str) -> str:
    return " ".join(text.split())
