"""The conversations in memory, and their way to the disk and to the faces."""

from collections.abc import Iterable

from inglenook.chat.message import Message
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError, NotFoundError, Problem, StorageError
from inglenook.core.ids import ChatId
from inglenook.services.bus import Bus
from inglenook.services.events import ConversationChanged, ConversationOpened, ProblemArose
from inglenook.services.stamps import Stamps
from inglenook.services.store import Store


class OpenChats:
    """Every conversation that was opened; new messages are stored before they are shown.

    The other way round for the end of an answer: it is shown at once, and one that cannot be
    stored waits here and is stored at the next occasion.

    Threads: the store's worker.
    """

    def __init__(self, bus: Bus, store: Store, stamps: Stamps) -> None:
        self._bus, self._store, self._stamps = bus, store, stamps
        self._open: dict[ChatId, Conversation] = {}
        self._removed: set[ChatId] = set()
        self._unsaved: list[Message] = []

    def get(self, chat: ChatId) -> Conversation:
        """Return a conversation, from the disk if it is not in memory.

        Raises:
            NotFoundError: there is no such chat.
            StorageError: it cannot be read.
        """
        if chat not in self._open:
            found = self._store.conversations.load(chat)
            for node in found.nodes:
                self._stamps.follow(node)
            self._open[chat] = found
        return self._open[chat]

    def open(self, conversation: Conversation) -> None:
        """Put a conversation on screen."""
        self._open[conversation.id] = conversation
        self._bus.publish(ConversationOpened(conversation))

    def change(self, conversation: Conversation) -> None:
        """Give a conversation its new value."""
        self._open[conversation.id] = conversation
        self._bus.publish(ConversationChanged(conversation))

    def store(self, conversation: Conversation, *new: Message) -> None:
        """Store new messages, parents first; ``change`` shows them then.

        Raises:
            StorageError: nothing of it was kept.
        """
        self.store_finished()
        if conversation.id in self._removed:
            # What is said in a chat shall not vanish with it.
            self._store.organised.restore([conversation.id])
            self._removed.discard(conversation.id)
        self._store.conversations.grow(conversation, new)

    def go_on(self, message: Message) -> None:
        """Store that an answer is being written on; ``change`` shows it then.

        Raises:
            BadArgumentError: it cannot be continued.
            StorageError: nothing of it was kept.
        """
        problem = self.store_finished()
        if problem is not None:  # its end, stored later, would end it again
            raise StorageError(problem.title, problem.advice)
        self._store.conversations.go_on(message)

    def finish(self, chat: ChatId, message: Message) -> None:
        """Show how an answer ended, and store it as soon as that is possible."""
        self.change(self.get(chat).with_change(message))
        self._unsaved.append(message)
        problem = self.store_finished()
        if problem is not None:
            self._bus.publish(ProblemArose(problem))

    def store_finished(self) -> Problem | None:
        """Store finished answers in their order; return why one must wait, or None."""
        while self._unsaved:
            try:
                self._store.conversations.update(self._unsaved[0])
            except StorageError as error:
                return error.problem
            except (NotFoundError, BadArgumentError):
                pass  # another program erased its chat, or saw it as interrupted
            del self._unsaved[0]
        return None

    def removed(self, chats: Iterable[ChatId]) -> None:
        """Know that chats are in the trash."""
        self._removed.update(chats)

    def restored(self, chats: Iterable[ChatId]) -> None:
        """Know that chats are in the trash no longer."""
        self._removed.difference_update(chats)

    def forget(self, chats: Iterable[ChatId]) -> None:
        """Keep nothing of chats that were erased."""
        for chat in chats:
            self._open.pop(chat, None)
            self._removed.discard(chat)
