"""Whole branches: taken out of a chat, brought back, or gone on with in a new chat."""

from collections.abc import Callable
from functools import partial

from inglenook.chat.message import Status
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.answers import Answers
from inglenook.services.bus import Bus
from inglenook.services.messagenews import BranchRemoved
from inglenook.services.openchats import OpenChats
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store
from inglenook.storage.branches import Branches, Pruned
from inglenook.storage.text import storable


class BranchService:
    """What people do with more than one message of a chat.

    A branch that was removed is erased from the disk at once; the last one is kept in memory,
    to be brought back until another one is removed or the application ends.

    Threads: every public method returns at once and may be called from any thread; the work
    is done on the store's worker.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        chats: OpenChats,
        answers: Answers,
        stamps: Stamps,
        show: Callable[[ChatId], None],
        announce: Callable[[], None],
    ) -> None:
        """Do nothing yet.

        Args:
            bus: Told what is gone.
            store: Keeps the chats.
            chats: Those in memory.
            answers: What is being written.
            stamps: Makes ids.
            show: Puts a stored chat on screen, on the store's worker.
            announce: Tells the list of chats.
        """
        self._bus, self._store, self._chats = bus, store, chats
        self._answers, self._stamps = answers, stamps
        self._show, self._announce = show, announce
        self._pruned: tuple[NodeId, Pruned] | None = None

    def remove(self, chat: ChatId, node: NodeId) -> None:
        """Take a message out with all that was said after it, on every branch below."""
        self._store.post(partial(self._remove, chat, node))

    def put_back(self, node: NodeId) -> None:
        """Bring back the branch that was removed last, if it is this one."""
        self._store.post(partial(self._put_back, node))

    def fork(self, chat: ChatId, node: NodeId, title: str) -> None:
        """Copy the branch down to a message into a new chat, and open it."""
        self._store.post(partial(self._fork, chat, node, " ".join(storable(title).split())))

    # --- on the store's worker ---

    def _remove(self, chat: ChatId, node: NodeId) -> None:
        before = self._chats.get(chat)
        before.message(node)
        if any(each.status is Status.WRITING for each in before.nodes.values()):
            self._answers.end(chat)
        before = self._chats.get(chat)
        kept = before.without(node)
        self._chats.store_finished()
        pruned = Branches(self._store.database).prune(chat, node, kept.head)
        self._pruned = node, pruned
        self._chats.change(kept)
        self._bus.publish(BranchRemoved(chat, node, len(pruned.messages)))

    def _put_back(self, node: NodeId) -> None:
        if self._pruned is None or self._pruned[0] != node:
            return
        pruned = self._pruned[1]
        self._chats.store_finished()
        Branches(self._store.database).put_back(pruned)
        self._pruned = None
        self._chats.change(self._store.conversations.load(pruned.chat))

    def _fork(self, chat: ChatId, node: NodeId, title: str) -> None:
        branch = self._chats.get(chat).path(node)
        if branch[-1].status is Status.WRITING:
            return
        self._chats.store_finished()
        new = ChatId(self._stamps.new_id())
        nodes = [(each.id, NodeId(self._stamps.new_id())) for each in branch]
        Branches(self._store.database).copy(chat, nodes, new, self._stamps.now_ms())
        self._store.organised.name(new, title, "person", over=("",))
        self._announce()
        self._show(new)
