"""Random lives of chats: what is stored always equals what was in memory."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import BadArgumentError
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.storage.conversations import Conversations
from inglenook.storage.database import Database
from inglenook.storage.organised import Organised

texts = st.text(max_size=40)
endings = st.sampled_from([each for each in Status if each is not Status.WRITING])
counts = st.integers(0, 2**40)
timings = st.none() | st.builds(
    Timings, counts, counts, counts, st.floats(0, 1e9), st.floats(0, 1e9)
)
places = st.integers(0, 50)


class Lives(RuleBasedStateMachine):
    """Chats as values on one side, the store on the other.

    Attributes:
        known: Every chat that was not erased, as it should be.
        gone: Those of them that are off the list.
    """

    chats = Bundle("chats")

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "inglenook.db")
        self.known: dict[ChatId, Conversation] = {}
        self.gone: set[ChatId] = set()
        self.clock = 0
        self._open()

    def _open(self) -> None:
        self.database = Database.open(self.path)
        assert self.database.notices == ()
        self.store = Conversations(self.database)
        self.organised = Organised(self.database)

    def teardown(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.writing() as connection:
            for index in ("message_index", "chat_index"):
                connection.execute(
                    f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)"
                )
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        self.database.close()
        self.folder.cleanup()

    def _id(self) -> str:
        self.clock += 1
        return sortable_id(self.clock, 0)

    def _said(self, parent: NodeId | None, role: Role, text: str) -> Message:
        node = NodeId(self._id())
        status = Status.WRITING if role is Role.ASSISTANT else Status.COMPLETE
        return Message(node, parent, role, text, self.clock, status)

    def _grow(self, chat: ChatId, *messages: Message) -> None:
        grown = self.known[chat]
        for message in messages:
            grown = grown.with_message(message)
        self.store.grow(grown, messages)
        self.known[chat] = grown

    def _some_node(self, chat: ChatId, place: int) -> Message | None:
        nodes = list(self.known[chat].nodes.values()) if chat in self.known else []
        return nodes[place % len(nodes)] if nodes else None

    @rule(target=chats, title=texts)
    def begin(self, title: str) -> ChatId:
        chat = ChatId(self._id())
        self.known[chat] = Conversation(chat, title, self.clock)
        self.store.save_chat(self.known[chat])
        return chat

    @rule(chat=chats, text=texts)
    def send(self, chat: ChatId, text: str) -> None:
        if chat in self.known:
            question = self._said(self.known[chat].head, Role.USER, text)
            self._grow(chat, question, self._said(question.id, Role.ASSISTANT, ""))

    @rule(chat=chats, place=places, text=texts)
    def edit(self, chat: ChatId, place: int, text: str) -> None:
        if (old := self._some_node(chat, place)) is not None:
            self._grow(chat, self._said(old.parent, old.role, text))

    @rule(chat=chats, place=places, text=texts)
    def add_alone(self, chat: ChatId, place: int, text: str) -> None:
        if (above := self._some_node(chat, place)) is not None:
            message = self._said(above.id, Role.ASSISTANT, text)
            self.store.add(message, chat)
            self.known[chat] = self.known[chat].with_message(message)

    @rule(chat=chats, place=places, text=texts, thinking=texts)
    def write_more(self, chat: ChatId, place: int, text: str, thinking: str) -> None:
        old = self._some_node(chat, place)
        if old is not None and old.status is Status.WRITING:
            longer = replace(old, text=old.text + text, thinking=old.thinking + thinking)
            self._change(chat, longer)

    @rule(chat=chats, place=places)
    def go_on(self, chat: ChatId, place: int) -> None:
        old = self._some_node(chat, place)
        if old is None:
            return
        try:
            opened = self.known[chat].continuing(old.id)
        except BadArgumentError:
            if old.text and old.role is Role.ASSISTANT and old.status is not Status.WRITING:
                with pytest.raises(BadArgumentError):
                    self.store.go_on(old)
            return
        self.store.go_on(old)
        self.known[chat] = opened

    @rule(
        chat=chats,
        place=places,
        status=endings,
        text=texts,
        note=texts,
        cost=timings,
        left_out=places,
    )
    def finish(
        self,
        chat: ChatId,
        place: int,
        status: Status,
        text: str,
        note: str,
        cost: Timings | None,
        left_out: int,
    ) -> None:
        old = self._some_node(chat, place)
        if old is not None and old.status is Status.WRITING:
            ended = replace(
                old, text=old.text + text, status=status, note=note, model="m", timings=cost
            )
            self._change(chat, replace(ended, left_out=left_out))

    def _change(self, chat: ChatId, message: Message) -> None:
        self.store.update(message)
        self.known[chat] = self.known[chat].with_change(message)

    @rule(chat=chats, place=places)
    def show(self, chat: ChatId, place: int) -> None:
        if (node := self._some_node(chat, place)) is not None:
            self.known[chat] = self.known[chat].showing(node.id)
            self.store.set_head(chat, self.known[chat].head)

    @rule(chat=chats, title=texts)
    def rename(self, chat: ChatId, title: str) -> None:
        if chat in self.known:
            self.known[chat] = self.known[chat].with_title(title)
            everybody = ("", "model", "person")
            assert self.organised.name(chat, title, "person", over=everybody)

    @rule(chat=chats)
    def remove(self, chat: ChatId) -> None:
        if chat in self.known:
            self.organised.remove([chat], self.clock)
            self.gone.add(chat)

    @rule(chat=chats)
    def restore(self, chat: ChatId) -> None:
        if chat in self.known:
            self.organised.restore([chat])
            self.gone.discard(chat)

    @rule(chat=chats)
    def erase(self, chat: ChatId) -> None:
        if chat in self.gone:
            assert self.organised.erase([chat]) == (chat,)
            del self.known[chat]
            self.gone.discard(chat)

    @rule()
    def close_and_open(self) -> None:
        self.database.close()
        self._open()

    @rule()
    def die_and_open(self) -> None:
        """Whoever was writing is gone; what was written stays."""
        self.database.close()
        self.path.with_name("inglenook.db.0000.open").touch()
        self._open()
        unfinished = [
            (chat, message)
            for chat, conversation in self.known.items()
            for message in conversation.nodes.values()
            if message.status is Status.WRITING
        ]
        assert self.store.interrupt_unfinished() == len(unfinished)
        for chat, message in unfinished:
            ended = replace(message, status=Status.INTERRUPTED)
            self.known[chat] = self.known[chat].with_change(ended)

    @rule(query=texts)
    def search(self, query: str) -> None:
        hits = self.store.search(query)
        assert {hit.chat for hit in hits} <= set(self.known) - self.gone

    @invariant()
    def the_store_has_what_memory_has(self) -> None:
        listed = {row.id: row.title for row in self.store.summaries()}
        assert listed == {
            chat: each.title for chat, each in self.known.items() if chat not in self.gone
        }
        for chat, conversation in self.known.items():
            assert self.store.load(chat) == conversation


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
