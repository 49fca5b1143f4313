"""A chat as Markdown, for the clipboard."""

from inglenook.chat.message import Role
from inglenook.chat.tree import Conversation
from inglenook.ui.words import tr


def as_markdown(conversation: Conversation) -> str:
    """Return the branch on screen, each message under the name of who wrote it."""
    parts = [f"# {conversation.title}"] if conversation.title else []
    for message in conversation.path():
        if not message.text:
            continue
        who = tr("You") if message.role is Role.USER else message.model or tr("Answer")
        parts.append(f"**{who}**\n\n{message.text}")
    return "\n\n".join(parts) + "\n"


def last_answer(conversation: Conversation) -> str:
    """Return the text of the last answer on screen, or ``""``."""
    answers = [each for each in conversation.path() if each.role is Role.ASSISTANT]
    return answers[-1].text if answers else ""
