"""What has happened between two values of a conversation: an answer began, or ended."""

from inglenook.chat.message import Status
from inglenook.chat.tree import Conversation


def has_begun(before: Conversation, after: Conversation) -> bool:
    """Tell whether the last answer is being written now and was not before."""
    if after.head is None or after.nodes[after.head].status is not Status.WRITING:
        return False
    old = before.nodes.get(after.head)
    return old is None or old.status is not Status.WRITING or before.head != after.head


def ended_text(before: Conversation, after: Conversation) -> str:
    """Return the text of an answer that was being written and now is complete."""
    head = after.head
    if head is None or head not in before.nodes:
        return ""
    old, new = before.nodes[head], after.nodes[head]
    ended = old.status is Status.WRITING and new.status is not Status.WRITING
    return new.text if ended else ""
