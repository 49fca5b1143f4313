"""A chat with all that belongs to it, as it travels between the database and a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from inglenook.chat.attachment import Attachment
from inglenook.chat.message import Message, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId


@dataclass(frozen=True, slots=True)
class PortableChat:
    """One chat, every branch of it.

    Attributes:
        updated_ms: When its newest message was added, in milliseconds since 1970.
        titled: Who named it: ``""``, ``"model"`` or ``"person"``.
        assistant: Id of the assistant it was begun with, or ``""``.
        folder: Name of the folder it lies in, or ``""``.
        archived_ms: When it was archived; None if it is not.
        files: What was attached, by message.
        made: How answers were made, by message, each as the text of a JSON object.
    """

    conversation: Conversation
    updated_ms: int = 0
    titled: str = ""
    assistant: str = ""
    folder: str = ""
    is_pinned: bool = False
    archived_ms: int | None = None
    files: Mapping[NodeId, tuple[Attachment, ...]] = field(default_factory=dict)
    made: Mapping[NodeId, str] = field(default_factory=dict)

    @property
    def branches(self) -> int:
        """How many ways there are through it: messages that nothing follows."""
        nodes = self.conversation.nodes.values()
        return len({each.id for each in nodes} - {each.parent for each in nodes})

    def renumbered(self, new_id: Callable[[], str]) -> "PortableChat":
        """Return the same chat with new ids for all messages, in the old order.

        Args:
            new_id: Gives ids that sort after each other.
        """
        old = self.conversation
        ids = {node: NodeId(new_id()) for node in sorted(old.nodes)}
        messages = [
            replace(each, id=ids[each.id], parent=each.parent and ids[each.parent])
            for each in old.nodes.values()
        ]
        return replace(
            self,
            conversation=_like(old, messages, old.head and ids[old.head]),
            files={ids[node]: files for node, files in self.files.items()},
            made={ids[node]: made for node, made in self.made.items()},
        )

    def finished(self) -> "PortableChat":
        """Return the chat with answers that were being written as interrupted ones."""
        old = self.conversation
        messages = [
            replace(each, status=Status.INTERRUPTED) if each.status is Status.WRITING else each
            for each in old.nodes.values()
        ]
        return replace(self, conversation=_like(old, messages, old.head))


def _like(old: Conversation, messages: list[Message], head: NodeId | None) -> Conversation:
    return Conversation.of(
        ChatId(old.id), messages, title=old.title, created_ms=old.created_ms, head=head
    )
