"""A conversation: a tree of messages in which editing grows a sibling."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from inglenook.chat.message import Message, Role, Status
from inglenook.core.errors import BadArgumentError, NotFoundError
from inglenook.core.ids import ChatId, NodeId

_NOTHING: Mapping[NodeId, Message] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Conversation:
    """A frozen tree of messages and the leaf that is being shown.

    Nothing is ever overwritten: editing and regenerating add a sibling, going on with an
    answer adds to its end, and the head says which branch is on screen. Each change returns
    a new value.

    Attributes:
        nodes: Every message by id; parents come before their children.
        head: The last message of the branch on screen; None when empty.
    """

    id: ChatId
    title: str = ""
    created_ms: int = 0
    nodes: Mapping[NodeId, Message] = field(default_factory=lambda: _NOTHING)
    head: NodeId | None = None
    _children: Mapping[NodeId | None, tuple[NodeId, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Ids below each parent, oldest first; what ``nodes`` says, kept for speed."""

    @classmethod
    def of(
        cls,
        chat: ChatId,
        messages: Iterable[Message],
        *,
        title: str = "",
        created_ms: int = 0,
        head: NodeId | None = None,
    ) -> "Conversation":
        """Build a conversation from stored messages, in any order.

        A message that cannot be reached from a first message is dropped.
        """
        by_parent: dict[NodeId | None, list[Message]] = {}
        for message in sorted(messages, key=lambda each: each.id):
            by_parent.setdefault(message.parent, []).append(message)
        nodes: dict[NodeId, Message] = {}
        waiting = by_parent.get(None, [])[::-1]
        while waiting:
            message = waiting.pop()
            nodes[message.id] = message
            waiting.extend(reversed(by_parent.get(message.id, [])))
        family = {
            parent: tuple(each.id for each in children)
            for parent, children in by_parent.items()
            if parent is None or parent in nodes
        }
        built = cls(chat, title, created_ms, nodes, None, family)
        return replace(built, head=head if head in nodes else built.newest_leaf(None))

    def message(self, node: NodeId) -> Message:
        """Return a message.

        Raises:
            NotFoundError: it is not part of this conversation.
        """
        try:
            return self.nodes[node]
        except KeyError as cause:
            raise NotFoundError(
                "This message is no longer there", "Open the chat again.", node=node
            ) from cause

    def path(self, to: NodeId | None = None) -> tuple[Message, ...]:
        """Return the branch from the first message to ``to`` (or to the head)."""
        branch = []
        node = self.head if to is None else to
        while node is not None:
            message = self.message(node)
            branch.append(message)
            node = message.parent
        return tuple(reversed(branch))

    def siblings(self, node: NodeId) -> tuple[NodeId, ...]:
        """Return the versions of a message, itself included, oldest first."""
        return self._children[self.message(node).parent]

    def newest_leaf(self, below: NodeId | None) -> NodeId | None:
        """Return the leaf reached by always taking the newest child."""
        node = below
        while children := self._children.get(node):
            node = children[-1]
        return node

    def with_message(self, message: Message) -> "Conversation":
        """Add a message under its parent and show the branch it ends.

        Raises:
            NotFoundError: its parent is not here.
            BadArgumentError: a message with this id is here already.
        """
        if message.parent is not None:
            self.message(message.parent)
        if message.id in self.nodes:
            raise BadArgumentError(
                "This message is already there",
                "Give each message its own id.",
                node=message.id,
            )
        siblings = (*self._children.get(message.parent, ()), message.id)
        family = {**self._children, message.parent: tuple(sorted(siblings))}
        nodes = {**self.nodes, message.id: message}
        return replace(self, nodes=nodes, head=message.id, _children=family)

    def with_change(self, message: Message) -> "Conversation":
        """Put a new value in the place of a message that is still being written.

        Raises:
            NotFoundError: no message has this id.
            BadArgumentError: the message is finished, or the new value would move it or
                take away from what it says.
        """
        old = self.message(message.id)
        is_same = _is_same_place(old, message) and old.begins(message)
        if old.status is not Status.WRITING or not is_same:
            raise BadArgumentError(
                "A finished message is never changed", "Add a new version of it.", node=old.id
            )
        return replace(self, nodes={**self.nodes, message.id: message})

    def continuing(self, node: NodeId) -> "Conversation":
        """Go on writing an answer that stopped short of its end, and show its branch.

        Raises:
            NotFoundError: no message has this id.
            BadArgumentError: it is complete, says nothing, or something was said after it.
        """
        old = self.message(node)
        if not old.is_open_ended or self._children.get(node):
            raise BadArgumentError(
                "This answer cannot be continued", "Ask for another version of it.", node=node
            )
        opened = replace(old, status=Status.WRITING, note="", needs_tokens=0)
        return replace(self, nodes={**self.nodes, node: opened}, head=node)

    def first_sent(self) -> NodeId | None:
        """Return where what the newest answer on the branch was given begins.

        Returns:
            The first message that fitted the model's context; None if every one did.
        """
        path = self.path()
        for answer in reversed(path):
            has_begun = bool(answer.text or answer.thinking or answer.left_out)
            if answer.role is Role.ASSISTANT and has_begun:
                return path[answer.left_out].id if 0 < answer.left_out < len(path) else None
        return None

    def showing(self, node: NodeId) -> "Conversation":
        """Show the branch through ``node``, down to its newest leaf."""
        self.message(node)
        return replace(self, head=self.newest_leaf(node))

    def without(self, node: NodeId) -> "Conversation":
        """Take out a message with all that was said after it, on every branch below.

        What is shown then is another version of it, the next older one if there is any, or
        else what it followed.

        Raises:
            NotFoundError: no message has this id.
        """
        parent = self.message(node).parent
        gone, waiting = set[NodeId](), [node]
        while waiting:
            each = waiting.pop()
            gone.add(each)
            waiting.extend(self._children.get(each, ()))
        family = {
            above: tuple(each for each in below if each not in gone)
            for above, below in self._children.items()
            if above not in gone
        }
        nodes = {each: message for each, message in self.nodes.items() if each not in gone}
        kept = replace(self, nodes=nodes, _children=family)
        if self.head not in gone:
            return kept
        before = [each for each in self.siblings(node) if each < node]
        others = before[-1:] or list(family.get(parent, ())[:1])
        shown = kept.newest_leaf(others[0]) if others else parent
        return replace(kept, head=shown)

    def with_title(self, title: str) -> "Conversation":
        """Return the conversation under another title."""
        return replace(self, title=title)

    def first_question(self) -> str:
        """Return the text of the first message a person wrote on this branch, or ``""``."""
        return next((each.text for each in self.path() if each.role is Role.USER), "")

    def last_answer(self) -> str:
        """Return the text of the last answer on this branch, or ``""``."""
        answers = (each.text for each in reversed(self.path()) if each.role is Role.ASSISTANT)
        return next(answers, "")


def _is_same_place(old: Message, new: Message) -> bool:
    return (old.parent, old.role, old.created_ms) == (new.parent, new.role, new.created_ms)
