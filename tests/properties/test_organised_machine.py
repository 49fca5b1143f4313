"""Random housekeeping: no order of steps loses a chat, doubles one, or forgets its place."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, FolderId, sortable_id
from inglenook.storage.conversations import ChatRow, Conversations
from inglenook.storage.database import Database
from inglenook.storage.folders import ChatFolders, Folder
from inglenook.storage.organised import Organised, TrashedChat


class Housekeeping(RuleBasedStateMachine):
    """The order of chats as values on one side, the store on the other.

    Attributes:
        rows: Every chat that was not erased, as the list should have it.
        removed: Those in the trash, with when they came there.
        order: Folders, first to last.
    """

    chats = Bundle("chats")
    folders = Bundle("folders")

    @initialize()
    def open(self) -> None:
        self.home = tempfile.TemporaryDirectory()
        self.database = Database.open(Path(self.home.name, "inglenook.db"))
        self.store = Conversations(self.database)
        self.organised = Organised(self.database)
        self.shelf = ChatFolders(self.database)
        self.rows: dict[ChatId, ChatRow] = {}
        self.removed: dict[ChatId, int] = {}
        self.order: list[FolderId] = []
        self.clock = 0

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.home.cleanup()

    def _tick(self) -> int:
        self.clock += 1
        return self.clock

    def _change(self, chats: list[ChatId], **what: object) -> None:
        for chat in chats:
            if chat in self.rows:
                self.rows[chat] = replace(self.rows[chat], **what)

    @rule(target=chats)
    def begin(self) -> ChatId:
        now_ms = self._tick()
        chat = ChatId(sortable_id(now_ms, 0))
        self.store.save_chat(Conversation(chat, f"Chat {now_ms}", now_ms))
        self.rows[chat] = ChatRow(chat, f"Chat {now_ms}", now_ms)
        return chat

    @rule(target=folders)
    def make_folder(self) -> FolderId:
        folder = FolderId(f"folder {self._tick()}")
        self.shelf.create(Folder(folder, "Some", self.clock))
        self.order.append(folder)
        return folder

    @rule(folder=folders)
    def delete_folder(self, folder: FolderId) -> None:
        if folder in self.order:
            self.shelf.delete(folder)
            self.order.remove(folder)
            inside = [each.id for each in self.rows.values() if each.folder == folder]
            self._change(inside, folder=None)

    @rule(folder=folders)
    def bring_forward(self, folder: FolderId) -> None:
        self.shelf.reorder([folder])
        if folder in self.order:
            self.order.remove(folder)
            self.order.insert(0, folder)

    @rule(some=st.lists(chats), is_pinned=st.booleans())
    def pin(self, some: list[ChatId], is_pinned: bool) -> None:
        self.organised.pin(some, is_pinned=is_pinned)
        self._change(some, is_pinned=is_pinned)

    @rule(some=st.lists(chats), folder=folders)
    def move(self, some: list[ChatId], folder: FolderId) -> None:
        if folder in self.order:
            self.organised.move(some, folder)
            self._change(some, folder=folder)

    @rule(some=st.lists(chats))
    def archive(self, some: list[ChatId]) -> None:
        self.organised.archive(some, self._tick())
        self._change(some, is_archived=True, is_pinned=False)

    @rule(some=st.lists(chats))
    def unarchive(self, some: list[ChatId]) -> None:
        self.organised.unarchive(some)
        self._change(some, is_archived=False)

    @rule(some=st.lists(chats))
    def remove(self, some: list[ChatId]) -> None:
        now_ms = self._tick()
        gone = self.organised.remove(some, now_ms)
        fresh = {each for each in some if each in self.rows and each not in self.removed}
        assert {each.id for each in gone} == fresh
        assert len(gone) == len(fresh)
        self.removed |= dict.fromkeys(fresh, now_ms)

    @rule(some=st.lists(chats))
    def restore(self, some: list[ChatId]) -> None:
        back = self.organised.restore(some)
        assert set(back) == set(some) & set(self.removed)
        for chat in back:
            del self.removed[chat]

    @rule(some=st.lists(chats))
    def erase(self, some: list[ChatId]) -> None:
        self._forget(self.organised.erase(some), set(some) & set(self.removed))

    @rule(ago=st.integers(0, 20))
    def let_time_pass(self, ago: int) -> None:
        limit_ms = self.clock - ago
        due = {chat for chat, when in self.removed.items() if when < limit_ms}
        self._forget(self.organised.erase_removed_before(limit_ms), due)

    def _forget(self, gone: tuple[ChatId, ...], expected: set[ChatId]) -> None:
        assert set(gone) == expected
        assert len(gone) == len(expected)
        for chat in gone:
            del self.rows[chat]
            del self.removed[chat]

    @invariant()
    def each_chat_is_in_one_place_and_as_it_should_be(self) -> None:
        if not hasattr(self, "store"):
            return
        listed = {chat: row for chat, row in self.rows.items() if chat not in self.removed}
        found = self.store.summaries()
        assert {row.id: row for row in found} == listed
        assert len(found) == len(listed)
        trashed = self.organised.trash()
        assert {each.id: each for each in trashed} == {
            chat: TrashedChat(chat, self.rows[chat].title, when)
            for chat, when in self.removed.items()
        }
        assert len(trashed) == len(self.removed)
        assert [each.id for each in self.shelf.all()] == self.order


TestHousekeeping = Housekeeping.TestCase
TestHousekeeping.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
