"""Conversations that the tests of the conversation view show."""

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import LiveText

ANSWER = (
    "# Title\n\nSome **bold** words and a [link](https://example.com/x).\n\n```py\nx = 1\n```\n"
)


def message(number, role, text, **more):
    parent = NodeId(f"{number - 1:06}") if number else None
    return Message(NodeId(f"{number:06}"), parent, role, text, number, **more)


def chat(count, *, writing=False, name="c"):
    made = []
    for number in range(count):
        role = Role.ASSISTANT if number % 2 else Role.USER
        text = ANSWER if number % 2 else f"Question {number}"
        made.append(message(number, role, text, model="Model" if number % 2 else ""))
    if writing:
        made[-1] = message(count - 1, Role.ASSISTANT, "", model="M", status=Status.WRITING)
    return Conversation.of(ChatId(name), made)


def said(*texts, name="c"):
    """Return a chat of these texts, a question first."""
    made = [
        message(number, Role.ASSISTANT if number % 2 else Role.USER, text)
        for number, text in enumerate(texts)
    ]
    return Conversation.of(ChatId(name), made)


def live(text, **more):
    return LiveText(
        text, more.get("thinking", ""), more.get("waiting", ""), len(text) // 4, 40.0
    )
